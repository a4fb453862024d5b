"""Tokens of the operator's programs: made, revoked, over; kept as digests, logged in the operator's accounts."""

import pytest

from tenantry.accounts.commands import create_account
from tenantry.accounts.models import Account
from tenantry.audit.models import Entry
from tenantry.rules.calls import check_operator_token, read_bearer
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, Actor, Instant, Source, UserKey
from tenantry.tokens.commands import issue_client_token
from tenantry.tokens.models import OperatorToken
from tenantry.tokens.operator_tokens import issue_operator_token, revoke_operator_token
from tenantry.tokens.queries import operator_token_in_call, operator_tokens
from tenantry.tokens.values import digest_of
from tests.store.factories import AT, DAY

pytestmark = pytest.mark.django_db


def opens(value: str, at: Instant = AT) -> bool:
    """Whether a call with this token is the operator's."""
    return check_operator_token(operator_token_in_call(value), at) is None


def issue(name: str = "loader", expires: Instant | None = None) -> str:
    """A new one."""
    return issue_operator_token(actor=OPERATOR, at=AT, name=name, expires=expires)


def refused(name: str = "loader", *, actor: Actor = OPERATOR, expires: Instant | None = None) -> str:
    """Why there is none."""
    with pytest.raises(Refused) as raised:
        issue_operator_token(actor=actor, at=AT, name=name, expires=expires)
    return raised.value.refusal.code


def test_tok_4_the_operators_token_is_kept_as_a_digest_and_told_by_its_first_characters() -> None:
    """Nothing that is stored opens anything."""
    value = issue(" loader ")
    row = OperatorToken.objects.get()
    assert (row.name, row.prefix, row.digest) == ("loader", value[:6], digest_of(value))
    assert value not in str(OperatorToken.objects.values().get())
    assert opens(value)
    assert not opens(row.digest)


def test_it_opens_nothing_once_revoked_or_over() -> None:
    """From the very instant on; its row stays, and its name can be given again."""
    value, short = issue(), issue("short", AT + DAY)
    assert [opens(short, AT + DAY - DAY / 1000), opens(short, AT + DAY)] == [True, False]
    assert refused() == "token_name_taken"
    revoke_operator_token(actor=OPERATOR, at=AT, name="loader")
    assert not opens(value)
    with pytest.raises(Refused, match="no such token"):
        revoke_operator_token(actor=OPERATOR, at=AT, name="loader")
    again = issue()
    assert (opens(again), opens(value)) == (True, False)
    assert [(row.name, row.revoked_at) for row in operator_tokens()] == [
        ("loader", AT),
        ("short", None),
        ("loader", None),
    ]


def test_it_is_made_by_the_operator_alone_with_a_name_and_an_end_ahead() -> None:
    """As tokens of host applications are, which open nothing here."""
    somebody = Actor(UserKey("ada@acme.example"), Source.UI)
    assert refused(actor=somebody) == "operator_only"
    assert refused(" ") == "token_name_invalid"
    assert refused(expires=AT) == "validity_over"
    with pytest.raises(Refused, match="operator"):
        revoke_operator_token(actor=somebody, at=AT, name="loader")
    assert not opens(issue_client_token(actor=OPERATOR, at=AT, name="host", accounts=None))
    assert not opens("")


def test_aud_1_the_operators_accounts_have_it_in_their_log() -> None:
    """And no other account."""
    ours, theirs = (create_account(actor=OPERATOR, at=AT, name=name) for name in ("Ours", "Theirs"))
    Account.rows.of(ours).update(operator=True)
    issue(expires=AT + DAY)
    revoke_operator_token(actor=OPERATOR, at=AT, name="loader")
    found = Entry.rows.of(ours).filter(type="user.token", container="loader").order_by("id")
    assert [(entry.action, entry.user) for entry in found] == [("ADD", "operator"), ("DELETE", "operator")]
    said = {one["name"]: one["new"] for one in found[0].properties}
    assert said == {"operator": "loader", "expires": (AT + DAY).isoformat()}
    assert not Entry.rows.of(theirs).filter(type="user.token").exists()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Bearer ", None),
        ("Bearer", None),
        ("Basic abc", None),
        ("", None),
    ],
)
def test_a_bearer_is_read_from_its_header_alone(header: str, value: str | None) -> None:
    """RFC 6750; the scheme in any case."""
    assert read_bearer(header) == value
