"""Filters: what the database finds is what the filter means for each value, on every engine."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from lxml import etree

from tenantry.platform_api.wire.columns import Column, Moment, Number, OneOf, Same, Text, compiled
from tenantry.platform_api.wire.filters import (
    COMPARISONS,
    LEVELS,
    Comparison,
    Condition,
    Group,
    Operator,
    Property,
    filter_in_json,
    filter_in_xml,
    judged,
    matches,
)
from tenantry.platform_api.wire.reading import Malformed, element
from tenantry.rules.vocabulary import AccountId
from tenantry.users.models import User
from tests.store.platform_api.callers import grouping, simple

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
COLUMNS: Mapping[str, Column] = {
    "email": Text("email", folded="email_key"),
    "externalId": Text("external_id"),
    "firstName": Text("first_name", empty=True),
    "locked": OneOf("locked", {True: "closed", False: None}),
    "attempts": Number("failed_attempts"),
    "since": Moment("password_set_at"),
    "accountId": Same(lambda account: account),
}
PROPERTIES = [Property(name, column.kind, column.folds) for name, column in COLUMNS.items()]
HERE = AccountId("here-AAAAAA")

letters = st.text("aAb%_*?[]\\é'", max_size=3)
times = st.integers(-2, 2).map(lambda n: NOON + timedelta(milliseconds=500 * n))
ARGUMENTS: Mapping[str, st.SearchStrategy[Any]] = {
    "email": letters,
    "externalId": letters,
    "firstName": letters,
    "locked": st.sampled_from(["closed", "clo%", "open", ""]),
    "attempts": st.integers(-1, 3),
    "since": times,
    "accountId": st.sampled_from([HERE, "here%", "x"]),
}
PATTERNS = {"LIKE", "NOT_LIKE", "STARTS_WITH", "CONTAINS", "NOT_CONTAINS"}


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, object]:
    """A comparison that is well-formed."""
    name = draw(st.sampled_from(sorted(ARGUMENTS)))
    textual = name not in {"attempts", "since"}
    operator = draw(st.sampled_from([one for one in Operator if textual or one not in PATTERNS]))
    arguments = [draw(ARGUMENTS[name]) for _ in range(operator.arguments)]
    return simple(name, operator, *(one.isoformat() if isinstance(one, datetime) else one for one in arguments))


filters = st.recursive(
    comparisons(),
    lambda inner: st.builds(
        lambda how, parts: grouping(how, *parts),
        st.sampled_from(["and", "OR"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)

PEOPLE = [
    ("ab", "a%", "", True, 0, NOON),
    ("AB", None, "aé", False, 1, NOON + timedelta(milliseconds=500)),
    ("a_b", "*", "b?", False, 2, None),
    ("É[a]", "[a]", "\\", True, 2, NOON - timedelta(seconds=1)),
    ("%", "", "%a", False, 3, NOON + timedelta(seconds=1)),
    ("a'b", "A", "A", False, 0, NOON + timedelta(microseconds=1)),
]


@pytest.fixture
def people(db: None) -> list[dict[str, Any]]:
    """People whose values are awkward for patterns, with what is shown of each."""
    User.objects.bulk_create(
        [
            User(
                email=email,
                email_key=f"{email.casefold()}{'+' * number}",
                external_id=external,
                first_name=first,
                locked=locked,
                failed_attempts=attempts,
                password_set_at=since,
            )
            for number, (email, external, first, locked, attempts, since) in enumerate(PEOPLE)
        ]
    )
    return [
        {
            "email": f"{email}{'+' * number}",
            "externalId": external,
            "firstName": first or None,
            "locked": "closed" if locked else None,
            "attempts": attempts,
            "since": since,
            "accountId": HERE,
            "key": f"{email.casefold()}{'+' * number}",
        }
        for number, (email, external, first, locked, attempts, since) in enumerate(PEOPLE)
    ]


def passes(person: Mapping[str, Any], condition: Condition) -> bool:
    """What a filter means, said once more: by looking at one value after the other."""
    if isinstance(condition, Group):
        found = [passes(person, part) for part in condition.parts]
        return all(found) if condition.every else any(found)
    return condition.holds(person[condition.property])


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(expression=filters)
def test_api_3_what_is_found_is_what_the_filter_means(people: list[dict[str, Any]], expression: dict[str, Any]) -> None:
    """For any filter, on this engine, with letters that mean something to it."""
    condition = judged(expression, PROPERTIES)
    found = set(User.objects.filter(compiled(condition, COLUMNS, HERE)).values_list("email_key", flat=True))
    assert found & {one["key"] for one in people} == {one["key"] for one in people if passes(one, condition)}


@given(pattern=st.text("ab%", max_size=6), text=st.text("ab", max_size=6))
def test_like_is_anchored_and_any_run_of_characters(pattern: str, text: str) -> None:
    """Against the slow way: try every run."""

    def slow(left: str, right: str) -> bool:
        if not left:
            return not right
        if left[0] == "%":
            return any(slow(left[1:], right[cut:]) for cut in range(len(right) + 1))
        return right[:1] == left[0] and slow(left[1:], right[1:])

    assert matches(pattern, text) == slow(pattern, text)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (simple("nonesuch", "EQUALS", "x"), "nonesuch does not exist"),
        (simple("email", "EQUAL", "x"), "The operator 'EQUAL' of email does not exist."),
        (simple("email", "EQUALS"), "EQUALS of email has 1 arguments, not 0."),
        (simple("email", "BETWEEN", "x"), "BETWEEN of email has 2 arguments, not 1."),
        (simple("email", "IS_NULL", "x"), "IS_NULL of email has 0 arguments, not 1."),
        (simple("since", "EQUALS", "yesterday"), "The argument of since is 'yesterday', which is no time such as"),
        (simple("since", "LIKE", "2%"), "LIKE is for text, and since is none."),
        (simple("attempts", "LESS_THAN", "1.5"), "The argument of attempts is '1.5', which is no whole number."),
        (simple("email", "EQUALS", "a\0"), "The argument of email holds a zero character."),
        (simple("email", "EQUALS", {"a": 1}), "The argument of email is not a plain value."),
        ({"operator": "EQUALS", "argument": ["x"]}, "An expression names no property."),
        (grouping("xor", simple("email", "IS_NULL")), "The operator 'xor' of a group is neither and nor or."),
        (grouping("and"), "A group has no nestedExpression."),
        (grouping("or", simple("email", "IS_NULL"), simple("nonesuch", "IS_NULL")), "nonesuch does not exist"),
        (
            grouping("and", *[simple("email", "IS_NULL")] * (COMPARISONS + 1)),
            "The filter has more than 500 comparisons.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_api_3_what_is_wrong_anywhere_in_a_filter_is_named(expression: dict[str, Any], message: str) -> None:
    """Also in branches that could not matter, and before anything is looked for."""
    with pytest.raises(Malformed) as malformed:
        judged(expression, PROPERTIES)
    assert str(malformed.value).startswith(message)


def test_api_3_filters_are_nested_so_deep_and_no_deeper() -> None:
    """In JSON and in XML."""

    def nested(levels: int) -> dict[str, Any]:
        found = simple("email", "IS_NOT_NULL")
        for _ in range(levels):
            found = grouping("and", found)
        return found

    assert isinstance(judged(nested(LEVELS - 1), PROPERTIES), Group)
    with pytest.raises(Malformed, match="groups within each other"):
        judged(nested(LEVELS), PROPERTIES)
    inner = "<nestedExpression>" * LEVELS + "</nestedExpression>" * LEVELS
    body = f"<QueryConfig><QueryFilter><expression>{inner}</expression></QueryFilter></QueryConfig>".encode()
    with pytest.raises(Malformed, match="groups within each other"):
        filter_in_xml(element(body))


def test_filters_are_the_same_in_both_forms() -> None:
    """Names of any case, operators of groups in any case or left out, arguments as clients send them."""
    told = {
        "QueryFilter": {
            "expression": {
                "nestedExpression": [
                    {"property": "EMAIL", "operator": "EQUALS", "argument": "x"},
                    {
                        "operator": "OR",
                        "nestedExpression": {"property": "attempts", "operator": "EQUALS", "argument": [2]},
                    },
                    {"property": "locked", "operator": "IS_NULL", "argument": [""]},
                ]
            }
        },
        "@type": "Whatever",
    }
    body = b"""<q:QueryConfig xmlns:q="http://api.platform.boomi.com/" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
      <q:QueryFilter><q:expression i:type="q:GroupingExpression">
        <q:nestedExpression i:type="SimpleExpression" property="email" operator="EQUALS"><q:argument>x</q:argument>
        </q:nestedExpression>
        <q:nestedExpression operator="or">
          <q:nestedExpression property="Attempts" operator="EQUALS"><q:argument>2</q:argument></q:nestedExpression>
        </q:nestedExpression>
        <q:nestedExpression property="locked" operator="IS_NULL"/>
      </q:expression></q:QueryFilter></q:QueryConfig>"""
    wanted = Group(
        every=True,
        parts=(
            Comparison("email", Operator.EQUALS, ("x",), folds=True),
            Group(every=False, parts=(Comparison("attempts", Operator.EQUALS, (2,)),)),
            Comparison("locked", Operator.IS_NULL),
        ),
    )
    assert judged(filter_in_json(told), PROPERTIES) == wanted
    assert judged(filter_in_xml(etree.fromstring(body)), PROPERTIES) == wanted


@pytest.mark.parametrize("body", [{}, {"@type": "x"}, {"QueryFilter": {}}, {"QueryFilter": None}])
def test_no_filter_is_everything(body: dict[str, Any]) -> None:
    """However it is left out."""
    assert judged(filter_in_json(body), PROPERTIES) == Group(every=True, parts=())


def test_members_that_no_query_has_are_named() -> None:
    """`QuerySort` is one only where an object can be sorted."""
    with pytest.raises(Malformed, match="QuerySort is no member of a query"):
        filter_in_json({"QuerySort": {}})
    assert filter_in_json({"QuerySort": {}}, sorts=True) == {}
    with pytest.raises(Malformed, match="Filter is no member of a query"):
        filter_in_xml(element(b"<QueryConfig><Filter/></QueryConfig>"))
