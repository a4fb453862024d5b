"""Tokens: made by the rules of TOK, shown once, kept as digests, revoked when no path leads to their account."""

import re
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenantry.accounts import commands as accounts
from tenantry.accounts.commands import create_account, switch_feature
from tenantry.accounts.models import Account
from tenantry.audit.models import Entry
from tenantry.decisions.guard import facts_of
from tenantry.groups import commands as groups
from tenantry.platform_api.models import TrustedAddress, TrustedAddressSwitch
from tenantry.rules.access import standing_grants
from tenantry.rules.facts import AccountFacts, outside_grants
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Source, Status, UserKey, user_key
from tenantry.store import revisions
from tenantry.support.models import SupportGrant
from tenantry.support.queries import temporary_grants
from tenantry.tokens.commands import (
    disable_token,
    enable_token,
    issue_client_token,
    issue_user_token,
    rename_token,
    revoke_token,
    revoke_unreachable,
)
from tenantry.tokens.models import ClientToken, UserToken
from tenantry.tokens.queries import unreachable_tokens
from tenantry.tokens.values import digest_of
from tenantry.users import commands as users
from tenantry.users.models import User, UserRole
from tenantry.users.own_details import change_own_password
from tenantry.users.queries import grants_of
from tests.console.people import AT, House, a_token, make_house
from tests.store import factories as made
from tests.store.factories import (
    ADMINISTRATOR,
    DAY,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_role,
    a_user,
    enlist,
    finish_share_ends,
    hold,
    hold_in_group,
    lend,
    somebody,
    watched,
    words,
)
from tests.store.partners import Partner, Rival
from tests.store.platform_api.callers import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.store]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def licensed() -> House:
    """A house with the token feature, without any token yet, which is called from anywhere."""
    house = make_house("Acme")
    UserToken.rows.of(house.account).delete()
    TrustedAddress.rows.of(house.account).delete()
    TrustedAddressSwitch.rows.of(house.account).delete()
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
    bare = licensed()
    switch_feature(actor=OPERATOR, at=AT, account=bare.account, feature=Feature.API_TOKENS, on=False)
    assert code(lambda: issue(bare)) == ("tokens_not_licensed", "TOK-1")
    switch_feature(actor=OPERATOR, at=AT, account=bare.account, feature=Feature.API_TOKENS, on=True)
    assert code(lambda: issue(bare, user="bo@acme.example")) == ("not_held", "ROLE-11")
    assert code(lambda: issue(bare, user="nobody@acme.example")) == ("unknown_user", "ENTRY-1")
    assert UserToken.rows.of(bare.account).count() == 0


def test_tok_2_scenario_86_a_sixth_token_is_refused_until_one_is_revoked() -> None:
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


# ---- what is done with them ---------------------------------------------------------------------------------------

ADA_KEY = UserKey("ada@acme.example")
ADA = Actor(ADA_KEY, Source.UI)
VERBS: dict[str, Callable[..., None]] = {"disable": disable_token, "enable": enable_token, "revoke": revoke_token}


def number_of(house: House, name: str = "ci") -> int:
    """The number of a token."""
    return int(UserToken.rows.of(house.account).get(name=name).pk)


def status_of(house: House, token: int) -> str:
    """How it is with a token now."""
    return str(UserToken.rows.of(house.account).get(pk=token).status)


def colleague(house: House, *privileges: str) -> Actor:
    """Somebody else of the house, with these privileges."""
    return a_user(house.account, a_role(house.account, "Colleague", *privileges)).actor


def test_tok_5_its_owner_renames_disables_enables_and_revokes_a_token() -> None:
    """Each is one entry that names the token; the value opens the same afterwards, for it is not touched."""
    house = licensed()
    value = issue(house, actor=ADA)
    here: dict[str, Any] = {"actor": ADA, "at": AT, "account": house.account, "token": (token := number_of(house))}
    with watched() as written:
        rename_token(**here, name=" deploy ")
        disable_token(**here)
        assert status_of(house, token) == "disabled"
        enable_token(**here)
        assert status_of(house, token) == "enabled"
        revoke_token(**here)
    assert status_of(house, token) == "revoked"
    stored = UserToken.rows.of(house.account).get(pk=token)
    assert (stored.name, stored.digest) == ("deploy", digest_of(value))
    found = written.entries[house.account]
    update = ("user.token", "UPDATE", "AUTHENTICATION")
    assert [words(entry) for entry in found] == [update, update, update, ("user.token", "DELETE", "AUTHENTICATION")]
    assert {(entry.user, entry.container) for entry in found} == {("ada@acme.example", "ada@acme.example")}
    assert [entry.properties for entry in found] == [
        [{"name": "name", "old": "ci", "new": "deploy"}],
        [{"name": "status", "old": "enabled", "new": "disabled"}],
        [{"name": "status", "old": "disabled", "new": "enabled"}],
        [{"name": "name", "old": "deploy", "new": None}],
    ]
    assert [entry.message for entry in found] == [
        "The token ci was renamed.",
        "The token deploy was disabled.",
        "The token deploy was enabled.",
        "The token deploy was revoked.",
    ]


def test_tok_5_what_is_so_already_is_not_done_again() -> None:
    """Neither a second entry nor an error: a list may be older than the token."""
    house = licensed()
    issue(house)
    here: dict[str, Any] = {"actor": ADA, "at": AT, "account": house.account, "token": number_of(house)}
    with watched() as written:
        enable_token(**here)
        rename_token(**here, name="ci")
    assert not written.entries


def test_tok_5_revoking_is_permanent() -> None:
    """Nothing can be done with a revoked token, by nobody."""
    house = licensed()
    issue(house)
    for actor in (ADA, OPERATOR):
        here: dict[str, Any] = {"actor": actor, "at": AT, "account": house.account, "token": number_of(house)}
        if actor is ADA:
            revoke_token(**here)
        for act in VERBS.values():
            assert code(lambda: act(**here)) == ("token_revoked", "TOK-5")  # noqa: B023
        assert code(lambda: rename_token(**here, name="x")) == ("token_revoked", "TOK-5")  # noqa: B023


def test_tok_3_a_new_name_is_judged_like_the_first_one() -> None:
    """Limited and unique per person, over all accounts."""
    house = licensed()
    issue(house)
    issue(house, "other")
    here: dict[str, Any] = {"actor": ADA, "at": AT, "account": house.account, "token": number_of(house)}
    assert code(lambda: rename_token(**here, name="other")) == ("token_name_taken", "TOK-3")
    assert code(lambda: rename_token(**here, name="x" * 101)) == ("token_name_invalid", "TOK-3")
    assert code(lambda: rename_token(**here, name=" ")) == ("token_name_invalid", "TOK-3")
    assert code(lambda: rename_token(**{**here, "token": 987654}, name="x")) == ("token_not_found", "TOK-3")


def test_tok_8_who_administers_tokens_ends_those_of_others_and_names_none() -> None:
    """Account Administration and API Access together; the owner's own right to the token is API Access."""
    house = licensed()
    issue(house)
    boss = colleague(house, "ACCOUNT_ADMIN", "API")
    here: dict[str, Any] = {"actor": boss, "at": AT, "account": house.account, "token": (token := number_of(house))}
    with watched() as written:
        disable_token(**here)
        enable_token(**here)
        assert code(lambda: rename_token(**here, name="x")) == ("token_of_somebody_else", "TOK-5")
        revoke_token(**here)
    assert status_of(house, token) == "revoked"
    found = written.entries[house.account]
    assert {(entry.user, entry.container) for entry in found} == {(boss.name, "ada@acme.example")}


@pytest.mark.parametrize("held", [("API",), ("ACCOUNT_ADMIN",), ()], ids=lambda held: "-".join(held) or "nothing")
def test_tok_8_with_less_nobody_touches_or_finds_tokens_of_others(held: tuple[str, ...]) -> None:
    """Whether there is such a token is not told either."""
    house = licensed()
    issue(house)
    lesser = colleague(house, *held)
    for token in (number_of(house), 987654):
        for act in VERBS.values():
            refused = lambda: act(actor=lesser, at=AT, account=house.account, token=token)  # noqa: B023, E731
            assert code(refused) == ("not_held", "ROLE-11")
    assert status_of(house, number_of(house)) == "enabled"


def test_tok_5_without_api_access_a_token_is_the_administrators_to_end() -> None:
    """Its owner has lost the page as well (TOK-1)."""
    house = licensed()
    token = a_token(house.account, house.bystander, "old")
    bo = Actor(UserKey("bo@acme.example"), Source.UI)
    for act in VERBS.values():
        refused = lambda: act(actor=bo, at=AT, account=house.account, token=token)  # noqa: B023, E731
        assert code(refused) == ("not_held", "ROLE-11")


# ---- calls ---------------------------------------------------------------------------------------------------------


def called(house: House, value: str, account: AccountId | None = None, user: UserKey = ADA_KEY) -> tuple[int, str]:
    """What a call by this user with this token would be told, about the house unless another account is named."""
    answer = Caller(Client(), account or house.account, f"BOOMI_TOKEN.{user}", value).send("GET", "getAssignableRoles")
    return answer.status_code, answer.headers.get("Tenantry-Refusal", "")


def test_tok_7_a_token_is_asked_for_at_every_call() -> None:
    """Wrong, disabled or revoked it is 401; for another account 403 (TOK-3)."""
    house = licensed()
    value = issue(house)
    assert called(house, value) == (200, "")
    assert called(house, value[:-1]) == (401, "call_not_proven")
    assert called(house, value.upper()) == (401, "call_not_proven")
    assert called(house, value, user=UserKey("bo@acme.example")) == (401, "call_not_proven")
    assert called(house, value, account=house.member) == (403, "token_elsewhere")
    here: dict[str, Any] = {"actor": ADA, "at": AT, "account": house.account, "token": number_of(house)}
    disable_token(**here)
    assert called(house, value) == (401, "call_not_proven")
    enable_token(**here)
    assert called(house, value) == (200, "")
    revoke_token(**here)
    assert called(house, value) == (401, "call_not_proven")


def test_tok_7_the_rights_of_its_owner_are_asked_for_at_every_call() -> None:
    """Without API Access or the feature a valid token is 403, and works again later; of somebody locked it is 401."""
    house = licensed()
    user = UserKey("cy@acme.example")
    key = a_role(house.account, "Key", "API")
    cy = a_user(house.account, key, STANDARD_USER, email=user)
    value = issue(house, user=user)
    assert called(house, value, user=user) == (200, "")
    change: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    users.change_user_roles(**change, user=cy.id, roles=frozenset({STANDARD_USER}))
    assert called(house, value, user=user) == (403, "not_held")
    users.change_user_roles(**change, user=cy.id, roles=frozenset({key}))
    assert called(house, value, user=user) == (200, "")
    for on, answer in ((False, (403, "tokens_not_licensed")), (True, (200, ""))):
        switch_feature(**change, feature=Feature.API_TOKENS, on=on)
        assert called(house, value, user=user) == answer
    User.objects.filter(pk=cy.id).update(locked=True)
    revisions.raise_revisions([house.account])
    assert called(house, value, user=user) == (401, "call_not_proven")


def test_scn_88_a_suspended_account_refuses_tokens_until_it_is_reactivated() -> None:
    """The token itself is kept (ACC-13)."""
    house = licensed()
    value = issue(house)
    accounts.suspend_account(actor=OPERATOR, at=AT, account=house.account)
    assert called(house, value) == (403, "account_not_available")
    accounts.reactivate_account(actor=OPERATOR, at=AT, account=house.account)
    assert called(house, value) == (200, "")


def test_tok_9_a_new_password_leaves_tokens_as_they_are() -> None:
    """They are for programs, which know of no password."""
    house = licensed()
    value = issue(house)
    person = User.objects.get(pk=house.administrator)
    person.set_password("a former passphrase")
    User.objects.filter(pk=person.pk).update(password=person.password)
    new = "another passphrase altogether"
    change_own_password(actor=ADA, at=AT, old="a former passphrase", new=new, again=new)
    assert called(house, value) == (200, "")


# ---- paths that end ------------------------------------------------------------------------------------------------


def tokened(who: Somebody, *where: AccountId) -> None:
    """Tokens as earlier rights made them: neither feature nor privilege is asked for here."""
    for account in where:
        token = UserToken(
            account_id=account,
            user_id=who.id,
            name=f"for {account}"[:100],
            digest=f"{who.id} {account}"[:64],
            created_at=made.AT,
        )
        UserToken.rows.of(account).bulk_create([token])


def live(who: Somebody, *where: AccountId) -> set[AccountId]:
    """Those of the accounts for which somebody's token is not revoked."""
    return {a for a in where if UserToken.rows.of(a).filter(user_id=who.id).exclude(status="revoked").exists()}


def leaves(partner: Partner, *members: AccountId) -> None:
    """Accounts leave the group Services."""
    groups.remove_accounts_from_group(
        actor=partner.ann.actor, at=made.AT, account=partner.home, group=partner.services, members=frozenset(members)
    )


def is_dismissed(partner: Partner, who: Somebody) -> None:
    """Somebody leaves the group Services."""
    groups.remove_user_from_group(
        actor=partner.ann.actor, at=made.AT, account=partner.home, group=partner.services, user=who.id
    )


def group_goes(partner: Partner) -> None:
    """The group Services is deleted."""
    groups.remove_group(actor=partner.ann.actor, at=made.AT, account=partner.home, group=partner.services)


def account_is_deleted(account: AccountId) -> None:
    """An account is deleted."""
    accounts.delete_account(actor=OPERATOR, at=made.AT, account=account)


ENDINGS: dict[str, tuple[Callable[[Partner], None], bool, str]] = {
    "an account leaves the group": (
        lambda p: leaves(p, p.abc),
        False,
        "the account left the account group Services",
    ),
    "the user leaves the group": (
        lambda p: is_dismissed(p, p.ned),
        True,
        "the user was removed from the account group Services",
    ),
    "the group is deleted": (group_goes, True, "the account group Services was deleted"),
    "the primary is deleted": (lambda p: account_is_deleted(p.home), True, "the primary account was deleted"),
    "the account is deleted": (lambda p: account_is_deleted(p.abc), False, "the account was deleted"),
}
"""How a path ends; whether it ends in the other account of the group too; and what the entry says."""


@pytest.mark.parametrize("ending", ENDINGS)
def test_tok_10_and_scn_9_tokens_for_accounts_out_of_reach_are_revoked(ending: str, partner: Partner) -> None:
    """Of a person whose only path it was, for the account and no other; the entry in that account states the reason."""
    end, both, why = ENDINGS[ending]
    enlist(partner.home, partner.services, partner.ned, SUPPORT)
    own = a_user(partner.home, STANDARD_USER, email=partner.ned.email)
    tokened(own, partner.abc, partner.def_, partner.home)
    tokened(partner.una, partner.abc)
    with watched() as written:
        end(partner)
    assert live(own, partner.abc, partner.def_, partner.home) == (
        {partner.home} if both else {partner.def_, partner.home}
    )
    assert live(partner.una, partner.abc) == {partner.abc}
    for account in (partner.abc, partner.def_) if both else (partner.abc,):
        [entry] = [one for one in written.entries[account] if one.type == "user.token"]
        assert words(entry) == ("user.token", "DELETE", "AUTHENTICATION")
        name = f"for {account}"
        assert entry.message == f"The token {name} was revoked: {why}, and no other path leads to the account."
        assert (entry.container, entry.properties) == (own.email, [{"name": "name", "old": name, "new": None}])


def test_grp_17_and_grp_18_and_user_10_tokens_survive_where_another_path_leads(partner: Partner) -> None:
    """Through All Accounts, another group, or a direct role: as long as there is one, nothing is revoked."""
    where = (partner.abc, partner.def_, partner.ghi)
    tokened(partner.serv, *where)
    leaves(partner, partner.def_)
    assert live(partner.serv, *where) == set(where)
    second = a_group(partner.home, "Second", members=[partner.abc], people={partner.serv: [SUPPORT]})
    a_user(partner.ghi, SUPPORT, email=partner.serv.email)
    groups.remove_user_from_group(
        actor=OPERATOR, at=made.AT, account=partner.home, group=partner.everybody, user=partner.serv.id
    )
    assert live(partner.serv, *where) == {partner.abc, partner.ghi}
    is_dismissed(partner, partner.serv)
    assert live(partner.serv, *where) == {partner.abc, partner.ghi}
    users.remove_user(actor=OPERATOR, at=made.AT, account=partner.ghi, user=partner.serv.id)
    assert live(partner.serv, *where) == {partner.abc}
    groups.remove_group(actor=OPERATOR, at=made.AT, account=partner.home, group=second)
    assert live(partner.serv, *where) == set()


def test_user_10_a_removed_users_token_lives_on_where_a_group_leads(partner: Partner) -> None:
    """Removed from Users, in a group still: the token stays; removed from both: revoked, with the reason."""
    where = (partner.abc, partner.ghi)
    for account in where:
        a_user(account, SUPPORT, email=partner.ned.email)
    enlist(partner.home, partner.services, partner.ned, SUPPORT)
    tokened(partner.ned, *where)
    with watched() as written:
        for account in where:
            users.remove_user(actor=OPERATOR, at=made.AT, account=account, user=partner.ned.id)
    assert live(partner.ned, *where) == {partner.abc}
    [entry] = [one for one in written.entries[partner.ghi] if one.type == "user.token"]
    assert "the user was removed from the account" in entry.message


def test_tok_10_a_last_role_taken_by_hand_removes_the_user_and_revokes(partner: Partner) -> None:
    """Taking the last role removes the user from the account (USER-9), and with the user the token."""
    who = a_user(partner.ghi, SUPPORT)
    tokened(who, partner.ghi)
    users.remove_user_role(actor=OPERATOR, at=made.AT, account=partner.ghi, user=who.id, role=SUPPORT)
    assert live(who, partner.ghi) == set()


def test_tok_10_losing_roles_only_does_not_revoke(partner: Partner) -> None:
    """A withdrawn share, a cap, a suspension, a lock, time that runs out: no path has been removed by hand."""
    lend(partner.home, partner.services, partner.lent)
    a_user(partner.abc, partner.lent, email=partner.ned.email)
    hold(partner.def_, partner.dee, ADMINISTRATOR)
    tokened(partner.ned, partner.abc)
    tokened(partner.serv, partner.abc)
    made.withdraw(partner.home, partner.services, partner.lent)
    finish_share_ends()
    accounts.change_support_access_role(actor=OPERATOR, at=made.AT, account=partner.abc, role=None)
    accounts.suspend_account(actor=OPERATOR, at=made.AT, account=partner.abc)
    accounts.suspend_account(actor=OPERATOR, at=made.AT, account=partner.home)
    users.set_lock(actor=OPERATOR, at=made.AT, user=partner.serv.email, locked=True)
    assert live(partner.ned, partner.abc) == {partner.abc}
    assert live(partner.serv, partner.abc) == {partner.abc}


def test_tok_10_an_end_elsewhere_leaves_tokens_that_lost_their_role_alone(partner: Partner, rival: Rival) -> None:
    """Only accounts where the path ended are looked at: a token that waits for its role elsewhere goes on waiting."""
    enlist(partner.home, partner.services, partner.ned, SUPPORT)
    enlist(rival.home, rival.group, partner.ned, SUPPORT)
    tokened(partner.ned, partner.ghi, partner.abc, rival.member)
    is_dismissed(partner, partner.ned)
    assert live(partner.ned, partner.ghi, partner.abc, rival.member) == {partner.ghi, rival.member}


def test_tok_10_a_path_not_in_force_is_a_path_and_one_that_is_over_is_none(partner: Partner) -> None:
    """A role that begins later keeps the token; one that has ended does not."""
    early, late = somebody(), somebody()
    for who, starts, stops in ((early, made.AT + DAY, None), (late, None, made.AT)):
        enlist(partner.home, partner.services, who, SUPPORT)
        hold_in_group(partner.home, partner.everybody, who, SUPPORT, starts=starts, ends=stops)
        tokened(who, partner.abc)
    leaves(partner, partner.abc)
    assert live(early, partner.abc) == {partner.abc}
    assert live(late, partner.abc) == set()


def test_tok_10_disabled_tokens_are_revoked_and_revoked_ones_told_of_once(partner: Partner) -> None:
    """What is revoked already gets no second entry."""
    enlist(partner.home, partner.services, partner.ned, SUPPORT)
    tokened(partner.ned, partner.abc)
    UserToken.rows.of(partner.abc).update(status="disabled")
    with watched() as written:
        leaves(partner, partner.abc)
        is_dismissed(partner, partner.ned)
    assert live(partner.ned, partner.abc) == set()
    assert sum(entry.type == "user.token" for entry in written.entries[partner.abc]) == 1


def test_tok_10_a_revoked_token_makes_room_for_another(partner: Partner) -> None:
    """Revoked ones do not count among the five (TOK-2), and their names are free (TOK-3)."""
    key = a_role(partner.home, "Key", "API")
    enlist(partner.home, partner.services, partner.ned, key)

    def issue_one(name: str) -> str:
        return issue_user_token(actor=OPERATOR, at=made.AT, account=partner.abc, user=partner.ned.email, name=name)

    for n in range(5):
        issue_one(f"token {n}")
    assert code(lambda: issue_one("sixth")) == ("token_limit_reached", "TOK-2")
    leaves(partner, partner.abc)
    assert code(lambda: issue_one("token 0")) == ("no_roles", "ENTRY-1")
    made.a_group(partner.home, "Again", members=[partner.abc], people={partner.ned: [key]})
    issue_one("token 0")


def paths(who: User, facts: AccountFacts) -> Iterable[Any]:
    """The paths by which somebody reaches an account, in the words of the rules, read one by one."""
    direct = standing_grants(facts, grants_of(facts.id, who.pk))
    temporary = temporary_grants(facts.id).get(user_key(who.email), (None, ()))[1]
    outside = outside_grants(facts.groups, user_key(who.email)) if facts.status is not Status.DELETED else ()
    return [grant for grant in (*direct, *temporary, *outside) if not grant.validity.ended(made.AT)]


WINDOWS = [None, (None, None), (made.AT + DAY, None), (None, made.AT), (None, made.AT + DAY)]
WAYS = ("default", "own", "shared", "unshared", "group", "everybody", "foreign group", "temporary", "requested")


def test_tok_10_which_tokens_have_no_path_is_what_the_rules_say(partner: Partner, rival: Rival) -> None:
    """Every kind of path in every window, alone and against accounts in every status: one query says what looking
    account by account says.
    """
    lend(partner.home, partner.services, partner.lent)
    own, unshared = a_role(partner.abc, "Own"), a_role(partner.home, "Unshared")
    everyone: list[User] = []
    for number, (way, window) in enumerate(product(WAYS, WINDOWS)):
        who = somebody(f"w{number}@x", staff=way in {"temporary", "requested"})
        everyone.append(who.row)
        tokened(who, partner.abc, partner.def_, rival.member)
        if window is None:
            continue
        starts, stops = window
        role = {"own": own, "shared": partner.lent, "unshared": unshared}.get(way, SUPPORT)
        if way in {"default", "own", "shared", "unshared"}:
            row = UserRole(account_id=partner.abc, user_id=who.id, role_id=role, valid_from=starts, valid_until=stops)
            UserRole.rows.of(partner.abc).bulk_create([row])
        elif way in {"temporary", "requested"}:
            status = GrantStatus.ACTIVE if way == "temporary" else GrantStatus.REQUESTED
            SupportGrant.rows.of(partner.abc).bulk_create(
                [
                    SupportGrant(
                        account_id=partner.abc,
                        user_id=who.id,
                        status=status,
                        role=SUPPORT,
                        requested_at=made.AT,
                        granted_at=starts or made.AT,
                        expires_at=stops,
                    )
                ]
            )
        else:
            home = rival.home if way == "foreign group" else partner.home
            group = {"group": partner.services, "everybody": partner.everybody}.get(way, rival.group)
            hold_in_group(home, group, who, SUPPORT, starts=starts, ends=stops)
    revisions.raise_revisions([partner.abc, partner.def_])
    for deleted in (None, rival.home, partner.abc):
        if deleted is not None:  # as a load says it: nothing else is written
            Account.rows.of(deleted).update(status=Status.DELETED)
            revisions.raise_given([deleted])
        found = unreachable_tokens([who.pk for who in everyone], made.AT)
        lost = {(token.user_id, token.account_id) for token in found}
        where = (partner.abc, partner.def_, rival.member)
        known = [facts_of(account) for account in where]
        assert lost == {(who.pk, facts.id) for who, facts in product(everyone, known) if not paths(who, facts)}
        assert 0 < len(lost) < 3 * len(everyone)


def test_tok_10_looking_costs_the_same_for_one_person_as_for_a_hundred(partner: Partner) -> None:
    """One query for hundreds of people, and no account's facts are compiled for it."""
    people = [somebody(f"many{n}@x") for n in range(100)]
    for who in people:
        tokened(who, partner.abc, partner.def_)
    with CaptureQueriesContext(connection) as queries:
        found = unreachable_tokens([who.id for who in people], made.AT)
    assert len(found) == 200
    assert len(queries) == 1


def test_tok_10_revoking_costs_the_same_for_one_token_as_for_hundreds(partner: Partner) -> None:
    """A group of many goes: their tokens are revoked by statements that name many, each with an entry of its own."""

    def spent(people: list[Somebody]) -> int:
        for who in people:
            tokened(who, partner.abc, partner.def_)
        with CaptureQueriesContext(connection) as queries, watched() as written:
            revoke_unreachable(
                actor=OPERATOR,
                at=made.AT,
                people=[who.id for who in people],
                accounts=[partner.abc],
                why="the account group was deleted",
            )
        for who in people:
            assert live(who, partner.abc, partner.def_) == {partner.def_}
        told = [entry.message for entry in written.entries[partner.abc]]
        assert len(told) == len(people)
        assert all("the account group was deleted, and no other path leads" in message for message in told)
        return len(queries)

    assert spent([somebody("one@x")]) == spent([somebody(f"some{n}@x") for n in range(60)])
