"""CORS rules as stored: one for each origin, found by one look-up, told of in the log."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.platform_api.models import OriginRule
from tenantry.platform_api.origins import add_origin, delete_origin, edit_origin
from tenantry.platform_api.queries import rules_for
from tenantry.rules import refusals as no
from tenantry.rules.origins import Method, answer_preflight, headers_of_answer
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tests.store.factories import ADMINISTRATOR, AT, a_role, a_user, an_account, watched, words

pytestmark = [pytest.mark.django_db, pytest.mark.store]

PAGE = "https://app.example.com"
SOME = frozenset({Method.DELETE, Method.GET})


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


@pytest.fixture
def here(account: AccountId) -> dict[str, Any]:
    """Its administrator, acting in it."""
    return {"actor": a_user(account, ADMINISTRATOR).actor, "at": AT, "account": account}


def test_cors_1_rules_are_added_edited_and_deleted(account: AccountId, here: dict[str, Any]) -> None:
    """Each act is a change of the account in the log, with the rule before and after; what is so already is none."""
    with watched() as written:
        rule = add_origin(**here, origin=" HTTPS://App.Example.com:443 ", methods=SOME)
        edit_origin(**here, rule=rule, origin=PAGE, methods=SOME)
        edit_origin(**here, rule=rule, origin=PAGE, methods={Method.POST})
        delete_origin(**here, rule=rule)
    found = written.entries[account]
    assert [words(entry) for entry in found] == [("account", "EDIT", "NONE")] * 3
    assert {entry.container for entry in found} == {"Acme"}
    first, then = f"{PAGE}: GET, DELETE", f"{PAGE}: POST"
    assert [entry.properties for entry in found] == [
        [{"name": "CORS", "old": None, "new": first}],
        [{"name": "CORS", "old": first, "new": then}],
        [{"name": "CORS", "old": then, "new": None}],
    ]
    assert not OriginRule.rows.of(account).exists()


def test_cors_1_what_is_refused_changes_nothing(account: AccountId, here: dict[str, Any]) -> None:
    """No origin, no method, an origin that has a rule; in adding and in editing."""
    add_origin(**here, origin=PAGE, methods=SOME)
    other = add_origin(**here, origin="https://b.example", methods=SOME)
    wrong: tuple[tuple[dict[str, Any], type[no.Refusal]], ...] = (
        ({"origin": "https://*", "methods": SOME}, no.OriginInvalid),
        ({"origin": "https://c.example", "methods": frozenset()}, no.OriginMethodsMissing),
        ({"origin": PAGE + ":443", "methods": SOME}, no.OriginTaken),
    )
    for told, kind in wrong:
        with pytest.raises(Refused) as adding:
            add_origin(**here, **told)
        with pytest.raises(Refused) as editing:
            edit_origin(**here, rule=other, **told)
        assert isinstance(adding.value.refusal, kind)
        assert isinstance(editing.value.refusal, kind)
    assert sorted(OriginRule.rows.of(account).values_list("origin", flat=True)) == [PAGE, "https://b.example"]


def test_cors_4_rules_are_found_in_the_account_asked_by_one_look_up(account: AccountId, here: dict[str, Any]) -> None:
    """However many there are; those of another account, and of other pages, are left alone."""
    add_origin(**here, origin="https://*.example.com", methods=SOME)
    more = [OriginRule(account_id=account, origin=f"https://p{n}.test", methods=["GET"]) for n in range(200)]
    OriginRule.rows.of(account).bulk_create(more)
    with CaptureQueriesContext(connection) as queries:
        rules = rules_for(account, PAGE)
    assert len(queries) == 1
    assert [rule.origin.text for rule in rules] == ["https://*.example.com"]
    assert answer_preflight(PAGE, "DELETE", rules).status == 200
    assert answer_preflight(PAGE, "POST", rules).status == 401
    assert headers_of_answer(PAGE, rules)["Access-Control-Allow-Origin"] == PAGE
    other = an_account("Other")
    assert rules_for(other, PAGE) == ()
    assert rules_for(account, "null") == ()
    assert answer_preflight(PAGE, "GET", rules_for(other, PAGE)).status == 401


def test_cors_1_rules_need_account_administration_and_are_the_accounts_own(
    account: AccountId, here: dict[str, Any]
) -> None:
    """Whoever has less is refused by name; rules of another account are not there."""
    rule = add_origin(**here, origin=PAGE, methods=SOME)
    lesser = a_user(account, a_role(account, "Calls", "API"))
    other = an_account("Other")
    elsewhere = {**here, "actor": a_user(other, ADMINISTRATOR).actor, "account": other}
    for acting, code in (({**here, "actor": lesser.actor}, "not_held"), (elsewhere, "origin_not_found")):
        with pytest.raises(Refused) as refused:
            delete_origin(**acting, rule=rule)
        assert refused.value.refusal.code == code
    assert OriginRule.rows.of(account).exists()
