"""Direct roles with validity: given, changed and taken, by whom it may be, as callers have seen them."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.accounts.commands import switch_feature
from tenantry.audit.models import Entry
from tenantry.decisions.engine import ENGINE
from tenantry.own_api import doors, keys
from tenantry.own_api.keys import sweep_answers
from tenantry.own_api.models import KeptAnswer
from tenantry.roles.wire_ids import told_role
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.users import confers
from tenantry.rules.vocabulary import ALWAYS, OPERATOR, AccountId, RoleId, Validity
from tenantry.store.crossings import Crossing
from tenantry.store.sweeping import sweep
from tenantry.users.commands import add_user_role, change_role_validity
from tenantry.users.models import UserRole
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    PARTNER,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    an_account,
    entries,
    held_by,
    hold,
    limited,
    manager,
    somebody,
)
from tests.store.own_api.callers import body, own, problem
from tests.store.platform_api.callers import Caller, told

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
SOON, LATER, MUCH_LATER = NOW + 10 * DAY, NOW + 20 * DAY, NOW + 30 * DAY


@pytest.fixture
def home() -> AccountId:
    """An account with tokens and custom roles."""
    return an_account("Home", PARTNER)


@pytest.fixture
def ann(home: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(home, ADMINISTRATOR)


def grants(calls: Caller, **filters: str) -> list[Any]:
    """What the list tells."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    found: list[Any] = calls.get(f"grants?{query}" if query else "grants")["items"]
    return found


def changed(calls: Caller, grant: Any, method: str = "PUT", **validity: Any) -> Any:
    """The answer to a change of a grant by somebody who has just read it."""
    path = f"grants/{grant['id']}"
    tag = calls.send("GET", path).headers["ETag"]
    sent = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in validity.items()}
    return calls.send(method, path, sent if method == "PUT" else None, **{"if-match": tag})


def validity_of(account: AccountId, who: Somebody, role: RoleId) -> Validity:
    """What is stored."""
    row = UserRole.rows.of(account).get(user_id=who.id, role_id=role)
    return Validity(row.valid_from, row.valid_until)


# ---- the resource --------------------------------------------------------------------------------------------------


def test_user_7_a_role_is_given_for_a_while_changed_and_taken(home: AccountId, ann: Somebody) -> None:
    """With the ids of the platform API; each act is in the log, as one through the API."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    role = a_role(home, "Analyst", "ACCOUNT_ADMIN")
    sent = {"user": who.email, "role": role, "valid_from": SOON.isoformat(), "valid_until": LATER.isoformat()}
    answer = calls.send("POST", "grants", sent)
    made = told(answer)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/accounts/{home}/grants/{made['id']}"
    assert (made["user"], made["role"], made["role_name"], made["in_force"]) == (who.email, role, "Analyst", False)
    assert validity_of(home, who, role) == Validity(SOON, LATER)
    allowed = [
        ENGINE.decide(user=who.email, privilege="ACCOUNT_ADMIN", account=home, at=at).allowed for at in (NOW, SOON)
    ]
    assert allowed == [False, True]
    read = calls.send("GET", f"grants/{made['id']}")
    assert (body(read), read.headers["ETag"]) == (made, answer.headers["ETag"])
    after = changed(calls, made, valid_until=MUCH_LATER)
    assert (after.status_code, body(after)["valid_from"], body(after)["in_force"]) == (200, None, True)
    assert validity_of(home, who, role) == Validity(None, MUCH_LATER)
    [entry, *_] = Entry.rows.of(home).filter(container=who.email).order_by("-id")
    assert (entry.source, entry.user, entry.type, entry.modifier) == ("API", ann.actor.name, "user", "ROLE")
    said = {one["name"]: (one["old"], one["new"]) for one in entry.properties}
    assert said["ROLE_NAME"] == ("Analyst", "Analyst")
    assert said["valid_from"] == (SOON.isoformat(), None)
    assert said["valid_until"] == (LATER.isoformat(), MUCH_LATER.isoformat())
    assert changed(calls, made, "DELETE").status_code == 204
    assert held_by(home, who) == {SUPPORT}
    assert problem(calls.send("GET", f"grants/{made['id']}")) == (404, "not_there")


def test_user_9_taking_the_last_role_takes_the_user_out(home: AccountId, ann: Somebody) -> None:
    """As with the platform API."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    [grant] = grants(calls, user=who.email)
    assert grant["role"] == told_role(SUPPORT)
    assert changed(calls, grant, "DELETE").status_code == 204
    assert grants(calls, user=who.email) == []


def test_lists_come_in_parts_that_neither_repeat_nor_skip(home: AccountId, ann: Somebody) -> None:
    """While others write; filters by user and role; a cursor or a limit that is none is refused."""
    calls = own(home, ann)
    for _ in range(7):
        a_user(home, SUPPORT)
    first = calls.get("grants?limit=3")
    assert len(first["items"]) == 3
    victim = first["items"][1]
    assert changed(calls, victim, "DELETE").status_code == 204
    rest, cursor = [], first["next"]
    while cursor:
        page = calls.get(f"grants?limit=3&cursor={cursor}")
        rest += page["items"]
        cursor = page["next"]
    assert len({one["id"] for one in first["items"] + rest}) == 8
    assert len(grants(calls, role=told_role(SUPPORT))) in {6, 7}
    assert grants(calls, role=SUPPORT) == []  # ids of ours for default roles are none outside
    for wrong in ("limit=0", "limit=201", "limit=x", "cursor=x", "cursor=" + "W2ZhbHNlLCJ4Il0", "page=2"):
        assert problem(calls.send("GET", f"grants?{wrong}"))[0] == 422, wrong


def test_a_list_takes_as_many_queries_however_long_it_is(home: AccountId, ann: Somebody) -> None:
    """Nothing is asked for each row."""
    calls, taken = own(home, ann), []
    for _ in range(2):
        calls.get("grants")
        with CaptureQueriesContext(connection) as asked:
            calls.get("grants")
        taken.append(len(asked))
        for _ in range(5):
            a_user(home, SUPPORT)
    assert taken[0] == taken[1]


def test_grants_that_are_over_are_none(home: AccountId, ann: Somebody) -> None:
    """Nobody holds them any more."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    [grant] = grants(calls, user=who.email)
    hold(home, who, SUPPORT, ends=NOW - DAY)
    assert grants(calls, user=who.email) == []
    assert problem(calls.send("GET", f"grants/{grant['id']}"))[0] == 404


def test_api_8_grants_of_another_account_are_not_there(home: AccountId, ann: Somebody) -> None:
    """The same answer as for what does not exist, whatever is done."""
    other = an_account("Other", PARTNER)
    boss = a_user(other, ADMINISTRATOR)
    [theirs] = grants(own(other, boss))
    calls = own(home, ann)
    for id in (theirs["id"], "987654", "x", "٣", str(2**70)):
        for method, sent in (("GET", None), ("PUT", {}), ("DELETE", None)):
            answer = calls.send(method, f"grants/{id}", sent, **{"if-match": "*"})
            assert problem(answer) == (404, "not_there"), (id, method)


@pytest.mark.parametrize(
    ("sent", "code", "pointer"),
    [
        ({"user": "a@b.example"}, "body_invalid", "/role"),
        ({"user": "a@b.example", "role": "x", "extra": 1}, "body_invalid", "/extra"),
        ({"user": "a@b.example", "role": 5}, "body_invalid", "/role"),
        ({"user": "a@b.example", "role": "x", "valid_from": "tomorrow"}, "body_invalid", "/valid_from"),
        ({"user": "a@b.example", "role": "x", "valid_from": "2031-01-01T00:00:00"}, "body_invalid", "/valid_from"),
        ([], "body_invalid", ""),
    ],
)
def test_a_body_that_is_wrong_is_refused_with_its_place(
    home: AccountId, ann: Somebody, sent: object, code: str, pointer: str
) -> None:
    """Strictly: what is not known is not passed over."""
    answer = own(home, ann).send("POST", "grants", sent)
    assert problem(answer) == (422, code)
    assert [one["pointer"] for one in body(answer)["errors"]] == [pointer]


def test_a_body_that_is_no_json_is_refused(home: AccountId, ann: Somebody) -> None:
    """Another type is 415, what cannot be read 400, a zero character 422."""
    calls = own(home, ann)
    assert problem(calls.send("POST", "grants", b"<x/>")) == (415, "not_json")
    address, told_who = f"{calls.base}/{home}/grants", {"authorization": _basic(calls)}
    for raw in (b"{", b"\xff", b"{} x", b"[" * 100_000, b'"\\ud800"'):
        answer = calls.client.generic("POST", address, raw, "application/json", headers=told_who)
        assert problem(answer) == (400, "body_unreadable")  # type: ignore[arg-type]
    assert problem(calls.send("POST", "grants", {"user": "a\x00b", "role": "x"})) == (422, "body_invalid")


def _basic(calls: Caller) -> str:
    return "Basic " + b64encode(f"{calls.user}:{calls.secret}".encode()).decode()


# ---- what rules want -----------------------------------------------------------------------------------------------


def test_user_7_refusals_of_giving_and_changing(home: AccountId, ann: Somebody) -> None:
    """Unknown people, roles not offered, held otherwise, an end before the start or in the past."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    hers = {"user": who.email, "role": told_role(STANDARD_USER)}
    ends = {"valid_until": LATER.isoformat()}
    for sent, expected in (
        ({**hers, "user": "nobody@example.com"}, (403, "unknown_user")),
        ({**hers, "role": "nonesuch"}, (409, "role_not_assignable")),
        ({**hers, **ends, "valid_from": LATER.isoformat()}, (422, "validity_invalid")),
        ({**hers, "valid_until": (NOW - DAY).isoformat()}, (422, "validity_over")),
        ({**hers, "role": told_role(SUPPORT), **ends}, (409, "role_held_already")),
    ):
        assert problem(calls.send("POST", "grants", sent)) == expected
    assert calls.send("POST", "grants", {**hers, "role": told_role(SUPPORT)}).status_code == 201  # as it is
    [grant] = grants(calls, user=who.email)
    assert problem(changed(calls, grant, valid_until=NOW - DAY)) == (422, "validity_over")
    assert problem(changed(calls, grant, valid_from=LATER, valid_until=SOON)) == (422, "validity_invalid")


def test_user_11_no_change_of_validity_leaves_an_account_without_administrator(home: AccountId, ann: Somebody) -> None:
    """Neither an end nor a later begin, at any instant."""
    calls = own(home, ann)
    [grant] = grants(calls, user=ann.email)
    for name in ("valid_until", "valid_from"):
        assert problem(changed(calls, grant, "PUT", **{name: SOON})) == (409, "last_administrator")
    assert problem(changed(calls, grant, "DELETE")) == (409, "last_administrator")
    other = a_user(home, ADMINISTRATOR)
    assert changed(calls, grant, valid_until=LATER).status_code == 200
    [hers] = grants(calls, user=other.email)
    assert problem(changed(calls, hers, valid_until=LATER)) == (409, "last_administrator")


def test_user_11_no_gap_is_left_between_two_administrators(home: AccountId, ann: Somebody) -> None:
    """Where one ends when another begins, neither moves apart; what another covers may go."""
    calls, second = own(home, ann), a_user(home, SUPPORT)
    first = a_user(home, ADMINISTRATOR)
    hold(home, second, ADMINISTRATOR, starts=LATER)
    hold(home, first, ADMINISTRATOR, ends=LATER)
    hold(home, ann, ADMINISTRATOR, ends=SOON)
    [hers], [theirs] = (grants(calls, user=who.email, role=told_role(ADMINISTRATOR)) for who in (first, second))
    assert problem(changed(calls, hers, valid_until=SOON)) == (409, "last_administrator")
    assert problem(changed(calls, theirs, valid_from=MUCH_LATER)) == (409, "last_administrator")
    assert problem(changed(calls, theirs, valid_from=LATER, valid_until=MUCH_LATER)) == (409, "last_administrator")
    assert changed(calls, theirs, valid_from=SOON).status_code == 200
    assert changed(calls, hers, valid_until=SOON).status_code == 200


@pytest.mark.parametrize(
    ("before", "after", "conferred"),
    [
        (ALWAYS, ALWAYS, False),
        (ALWAYS, Validity(None, LATER), False),
        (ALWAYS, Validity(SOON, None), False),
        (Validity(None, LATER), ALWAYS, True),
        (Validity(None, SOON), Validity(None, LATER), True),
        (Validity(None, LATER), Validity(None, SOON), False),
        (Validity(LATER, None), Validity(SOON, None), True),
        (Validity(SOON, LATER), Validity(SOON, LATER), False),
        (Validity(NOW - 5 * DAY, None), Validity(NOW - 9 * DAY, None), False),
        (Validity(None, NOW - DAY), Validity(None, LATER), True),
        (ALWAYS, Validity(None, NOW), False),
    ],
)
def test_user_13_what_is_extended_or_begins_earlier_is_conferred(
    before: Validity,
    after: Validity,
    conferred: bool,  # noqa: FBT001
) -> None:
    """Only of what is to come: a begin in the past is the same as one now."""
    assert confers(before, after, NOW) is conferred


def test_user_13_nothing_is_conferred_by_a_longer_grant_that_the_actor_lacks(home: AccountId) -> None:
    """Shortening it is open to whoever manages users; limited managers touch only what is all theirs."""
    role = a_role(home, "Strong", "ACCOUNT_ADMIN", "API")
    who = a_user(home, SUPPORT)
    hold(home, who, role, ends=AT + 5 * DAY)
    weak, strong, less = manager(home), manager(home, "ACCOUNT_ADMIN", "API"), limited(home)
    more = limited(home, "ACCOUNT_ADMIN", "API")

    def until(by: Somebody, days: int | None) -> None:
        ends = None if days is None else AT + days * DAY
        change_role_validity(actor=by.actor, at=AT, account=home, user=who.id, role=role, validity=Validity(ends=ends))

    for actor in (weak, less):
        for days in (6, None):
            with pytest.raises(Refused, match="Account Administration"):
                until(actor, days)
    until(strong, 6)
    until(weak, 4)
    with pytest.raises(Refused):
        until(less, 3)
    until(more, 7)
    assert validity_of(home, who, role) == Validity(None, AT + 7 * DAY)


def test_user_13_what_another_grant_gives_only_for_a_while_is_conferred_by_one_that_lasts(home: AccountId) -> None:
    """A role that ends sooner does not cover one that is extended beyond it."""
    short, long = a_role(home, "Short", "ACCOUNT_ADMIN"), a_role(home, "Long", "ACCOUNT_ADMIN")
    who, weak = a_user(home, SUPPORT, long), manager(home)
    hold(home, who, short, ends=AT + DAY)
    hold(home, who, long, ends=AT + timedelta(hours=1))
    change_role_validity(
        actor=weak.actor, at=AT, account=home, user=who.id, role=long, validity=Validity(ends=AT + timedelta(hours=2))
    )
    with pytest.raises(Refused):
        change_role_validity(
            actor=weak.actor, at=AT, account=home, user=who.id, role=long, validity=Validity(ends=AT + 2 * DAY)
        )
    fresh = a_role(home, "Fresh", "ACCOUNT_ADMIN")
    with pytest.raises(Refused):
        add_user_role(
            actor=weak.actor,
            at=AT,
            account=home,
            user=who.email,
            role=fresh,
            validity=Validity(ends=AT + 2 * DAY),
        )


def test_role_16_a_role_that_is_not_offered_any_more_can_be_shortened_alone(home: AccountId) -> None:
    """Extending it would give it anew."""
    role, who = a_role(home, "Gone", "ACCOUNT_ADMIN"), a_user(home, SUPPORT)
    hold(home, who, role, ends=AT + 5 * DAY)
    switch_feature(actor=OPERATOR, at=AT, account=home, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": home, "user": who.id, "role": role}
    change_role_validity(**here, validity=Validity(ends=AT + 4 * DAY))
    with pytest.raises(Refused, match="assign"):
        change_role_validity(**here, validity=Validity(ends=AT + 6 * DAY))


def test_api_7_whoever_lacks_the_right_is_refused(home: AccountId) -> None:
    """Reading as well as changing."""
    plain = own(home, a_user(home, a_role(home, "calls", "API")))
    for method, path, sent in (("GET", "grants", None), ("POST", "grants", {}), ("GET", "grants/1", None)):
        assert problem(plain.send(method, path, sent)) == (403, "not_held")


# ---- what a caller has seen ----------------------------------------------------------------------------------------


def test_changes_need_the_tag_of_what_is_there(home: AccountId, ann: Somebody) -> None:
    """Without it 428, with an older one 412 and nothing is done; reading with it is 304."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    [grant] = grants(calls, user=who.email)
    path = f"grants/{grant['id']}"
    tag = calls.send("GET", path).headers["ETag"]
    known = calls.send("GET", path, **{"if-none-match": f'"x", W/{tag}'})
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag)
    assert problem(calls.send("PUT", path, {})) == (428, "precondition_required")
    assert problem(calls.send("DELETE", path)) == (428, "precondition_required")
    first = calls.send("PUT", path, {"valid_until": LATER.isoformat()}, **{"if-match": tag})
    assert first.status_code == 200
    for method, sent in (("PUT", {}), ("DELETE", None)):
        for old in (tag, f"W/{first.headers['ETag']}", '"x"', "x"):
            answer = calls.send(method, path, sent, **{"if-match": old})
            assert problem(answer) == (412, "precondition_failed")
    assert validity_of(home, who, SUPPORT) == Validity(None, LATER)
    assert calls.send("GET", path, **{"if-none-match": tag}).status_code == 200
    again = calls.send("PUT", path, {"valid_until": SOON.isoformat()}, **{"if-match": f'"x", {first.headers["ETag"]}'})
    assert again.status_code == 200


# ---- calls that are sent again -------------------------------------------------------------------------------------


def test_a_call_under_a_key_is_done_once_and_answered_alike(home: AccountId, ann: Somebody) -> None:
    """Body, status and headers; and it is told that it was done before."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    sent = {"user": who.email, "role": told_role(STANDARD_USER), "valid_until": LATER.isoformat()}
    first = calls.send("POST", "grants", sent, **{"idempotency-key": "k-1"})
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first.headers
    written = len(entries(home))
    again = calls.send("POST", "grants", sent, **{"idempotency-key": '"k-1"'})
    assert again.headers["Idempotency-Replayed"] == "true"
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert (again.status_code, again.content) == (201, first.content)
    assert len(entries(home)) == written
    other = calls.send("POST", "grants", {**sent, "role": "x"}, **{"idempotency-key": "k-1"})
    assert problem(other) == (422, "key_reused")
    for bad in ("", "a b", "ä", "x" * 256):
        assert problem(calls.send("POST", "grants", sent, **{"idempotency-key": bad})) == (422, "key_invalid")


def test_a_key_is_one_persons_in_one_account(home: AccountId, ann: Somebody) -> None:
    """Somebody else's call under the same key is another call."""
    boss, who = a_user(home, ADMINISTRATOR), a_user(home, SUPPORT)
    sent = {"user": who.email, "role": told_role(STANDARD_USER)}
    for somebody_ in (ann, boss):
        answer = own(home, somebody_).send("POST", "grants", sent, **{"idempotency-key": "same"})
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer.headers


def test_a_refusal_is_kept_nowhere(home: AccountId, ann: Somebody) -> None:
    """The same call may succeed later."""
    calls, newcomer = own(home, ann), {"user": "new@example.com", "role": told_role(SUPPORT)}
    key = {"idempotency-key": "k"}
    assert problem(calls.send("POST", "grants", newcomer, **key))[1] == "unknown_user"
    somebody("new@example.com")
    assert calls.send("POST", "grants", newcomer, **key).status_code == 201


def test_a_crash_leaves_neither_the_act_nor_its_answer(
    home: AccountId, ann: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are written in one transaction; sent again, the call is done."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    sent, key = {"user": who.email, "role": told_role(STANDARD_USER)}, {"idempotency-key": "k"}

    def crash(body: bytes) -> str:
        raise RuntimeError(body)

    with monkeypatch.context() as broken:
        broken.setitem(vars(doors), "tag_of", crash)
        with pytest.raises(RuntimeError):
            calls.send("POST", "grants", sent, **key)
    assert held_by(home, who) == {SUPPORT}
    assert not KeptAnswer.rows.of(home).exists()
    assert calls.send("POST", "grants", sent, **key).status_code == 201


def test_answers_are_given_again_for_a_day_and_then_swept(home: AccountId, ann: Somebody) -> None:
    """After it, the call is done again; the sweep leaves what is younger."""
    calls, who = own(home, ann), a_user(home, SUPPORT)
    sent = {"user": who.email, "role": told_role(STANDARD_USER)}
    for key in ("old", "older", "young"):
        calls.send("POST", "grants", sent, **{"idempotency-key": key})
    KeptAnswer.rows.of(home).exclude(key="young").update(at=datetime.now(UTC) - keys.KEPT)
    answer = calls.send("POST", "grants", sent, **{"idempotency-key": "old"})
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers
    assert sweep(datetime.now(UTC), sweep_answers) == 1
    assert set(KeptAnswer.rows.of(home).values_list("key", flat=True)) == {"old", "young"}
    assert KeptAnswer.rows.across(Crossing.KEPT_ANSWERS).count() == 2
