"""Tokens: made by the rules of TOK, shown once, kept as digests."""

import re

import pytest

from tenantry.accounts.commands import create_account, switch_feature
from tenantry.audit.models import Entry
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Source, UserKey
from tenantry.tokens.commands import issue_client_token, issue_user_token
from tenantry.tokens.models import ClientToken, UserToken
from tenantry.tokens.values import digest_of
from tests.console.people import AT, House, make_house

pytestmark = [pytest.mark.django_db, pytest.mark.store]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def licensed() -> House:
    """A house with the token feature."""
    house = make_house("Acme")
    switch_feature(actor=OPERATOR, at=AT, account=house.account, feature=Feature.API_TOKENS, on=True)
    return house


def issue(house: House, name: str = "ci", user: str = "ada@acme.example", actor: Actor = OPERATOR) -> str:
    """Issue a token in this house."""
    return issue_user_token(actor=actor, at=AT, account=house.account, user=user, name=name)


def code(act: object) -> tuple[str, str]:
    """The code and rule by which this is refused."""
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    return refused.value.refusal.code, refused.value.refusal.rule


def test_tok_4_the_value_is_a_random_uuid_and_only_its_digest_and_first_six_characters_are_kept() -> None:
    """The value is shown once; what is stored cannot be turned back into it."""
    house = licensed()
    first, second = issue(house), issue(house, "deploy")
    assert UUID.fullmatch(first)
    assert first != second
    stored = UserToken.rows.of(house.account).get(name="ci")
    assert (stored.prefix, stored.digest) == (first[:6], digest_of(first))
    entries = Entry.rows.of(house.account).filter(type="user.token", action="ADD", modifier="AUTHENTICATION")
    assert entries.count() == 2
    assert first not in str(list(entries.values()))


def test_tok_1_tokens_need_the_feature_and_the_api_privilege() -> None:
    """Without either nothing is made."""
    bare = make_house("Acme")
    assert code(lambda: issue(bare)) == ("tokens_not_licensed", "TOK-1")
    switch_feature(actor=OPERATOR, at=AT, account=bare.account, feature=Feature.API_TOKENS, on=True)
    assert code(lambda: issue(bare, user="bo@acme.example")) == ("not_held", "ROLE-11")
    assert code(lambda: issue(bare, user="nobody@acme.example")) == ("unknown_user", "ENTRY-1")
    assert UserToken.rows.of(bare.account).count() == 0


def test_tok_2_a_sixth_token_is_refused_until_one_is_revoked() -> None:
    """Five over all accounts; disabled ones count, revoked ones do not."""
    house = licensed()
    for n in range(5):
        issue(house, f"token {n}")
    UserToken.rows.of(house.account).filter(name="token 0").update(status="disabled")
    assert code(lambda: issue(house, "sixth")) == ("token_limit_reached", "TOK-2")
    UserToken.rows.of(house.account).filter(name="token 0").update(status="revoked")
    assert UUID.fullmatch(issue(house, "token 0"))


def test_tok_3_names_are_limited_and_unique_per_person() -> None:
    """1 to 100 characters, no two alike."""
    house = licensed()
    issue(house, "x" * 100)
    assert code(lambda: issue(house, "x" * 100)) == ("token_name_taken", "TOK-3")
    assert code(lambda: issue(house, "x" * 101)) == ("token_name_invalid", "TOK-3")
    assert code(lambda: issue(house, "  ")) == ("token_name_invalid", "TOK-3")


def test_tok_3_a_token_belongs_to_its_creator() -> None:
    """People make their own tokens and nobody else's."""
    house = licensed()
    ada = Actor(UserKey("ada@acme.example"), Source.UI)
    assert UUID.fullmatch(issue(house, actor=ada))
    assert code(lambda: issue(house, "other", user="bo@acme.example", actor=ada)) == ("operator_only", "ACC-9")


def test_a_client_token_is_the_operators_and_may_be_limited_to_accounts() -> None:
    """Named once; accounts that do not exist are refused."""
    account = create_account(actor=OPERATOR, at=AT, name="Acme")
    value = issue_client_token(actor=OPERATOR, at=AT, name="billing", accounts=[account])
    everywhere = issue_client_token(actor=OPERATOR, at=AT, name="gateway", accounts=None)
    assert UUID.fullmatch(value)
    assert ClientToken.objects.get(digest=digest_of(value)).accounts == [account]
    assert ClientToken.objects.get(digest=digest_of(everywhere)).accounts is None
    again = lambda: issue_client_token(actor=OPERATOR, at=AT, name="billing", accounts=None)  # noqa: E731
    assert code(again) == ("token_name_taken", "TOK-3")
    nowhere = lambda: issue_client_token(actor=OPERATOR, at=AT, name="x", accounts=[AccountId("nope")])  # noqa: E731
    assert code(nowhere) == ("unknown_account", "ACC-2")
    somebody = Actor(UserKey("ada@acme.example"), Source.UI)
    theirs = lambda: issue_client_token(actor=somebody, at=AT, name="y", accounts=None)  # noqa: E731
    assert code(theirs) == ("operator_only", "ACC-9")
    assert Entry.rows.of(account).filter(type="user.token", container="billing").count() == 1
