"""ENTRY-2, SSO-18, SSO-19: the list of enterable accounts says what asking account by account says, however the session
was begun.
"""

from functools import cache
from itertools import product
from typing import NamedTuple

import pytest

from tenantry.accounts.models import Account
from tenantry.accounts.queries import account_row
from tenantry.decisions.engine import Engine
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUserRole
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId
from tenantry.signin import entering
from tenantry.signin.entering import Entering, check_stay
from tenantry.signin.queries import enterable_accounts
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.sso.queries import federated_accounts
from tenantry.store import revisions
from tenantry.support.models import SupportGrant
from tenantry.users.models import User, UserRole
from tests.store.factories import ADMINISTRATOR, AT, DAY, STANDARD_USER, SUPPORT
from tests.store.outside import as_if_outside

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]


class Case(NamedTuple):
    """One managed account of the grid. `known` tells whether people have a Federation ID there."""

    primary: str
    enabled: bool
    known: bool
    access: str


ACCESS = ["none", "direct", "admin", "group", "direct and group", "temporary"]
BY_GROUP = ["group", "direct and group"]
CASES = [
    Case(primary, on, known, access)
    for primary, reach in (("P", ACCESS), ("Q", BY_GROUP))  # whose groups they are, matters to groups alone
    for on, known, access in product([False, True], [False, True], reach)
]
PRIMARIES = {"P": True, "Q": False}
"""Whether single sign-on is enabled in each."""


class Kind(NamedTuple):
    """One person: Federation IDs in the cases that say so, in the primaries, and of the platform's staff or not."""

    in_cases: bool
    in_primaries: bool
    staff: bool


KINDS = [Kind(cases, primaries, staff=False) for cases, primaries in product([False, True], repeat=2)]
KINDS.append(Kind(in_cases=True, in_primaries=True, staff=True))


def _accounts() -> dict[AccountId, Case]:
    """The primaries, each with a group, and an account for each case."""
    made = {AccountId(f"case{number:02}-AAAAAA"): case for number, case in enumerate(CASES)}
    primaries = [Account(id=key, name=key, name_key=key, features=["account_groups"]) for key in PRIMARIES]
    Account.rows.of("").bulk_create(primaries)
    rows = [
        Account(id=key, name=key, name_key=key, primary_id=case.primary, support_access_role_id=SUPPORT)
        for key, case in made.items()
    ]
    Account.rows.of("").bulk_create(rows)
    revisions.open_scopes([*PRIMARIES, *made])
    for key in PRIMARIES:
        AccountGroup.rows.of(key).bulk_create([AccountGroup(id=f"{key} G", account_id=key, name="G", name_key="g")])
        GroupAccount.rows.of(key).bulk_create(
            GroupAccount(account_id=key, group_id=f"{key} G", member_id=member)
            for member, case in made.items()
            if case.primary == key and case.access in BY_GROUP
        )
    enabled = {key for key, on in PRIMARIES.items() if on} | {key for key, case in made.items() if case.enabled}
    SignOnSettings.rows.of("").bulk_create(
        SignOnSettings(account_id=key, enabled=key in enabled) for key in (*PRIMARIES, *made)
    )
    return made


def _people(made: dict[AccountId, Case]) -> list[User]:
    """Everybody with the same access everywhere, and the Federation IDs of their kind."""
    people = User.objects.bulk_create(
        User(email=f"p{number}@x", email_key=f"p{number}@x", staff=kind.staff) for number, kind in enumerate(KINDS)
    )
    roles = {"direct": STANDARD_USER, "direct and group": STANDARD_USER, "admin": ADMINISTRATOR}
    holding = [(key, case, person) for key, case in made.items() for person in people]
    UserRole.rows.of("").bulk_create(
        UserRole(account_id=key, user=person, role_id=roles[case.access])
        for key, case, person in holding
        if case.access in roles
    )
    SupportGrant.rows.of("").bulk_create(
        SupportGrant(
            account_id=key,
            user=person,
            status="active",
            role=SUPPORT,
            requested_at=AT - DAY,
            granted_at=AT - DAY,
            expires_at=AT + DAY,
        )
        for key, case, person in holding
        if case.access == "temporary"
    )
    for primary in PRIMARIES:
        GroupUserRole.rows.of(primary).bulk_create(
            GroupUserRole(account_id=primary, group_id=f"{primary} G", user=person, role_id=SUPPORT)
            for person in people
        )
        UserRole.rows.of(primary).bulk_create(
            UserRole(account_id=primary, user=person, role_id=STANDARD_USER) for person in people
        )
    for person, kind in zip(people, KINDS, strict=True):
        places = [key for key, case in made.items() if case.known and kind.in_cases]
        places += [AccountId(key) for key in PRIMARIES if kind.in_primaries]
        Federation.rows.of("").bulk_create(
            Federation(account_id=key, user=person, federation_id=person.email, key=person.email) for key in places
        )
    return people


def _proofs(made: dict[AccountId, Case]) -> list[Proof]:
    """By password, and by the provider of either primary and of an account of each kind."""
    federating = [AccountId(key) for key in PRIMARIES]
    federating += [
        next(key for key, case in made.items() if case == Case("P", enabled=on, known=True, access=access))
        for on, access in [(True, "direct"), (True, "group"), (False, "direct")]
    ]
    by_provider = [Proof(by=ProvenBy.IDP, at=AT, federating=account) for account in federating]
    return [Proof(by=ProvenBy.PASSWORD, at=AT), *by_provider]


def test_entry_2_and_sso_18_and_sso_19_the_list_equals_asking_account_by_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Single sign-on of the account or not, Federation ID or not, Administrator or not, directly, by a group, both or
    as staff, by password or by the provider of a primary or of a managed account: for every account the list says what
    a request to it would be answered.
    """
    made = _accounts()
    people = _people(made)
    everywhere = [*map(AccountId, PRIMARIES), *made]
    sizes: dict[tuple[str, str], set[int]] = {}
    with monkeypatch.context() as patched:  # nothing is written meanwhile, so everything is read once
        as_if_outside(patched)
        patched.setattr(entering, "ENGINE", Engine())
        patched.setattr(entering, "federated_accounts", cache(federated_accounts))
        patched.setattr(entering, "account_row", cache(account_row))
        for person, proof in product(people, _proofs(made)):
            listed = set(enterable_accounts(person, AT, proof).values_list("id", flat=True))
            asked = {key for key in everywhere if check_stay(Entering(person, key, proof, AT)) is None}
            assert {key: made.get(AccountId(key)) for key in listed ^ asked} == {}, (KINDS[people.index(person)], proof)
            sizes.setdefault((proof.by, proof.federating or ""), set()).add(len(listed))
    assert len(sizes["password", ""]) >= 4  # each kind of person has a list of its own
    assert sizes["idp", "Q"] == {0}  # it is off there
    assert len(sizes["idp", "P"]) >= 3
