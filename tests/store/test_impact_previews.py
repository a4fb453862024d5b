"""UI-4: a preview says exactly what the change then does, for every change there is, in small random worlds.

`PREVIEW_EXAMPLES` sets how many worlds are tried; the default is small enough for every run of the tests. A found
difference is reproduced by the blob that is printed; `PREVIEW_SHRINK=1` makes it small first, in minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.decisions.engine import ENGINE, subject_in
from tenantry.decisions.guard import require
from tenantry.decisions.impact import Looking
from tenantry.groups import commands as groups
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser
from tenantry.groups.queries import group_grants_of, group_of
from tenantry.previews.commands import Confirmation, confirm, digest_of, make_preview, told_impact
from tenantry.roles import commands as roles
from tenantry.roles.models import Role
from tenantry.rules import changes as c
from tenantry.rules import refusals as no
from tenantry.rules.answers import Denied
from tenantry.rules.decide import access_of
from tenantry.rules.features import Feature
from tenantry.rules.impact import Effect, Outcome
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.refusals import Refused
from tenantry.rules.roles import DEFAULT_ROLE_BY_NAME
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, RoleId, Status, UserKey, user_key
from tenantry.sharing import commands as sharing
from tenantry.sharing import ends
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing
from tenantry.store.revisions import raise_revisions
from tenantry.support.models import SupportGrant
from tenantry.users.models import AccountUser, User, UserRole
from tests.reference.facts import ALL_ACCOUNTS
from tests.reference.ingredients import BOUNDS, DEFAULT_ROLE_NAMES, INSTANTS, ROLE_PRIVILEGES
from tests.reference.world_commands import command_sequences
from tests.reference.worlds import worlds
from tests.scenarios import raw_store
from tests.scenarios.doors import CannotAsk
from tests.scenarios.product_doors import StoreDoor
from tests.scenarios.questions import Do, Line

pytestmark = [pytest.mark.django_db, pytest.mark.store]

EXAMPLES = int(os.environ.get("PREVIEW_EXAMPLES", "20"))
THOROUGH = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if "PREVIEW_SHRINK" in os.environ else [])],
)
HOUR = timedelta(hours=1)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# ---- worlds --------------------------------------------------------------------------------------------------------


@st.composite
def peopled_worlds(draw: st.DrawFn) -> tuple[list[Line], list[Any]]:
    """A small world, and what no line says: temporary grants, and assignments that an ended share left."""
    crowded = st.integers(0, 2**32).map(lambda seed: crowded_world(Random(seed)))
    lines = draw(st.one_of(crowded, crowded, crowded, worlds(groups=True)))
    people = [line["id"] for line in lines if line["kind"] == "user"]
    where = [line["id"] for line in lines if line["kind"] == "account"]
    bounds = st.sampled_from([datetime.fromisoformat(bound) for bound in BOUNDS])
    temporary = draw(st.lists(st.tuples(st.sampled_from(where), st.sampled_from(people), bounds), max_size=2))
    left = draw(st.lists(st.tuples(st.sampled_from(where), st.sampled_from(people)), max_size=2))
    return lines, [temporary, left, draw(st.integers(0, 999))]


PRIMARY, CUSTOMERS = "a-1", ("b-2", "c-3", "d-4")
OWN_ROLES = ("Alpha", "Beta", "Gamma")
PEOPLE = ("ann@a.example", "Bob@b.example", "cyd@platform.example", "dee@d.example", "eve@e.example")
GROUPS = (ALL_ACCOUNTS, "Services 1", "Services 2")


def crowded_world(random: Random) -> list[Line]:
    """A world in which most changes make a difference: everybody holds something, by every way there is."""

    def now_and_then(chance: float) -> bool:
        return random.random() < chance

    def some(items: Sequence[Any], most: int) -> list[Any]:
        return random.sample(list(items), min(random.randint(1, most), len(items)))

    def window() -> Line:
        if not now_and_then(0.3):
            return {}
        first, last = random.choice([(0, None), (1, None), (None, 0), (None, 1), (None, 2), (0, 2), (1, 2)])
        bounds = {"valid_from": first, "valid_until": last}
        return {key: BOUNDS[index] for key, index in bounds.items() if index is not None}

    def account(key: str) -> Line:
        security = ["advanced_user_security"] if now_and_then(0.8) else []
        features = [*security, *random.sample(["data_hub", "developer", "advanced_environment_access"], k=2)]
        line: Line = {"kind": "account", "id": key, "name": key, "features": features}
        if key == PRIMARY:
            features.append("account_groups")
        elif now_and_then(0.9):
            line["primary"] = PRIMARY
        if now_and_then(0.15):
            line["status"] = random.choice(["suspended", "deleted", "unlimited", "trial"])
            line |= {"trial_ends": random.choice(BOUNDS)} if line["status"] == "trial" else {}
        usual = ["Administrator", "Administrator", "Standard User", "Production Support"]
        line["support_access_role"] = random.choice([None, None, *usual, *OWN_ROLES])
        return line

    def role(key: str, name: str) -> Line:
        parents = [None, None, *OWN_ROLES, *DEFAULT_ROLE_NAMES]
        privileges = sorted(some(ROLE_PRIVILEGES, 4))
        return {
            "kind": "role",
            "account": key,
            "name": name,
            "inherits": random.choice(parents),
            "privileges": privileges,
        }

    everywhere = (PRIMARY, *CUSTOMERS)
    lines = [account(key) for key in everywhere]
    lines += [role(key, name) for key in everywhere for name in OWN_ROLES]
    for who in PEOPLE:
        flags = {"staff": now_and_then(0.2), "locked": now_and_then(0.1)}
        lines.append({"kind": "user", "id": who, "signed_in": True, **flags})
    for group in GROUPS:
        row: Line = {"account": PRIMARY, "group": group}
        if group != ALL_ACCOUNTS:
            lines.append({"kind": "account_group", "account": PRIMARY, "name": group})
            managed = [line["id"] for line in lines if line.get("primary")]
            lines += [{"kind": "group_account", **row, "member": key} for key in managed if now_and_then(0.6)]
        for who in PEOPLE:
            given_roles = some([*OWN_ROLES, *OWN_ROLES, *DEFAULT_ROLE_NAMES], 2) if now_and_then(0.5) else []
            lines += [
                {"kind": "group_user_role", **row, "user": who, "role": name, **window()} for name in set(given_roles)
            ]
        shared = [name for name in OWN_ROLES if now_and_then(0.4)]
        lines += [{"kind": "group_resource", **row, "type": "role", "name": name} for name in shared]
    for key in everywhere:
        foreign = [{"account": PRIMARY, "name": name} for name in OWN_ROLES] if key != PRIMARY else []
        for who in PEOPLE:
            held = some([*OWN_ROLES, *DEFAULT_ROLE_NAMES, *foreign, *foreign], 2) if now_and_then(0.45) else []
            lines += [{"kind": "user_role", "account": key, "user": who, "role": one, **window()} for one in held]
    return lines


def write(world: tuple[list[Line], list[Any]]) -> None:
    """Put it into the tables."""
    lines, (temporary, left, seed) = world
    random = Random(seed)
    raw_store.write(lines)
    people = {row.email_key: row.pk for row in User.objects.all()}
    own = {account: list(Role.rows.of(account).values_list("id", flat=True)) for account in _ids()}
    for account, who, bound in temporary:
        role = random.choice([*own[account], *own[account], *DEFAULT_ROLE_BY_NAME.values()])
        grant = SupportGrant(
            account_id=account,
            user_id=people[user_key(who)],
            status="active",
            role=role,
            requested_at=bound,
            granted_at=bound - random.choice([0, 240]) * HOUR,
            expires_at=bound + random.choice([4, 168, 24 * 365]) * HOUR,
        )
        SupportGrant.rows.of(account).bulk_create([grant])
    for account, who in left:
        primary = Account.rows.of(account).get().primary_id
        for role in own.get(primary, [])[:1]:
            link = {"account_id": account, "user_id": people[user_key(who)]}
            AccountUser.rows.of(account).bulk_create([AccountUser(**link)], ignore_conflicts=True)
            UserRole.rows.of(account).bulk_create([UserRole(**link, role_id=role)], ignore_conflicts=True)
    raise_revisions(_ids())


def _ids() -> list[AccountId]:
    rows = Account.rows.across(Crossing.ESTATE).order_by("id")
    return [AccountId(key) for key in rows.values_list("id", flat=True)]


def everybody(at: datetime) -> dict[tuple[AccountId, UserKey], Outcome]:
    """How every person is in every account, by the function that decides."""
    found: dict[tuple[AccountId, UserKey], Outcome] = {}
    people = [UserKey(key) for key in User.objects.order_by("email_key").values_list("email_key", flat=True)]
    for account in _ids():
        facts = ENGINE.snapshot(account)
        assert facts is not None
        for who in people:
            key, stranger = subject_in(facts, who)
            access = access_of(facts, key, at, stranger)
            denied = access.refusal.code if isinstance(access, Denied) else ""
            privileges = NOTHING if isinstance(access, Denied) else access.privileges
            found[account, who] = Outcome(not denied, privileges, denied)
    return found


def effects(
    before: dict[tuple[AccountId, UserKey], Outcome], after: dict[tuple[AccountId, UserKey], Outcome]
) -> list[Effect]:
    """What is different, in the words of an impact."""
    found = []
    for (account, who), old in before.items():
        new = after[account, who]
        if (old.enters, old.privileges) != (new.enters, new.privileges):
            lost, gained = Mask(old.privileges & ~new.privileges), Mask(new.privileges & ~old.privileges)
            barred = new.barred if old.enters and not new.enters else ""
            found.append(Effect(account, who, lost, gained, barred, new.enters and not old.enters))
    return sorted(found)


# ---- changes -------------------------------------------------------------------------------------------------------


class Plan(NamedTuple):
    """A change, and the command that makes it: given the confirmation of its preview."""

    account: AccountId
    change: c.Change
    run: Callable[[Confirmation | None, datetime], object]


Draw = Callable[[st.SearchStrategy[Any]], Any]


def _pick(draw: Draw, items: list[Any], most: int = 3) -> list[Any]:
    return list(draw(st.lists(st.sampled_from(items), min_size=1, max_size=most, unique=True)))


def _group_rows() -> list[AccountGroup]:
    return list(AccountGroup.rows.across(Crossing.ESTATE).order_by("id"))


def share_ends(draw: Draw, _: datetime) -> Plan | None:
    """A role is withdrawn from a group."""
    rows = list(Share.rows.across(Crossing.ESTATE).order_by("id"))
    if not rows:
        return None
    row = draw(st.sampled_from(rows))
    owner, group, role = AccountId(row.account_id), GroupId(row.group_id), RoleId(row.resource)
    return Plan(
        owner,
        c.ShareEnds(owner, group, frozenset({role})),
        lambda seen, at: sharing.withdraw(
            actor=OPERATOR, at=at, account=owner, group=group, kind=Kind.ROLE, resource=role, confirmed=seen
        ),
    )


def accounts_leave(draw: Draw, _: datetime) -> Plan | None:
    """Accounts are taken out of a group."""
    rows = list(GroupAccount.rows.across(Crossing.ESTATE).order_by("id"))
    if not rows:
        return None
    row = draw(st.sampled_from(rows))
    owner, group = AccountId(row.account_id), GroupId(row.group_id)
    inside = sorted(AccountId(other.member_id) for other in rows if other.group_id == row.group_id)
    leaving = frozenset(_pick(draw, inside))
    return Plan(
        owner,
        c.AccountsLeave(owner, group, leaving),
        lambda seen, at: groups.remove_accounts_from_group(
            actor=OPERATOR, at=at, account=owner, group=group, members=leaving, confirmed=seen
        ),
    )


def _member(draw: Draw) -> tuple[AccountId, GroupId, int, UserKey] | None:
    rows = list(GroupUser.rows.across(Crossing.ESTATE).select_related("user").order_by("id"))
    if not rows:
        return None
    row = draw(st.sampled_from(rows))
    return AccountId(row.account_id), GroupId(row.group_id), int(row.user_id), UserKey(row.user.email_key)


def user_leaves(draw: Draw, _: datetime) -> Plan | None:
    """Somebody is taken out of a group."""
    found = _member(draw)
    if found is None:
        return None
    owner, group, user, key = found
    return Plan(
        owner,
        c.UserLeaves(owner, group, key),
        lambda seen, at: groups.remove_user_from_group(
            actor=OPERATOR, at=at, account=owner, group=group, user=user, confirmed=seen
        ),
    )


def group_roles_change(draw: Draw, at: datetime) -> Plan | None:
    """Somebody in a group gets other roles there; those that the dialog does not show stay."""
    found = _member(draw)
    if found is None:
        return None
    owner, group, user, key = found
    offered = [role.id for role in groups.available_roles(require("API", actor=OPERATOR, account=owner, at=at))]
    held = {g.role for g in group_grants_of(group_of(owner, group), user) if not g.validity.ended(at)}
    given_roles = frozenset(_pick(draw, offered)) | (held - set(offered))
    return Plan(
        owner,
        c.GroupRolesChange(owner, group, key, given_roles),
        lambda seen, at: groups.change_group_user_roles(
            actor=OPERATOR, at=at, account=owner, group=group, user=user, roles=given_roles, confirmed=seen
        ),
    )


def _default_ids() -> list[str]:
    return [DEFAULT_ROLE_BY_NAME[name.casefold()] for name in DEFAULT_ROLE_NAMES]


def group_goes(draw: Draw, _: datetime) -> Plan | None:
    """A group is deleted."""
    rows = [row for row in _group_rows() if not row.everywhere]
    if not rows:
        return None
    row = draw(st.sampled_from(rows))
    owner, group = AccountId(row.account_id), GroupId(row.id)
    return Plan(
        owner,
        c.GroupGoes(owner, group),
        lambda seen, at: groups.remove_group(actor=OPERATOR, at=at, account=owner, group=group, confirmed=seen),
    )


def _custom_role(draw: Draw) -> Role | None:
    rows = list(Role.rows.across(Crossing.ESTATE).filter(account__isnull=False).order_by("id"))
    return draw(st.sampled_from(rows)) if rows else None


def role_changes(draw: Draw, at: datetime) -> Plan | None:
    """A custom role gets other privileges, or another parent, or both."""
    row = _custom_role(draw)
    if row is None:
        return None
    owner, role = AccountId(row.account_id or ""), RoleId(row.id)
    parents = [None, *Role.rows.of(owner).order_by("id").values_list("id", flat=True), *_default_ids()]
    members: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "privileges": st.lists(st.sampled_from(ROLE_PRIVILEGES), max_size=3, unique=True),
                "parent": st.sampled_from(parents),
            },
        )
    )
    return Plan(
        owner,
        roles.changed_role(actor=OPERATOR, at=at, account=owner, role=role, **members),
        lambda seen, at: roles.edit_role(actor=OPERATOR, at=at, account=owner, role=role, confirmed=seen, **members),
    )


def role_goes(draw: Draw, at: datetime) -> Plan | None:
    """A custom role is removed."""
    row = _custom_role(draw)
    if row is None:
        return None
    owner, role = AccountId(row.account_id or ""), RoleId(row.id)
    old = roles.changed_role(actor=OPERATOR, at=at, account=owner, role=role).role
    return Plan(
        owner,
        c.RoleChanges(old, None),
        lambda _, at: roles.remove_role(actor=OPERATOR, at=at, account=owner, role=role),
    )


def _account(draw: Draw) -> Account:
    row: Account = draw(st.sampled_from(list(Account.rows.across(Crossing.ESTATE).order_by("id"))))
    return row


def features_change(draw: Draw, _: datetime) -> Plan | None:
    """An account gets a feature, or loses one."""
    row = _account(draw)
    account, feature = AccountId(row.id), draw(st.sampled_from(list(Feature)))
    features = row.feature_set() ^ {feature}
    return Plan(
        account,
        accounts.features_change(account, features),
        lambda seen, at: accounts.switch_feature(
            actor=OPERATOR, at=at, account=account, feature=feature, on=feature in features, confirmed=seen
        ),
    )


def status_changes(draw: Draw, _: datetime) -> Plan | None:
    """An account gets another status."""
    account = AccountId(_account(draw).id)
    status = draw(st.sampled_from([*Status, Status.DELETED, Status.SUSPENDED]))
    return Plan(
        account,
        c.StatusChanges(account, status),
        lambda seen, at: accounts.change_account_status(
            actor=OPERATOR, at=at, account=account, status=status, confirmed=seen
        ),
    )


def support_access_changes(draw: Draw, _: datetime) -> Plan | None:
    """An account gets another Support Access Role."""
    account = AccountId(_account(draw).id)
    own = Role.rows.of(account).order_by("id").values_list("id", flat=True)
    role = draw(st.sampled_from([None, *own, *_default_ids()]))
    return Plan(
        account,
        c.SupportAccessChanges(account, role),
        lambda seen, at: accounts.change_support_access_role(
            actor=OPERATOR, at=at, account=account, role=role, confirmed=seen
        ),
    )


PLANS: list[Callable[[Draw, datetime], Plan | None]] = [
    share_ends,
    accounts_leave,
    user_leaves,
    group_roles_change,
    group_goes,
    role_changes,
    role_goes,
    features_change,
    status_changes,
    support_access_changes,
]


def planned(draw: Draw, at: datetime) -> Plan | None:
    """A change that this world has something for: the first of several kinds that there is anything to do for."""
    for make in draw(st.lists(st.sampled_from(PLANS), min_size=3, max_size=3, unique=True)):
        try:
            plan = make(draw, at)
        except Refused:
            continue
        if plan is not None:
            return plan
    return None


def refusal_of(act: Callable[[], object]) -> no.Refusal | None:
    """Why this is refused; `None` if it is done."""
    try:
        act()
    except Refused as refused:
        return refused.refusal
    return None


# ---- a preview is exact --------------------------------------------------------------------------------------------


def test_ui_4_every_change_is_looked_at() -> None:
    """Each kind of change has a plan here."""
    kinds = {kind for kind in vars(c).values() if isinstance(kind, type) and issubclass(kind, c._Nothing)}
    named = {kind.__name__ for kind in kinds - {c._Nothing}}
    assert named == {"".join(part.title() for part in plan.__name__.split("_")) for plan in PLANS} - {"RoleGoes"}


@THOROUGH
@given(peopled_worlds(), st.sampled_from(INSTANTS), st.data())
@pytest.mark.timeout(0)
def test_ui_4_a_preview_says_exactly_what_the_change_does(
    world: tuple[list[Line], list[Any]], instant: str, data: st.DataObject
) -> None:
    """Everybody's access in every account before and after the real command, compared with what the preview said; it is
    confirmed by the preview, and what follows it in the background changes nothing any more.
    """
    at = datetime.fromisoformat(instant)
    with undone():
        write(world)
        plan = planned(data.draw, at)
        if plan is None:
            return
        before = everybody(at)
        seen = make_preview(actor=OPERATOR, at=at, account=plan.account, change=plan.change)
        refusal = refusal_of(lambda: plan.run(seen.confirmation, at))
        if refusal is not None:
            assert not isinstance(refusal, no.ImpactChanged | no.PreviewNotFound)
            event(f"{type(plan.change).__name__}: refused ({refusal.code})")
            return
        after = everybody(at)
        event(f"{type(plan.change).__name__}: {'something' if seen.impact.effects else 'nothing'} changes")
        assert list(seen.impact.effects) == effects(before, after)
        ends.finish_share_ends()
        assert everybody(at) == after


@THOROUGH
@given(peopled_worlds(), st.sampled_from(INSTANTS), st.data())
@pytest.mark.timeout(0)
def test_ui_4_a_preview_holds_until_the_time_it_names(
    world: tuple[list[Line], list[Any]], instant: str, data: st.DataObject
) -> None:
    """Up to that time nothing changes by time alone: at every instant between, looking again gives the same."""
    at = datetime.fromisoformat(instant)
    with undone():
        write(world)
        plan = planned(data.draw, at)
        if plan is None:
            return
        impact = Looking(plan.change, at).impact()
        ticks = [datetime.fromisoformat(text) + step for text in INSTANTS for step in (-HOUR, timedelta(0), HOUR)]
        later = [tick for tick in ticks if tick > at and (impact.until is None or tick < impact.until)]
        event(f"until {'the end' if impact.until is None else 'a bound'}, {min(len(later), 3)} instants")
        for tick in later:
            assert Looking(plan.change, tick).impact().effects == impact.effects


# ---- a preview binds -----------------------------------------------------------------------------------------------


@THOROUGH
@given(peopled_worlds(), st.sampled_from(BOUNDS), st.data())
@pytest.mark.timeout(0)
def test_ui_4_a_confirmation_passes_if_and_only_if_the_change_still_does_the_same(
    world: tuple[list[Line], list[Any]], bound: str, data: st.DataObject
) -> None:
    """Whatever is done between looking and confirming, and whatever time does: refused if it makes a difference, which
    is named, and passed if it makes none. Stamps that prove it without looking again never say yes wrongly.
    """
    lines, _ = world
    at = datetime.fromisoformat(bound) - HOUR
    with undone():
        write(world)
        plan = planned(data.draw, at)
        if plan is None:
            return
        seen = make_preview(actor=OPERATOR, at=at, account=plan.account, change=plan.change)
        door = StoreDoor()
        done = 0
        for command in data.draw(command_sequences(lines, groups=True, most=3)):
            try:
                door.ask(Do(command.verb, command.fields), at)
                done += 1
            except CannotAsk:
                continue
        then = at + data.draw(st.sampled_from([0, 2])) * HOUR
        ask: dict[str, Any] = {"actor": OPERATOR, "account": plan.account, "at": then, "change": plan.change}
        try:
            verdict = confirm(seen.confirmation, **ask)
            now = Looking(plan.change, then).impact()
        except Refused as refused:
            event(f"the change is not to be had any more ({refused.refusal.code})")
            return
        same = digest_of(told_impact(now)) == seen.confirmation.digest
        event(f"{done} commands: {'the same' if same else 'different'}")
        if same:
            assert verdict is None
        else:
            assert isinstance(verdict, no.ImpactChanged)
            assert verdict.difference
