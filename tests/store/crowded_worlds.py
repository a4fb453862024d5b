"""Small random worlds in which most changes make a difference, changes to make in them, and other things that happen.

Everything is drawn from one `Random`, so that a seed tells the whole story.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.clouds.models import Cloud
from tenantry.decisions.guard import require
from tenantry.groups import commands as groups
from tenantry.groups.grants import available_roles
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser
from tenantry.groups.queries import group_grants_of, group_of
from tenantry.previews.commands import Confirmation
from tenantry.roles import commands as roles
from tenantry.roles.models import Role
from tenantry.rules import changes as c
from tenantry.rules.features import Feature
from tenantry.rules.roles import DEFAULT_ROLE_BY_NAME
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, RoleId, Status, UserKey
from tenantry.sharing import commands as sharing
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing
from tenantry.store.revisions import raise_revisions
from tenantry.support.models import SupportGrant
from tenantry.users import commands as users
from tenantry.users.models import User, UserRole
from tests.reference.facts import ALL_ACCOUNTS
from tests.reference.ingredients import BOUNDS, DEFAULT_ROLE_NAMES, ROLE_PRIVILEGES
from tests.scenarios import raw_store
from tests.scenarios.questions import Line

PRIMARY, CUSTOMERS = "a-1", ("b-2", "c-3", "d-4")
EVERYWHERE = (PRIMARY, *CUSTOMERS)
OWN_ROLES = ("Alpha", "Beta", "Gamma")
PEOPLE = ("ann@a.example", "bob@b.example", "cyd@platform.example", "dee@d.example", "eve@e.example")
GROUPS = (ALL_ACCOUNTS, "Services 1", "Services 2")
BOUND_AT = tuple(datetime.fromisoformat(bound) for bound in BOUNDS)
HOUR = timedelta(hours=1)
DEFAULT_IDS = tuple(RoleId(DEFAULT_ROLE_BY_NAME[name.casefold()]) for name in DEFAULT_ROLE_NAMES)


# ---- worlds --------------------------------------------------------------------------------------------------------


def some(random: Random, items: Sequence[Any], most: int) -> list[Any]:
    """One or more of these, each once."""
    chosen = random.sample(list(items), min(random.randint(1, most), len(items)))
    return list({repr(one): one for one in chosen}.values())


def _window(random: Random) -> Line:
    if random.random() > 0.3:
        return {}
    first, last = random.choice([(0, None), (1, None), (None, 0), (None, 1), (None, 2), (0, 2), (1, 2)])
    bounds = {"valid_from": first, "valid_until": last}
    return {key: BOUNDS[index] for key, index in bounds.items() if index is not None}


def _account(random: Random, key: str) -> Line:
    features = random.sample(["data_hub", "developer", "advanced_environment_access"], k=2)
    features += ["advanced_user_security"] if random.random() < 0.8 else []
    line: Line = {"kind": "account", "id": key, "name": key, "features": features}
    if key == PRIMARY:
        features.append("account_groups")
    elif random.random() < 0.9:
        line["primary"] = PRIMARY
    if random.random() < 0.12:
        line["status"] = random.choice(["suspended", "deleted", "unlimited", "trial"])
        line |= {"trial_ends": random.choice(BOUNDS)} if line["status"] == "trial" else {}
    usual = ["Administrator", "Administrator", "Standard User", "Production Support"]
    line["support_access_role"] = random.choice([None, None, *usual, *OWN_ROLES])
    return line


def _role(random: Random, key: str, name: str) -> Line:
    parent = random.choice([None, None, *OWN_ROLES, *DEFAULT_ROLE_NAMES])
    privileges = sorted(some(random, ROLE_PRIVILEGES, 4))
    return {"kind": "role", "account": key, "name": name, "inherits": parent, "privileges": privileges}


def _group(random: Random, name: str, managed: list[str]) -> list[Line]:
    row: Line = {"account": PRIMARY, "group": name}
    lines: list[Line] = []
    if name != ALL_ACCOUNTS:
        lines.append({"kind": "account_group", "account": PRIMARY, "name": name})
        lines += [{"kind": "group_account", **row, "member": key} for key in managed if random.random() < 0.6]
    for who in PEOPLE:
        held = some(random, [*OWN_ROLES, *OWN_ROLES, *DEFAULT_ROLE_NAMES], 2) if random.random() < 0.5 else []
        lines += [{"kind": "group_user_role", **row, "user": who, "role": one, **_window(random)} for one in held]
    shared = [one for one in OWN_ROLES if random.random() < 0.5]
    return lines + [{"kind": "group_resource", **row, "type": "role", "name": one} for one in shared]


def crowded_world(random: Random) -> list[Line]:
    """A primary, its customers and perhaps a stranger, in which everybody holds something by every way there is: also
    what an ended share has left.
    """
    lines = [_account(random, key) for key in EVERYWHERE]
    managed = [line["id"] for line in lines if line.get("primary")]
    lines += [_role(random, key, name) for key in EVERYWHERE for name in OWN_ROLES]
    for who in PEOPLE:
        staff, locked = random.random() < 0.2, random.random() < 0.1
        lines.append({"kind": "user", "id": who, "signed_in": True, "staff": staff, "locked": locked})
    for name in GROUPS:
        lines += _group(random, name, managed)
    for key in EVERYWHERE:
        received = [{"account": PRIMARY, "name": name} for name in OWN_ROLES] if key != PRIMARY else []
        choice = [*OWN_ROLES, *DEFAULT_ROLE_NAMES, *received, *received, *received]
        for who in PEOPLE:
            held = some(random, choice, 2) if random.random() < 0.45 else []
            row = {"kind": "user_role", "account": key, "user": who}
            lines += [row | {"role": one} | _window(random) for one in held]
    return lines


def write(random: Random) -> None:
    """Put a crowded world into the tables, with temporary grants, which no line tells of."""
    raw_store.write(crowded_world(random))
    people = list(User.objects.order_by("pk"))
    for account in EVERYWHERE:
        for person in people:
            if random.random() < (0.4 if person.staff else 0.05):
                bound = random.choice(BOUND_AT)
                own = Role.rows.of(account).order_by("id").values_list("id", flat=True)
                grant = SupportGrant(
                    account_id=account,
                    user=person,
                    status="active",
                    role=random.choice([*own, *DEFAULT_IDS]),
                    requested_at=bound,
                    granted_at=bound - random.choice([0, 240]) * HOUR,
                    expires_at=bound + random.choice([4, 168, 24 * 365]) * HOUR,
                )
                SupportGrant.rows.of(account).bulk_create([grant])
    _share_clouds(random)
    raise_revisions(EVERYWHERE)


def _share_clouds(random: Random) -> None:
    """Two clouds of the primary, each in one of its groups or more."""
    for name in ("One", "Two"):
        cloud = Cloud(id=f"cloud {name}", account_id=PRIMARY, name=name, name_key=name.casefold())
        Cloud.rows.of(PRIMARY).bulk_create([cloud])
        for group in some(random, _rows(AccountGroup), 3):
            share = Share(account_id=PRIMARY, group=group, kind=Kind.CLOUD, resource=cloud.id)
            Share.rows.of(PRIMARY).bulk_create([share])


# ---- changes -------------------------------------------------------------------------------------------------------


class Plan(NamedTuple):
    """A change, and the command that makes it: given the confirmation of its preview, and when."""

    account: AccountId
    change: c.Change
    run: Callable[[Confirmation | None, datetime], object]


def _rows(model: Any) -> list[Any]:
    return list(model.rows.across(Crossing.ESTATE).order_by("id"))


def share_ends(random: Random, _: datetime) -> Plan:
    """A role is withdrawn from a group."""
    row = random.choice([row for row in _rows(Share) if row.kind == Kind.ROLE])
    owner, group, role = AccountId(row.account_id), GroupId(row.group_id), RoleId(row.resource)
    return Plan(
        owner,
        c.ShareEnds(owner, group, frozenset({role})),
        lambda seen, at: sharing.withdraw(
            actor=OPERATOR, at=at, account=owner, group=group, kind=Kind.ROLE, resource=role, confirmed=seen
        ),
    )


def resource_ends(random: Random, _: datetime) -> Plan:
    """A cloud is withdrawn from a group."""
    row = random.choice([row for row in _rows(Share) if row.kind == Kind.CLOUD])
    owner, group, cloud = AccountId(row.account_id), GroupId(row.group_id), str(row.resource)
    return Plan(
        owner,
        c.ResourceEnds(owner, group, Kind.CLOUD, frozenset({cloud})),
        lambda seen, at: sharing.withdraw(
            actor=OPERATOR, at=at, account=owner, group=group, kind=Kind.CLOUD, resource=cloud, confirmed=seen
        ),
    )


def accounts_leave(random: Random, _: datetime) -> Plan:
    """Accounts are taken out of a group."""
    rows = _rows(GroupAccount)
    row = random.choice(rows)
    owner, group = AccountId(row.account_id), GroupId(row.group_id)
    inside = sorted(AccountId(other.member_id) for other in rows if other.group_id == row.group_id)
    leaving = frozenset(some(random, inside, 3))
    return Plan(
        owner,
        c.AccountsLeave(owner, group, leaving),
        lambda seen, at: groups.remove_accounts_from_group(
            actor=OPERATOR, at=at, account=owner, group=group, members=leaving, confirmed=seen
        ),
    )


def _member(random: Random) -> tuple[AccountId, GroupId, int, UserKey]:
    row = random.choice(list(GroupUser.rows.across(Crossing.ESTATE).select_related("user").order_by("id")))
    return AccountId(row.account_id), GroupId(row.group_id), int(row.user_id), UserKey(row.user.email_key)


def user_leaves(random: Random, _: datetime) -> Plan:
    """Somebody is taken out of a group."""
    owner, group, user, key = _member(random)
    return Plan(
        owner,
        c.UserLeaves(owner, group, key),
        lambda seen, at: groups.remove_user_from_group(
            actor=OPERATOR, at=at, account=owner, group=group, user=user, confirmed=seen
        ),
    )


def group_roles_change(random: Random, at: datetime) -> Plan:
    """Somebody in a group gets other roles there; those that the dialog does not show stay."""
    owner, group, user, key = _member(random)
    offered = [role.id for role in available_roles(require("API", actor=OPERATOR, account=owner, at=at))]
    held = {g.role for g in group_grants_of(group_of(owner, group), user) if not g.validity.ended(at)}
    chosen = frozenset(some(random, offered, 3)) | (held - set(offered))
    return Plan(
        owner,
        c.GroupRolesChange(owner, group, key, chosen),
        lambda seen, at: groups.change_group_user_roles(
            actor=OPERATOR, at=at, account=owner, group=group, user=user, roles=chosen, confirmed=seen
        ),
    )


def group_goes(random: Random, _: datetime) -> Plan:
    """A group is deleted."""
    row = random.choice([row for row in _rows(AccountGroup) if not row.everywhere])
    owner, group = AccountId(row.account_id), GroupId(row.id)
    return Plan(
        owner,
        c.GroupGoes(owner, group),
        lambda seen, at: groups.remove_group(actor=OPERATOR, at=at, account=owner, group=group, confirmed=seen),
    )


def _custom_role(random: Random) -> tuple[AccountId, RoleId]:
    rows = [row for row in _rows(Role) if row.account_id is not None]
    theirs = [row for row in rows if row.account_id == PRIMARY]
    row = random.choice(rows + 3 * theirs)
    return AccountId(row.account_id), RoleId(row.id)


def role_changes(random: Random, at: datetime) -> Plan:
    """A custom role gets other privileges, or another parent, or both."""
    owner, role = _custom_role(random)
    parents = [None, *Role.rows.of(owner).order_by("id").values_list("id", flat=True), *DEFAULT_IDS]
    members: dict[str, Any] = {}
    if random.random() < 0.7:
        members["privileges"] = random.sample(ROLE_PRIVILEGES, k=random.randint(0, 3))
    if random.random() < 0.5 or not members:
        members["parent"] = random.choice(parents)
    return Plan(
        owner,
        roles.changed_role(actor=OPERATOR, at=at, account=owner, role=role, **members),
        lambda seen, at: roles.edit_role(actor=OPERATOR, at=at, account=owner, role=role, confirmed=seen, **members),
    )


def role_goes(random: Random, at: datetime) -> Plan:
    """A custom role is removed. No preview binds this command: what nobody holds is missed by nobody."""
    owner, role = _custom_role(random)
    old = roles.changed_role(actor=OPERATOR, at=at, account=owner, role=role).role
    return Plan(
        owner,
        c.RoleChanges(old, None),
        lambda _, at: roles.remove_role(actor=OPERATOR, at=at, account=owner, role=role),
    )


def features_change(random: Random, _: datetime) -> Plan:
    """An account gets a feature, or loses one."""
    row = random.choice(_rows(Account))
    account, feature = AccountId(row.id), random.choice([*Feature, Feature.DATA_HUB, Feature.DEVELOPER])
    features = row.feature_set() ^ {feature}
    return Plan(
        account,
        accounts.features_change(account, features),
        lambda seen, at: accounts.switch_feature(
            actor=OPERATOR, at=at, account=account, feature=feature, on=feature in features, confirmed=seen
        ),
    )


def status_changes(random: Random, _: datetime) -> Plan:
    """An account gets another status."""
    account = AccountId(random.choice([*EVERYWHERE, PRIMARY]))
    status = random.choice([*Status, Status.DELETED, Status.SUSPENDED])
    return Plan(
        account,
        c.StatusChanges(account, status),
        lambda seen, at: accounts.change_account_status(
            actor=OPERATOR, at=at, account=account, status=status, confirmed=seen
        ),
    )


def support_access_changes(random: Random, _: datetime) -> Plan:
    """An account gets another Support Access Role."""
    account = AccountId(random.choice(EVERYWHERE))
    own = Role.rows.of(account).order_by("id").values_list("id", flat=True)
    chosen = random.choice([None, *own, *DEFAULT_IDS])
    role = RoleId(chosen) if chosen is not None else None
    return Plan(
        account,
        c.SupportAccessChanges(account, role),
        lambda seen, at: accounts.change_support_access_role(
            actor=OPERATOR, at=at, account=account, role=role, confirmed=seen
        ),
    )


PLANS: dict[str, Callable[[Random, datetime], Plan]] = {
    "ShareEnds": share_ends,
    "ResourceEnds": resource_ends,
    "AccountsLeave": accounts_leave,
    "UserLeaves": user_leaves,
    "GroupRolesChange": group_roles_change,
    "GroupGoes": group_goes,
    "RoleChanges": role_changes,
    "RoleChanges to nothing": role_goes,
    "FeaturesChange": features_change,
    "StatusChanges": status_changes,
    "SupportAccessChanges": support_access_changes,
}
"""A change of every kind there is."""


# ---- what else happens ---------------------------------------------------------------------------------------------


def something_else(random: Random, at: datetime) -> None:
    """One of the many things that may happen between looking at a preview and confirming it; it may be refused."""
    account, who = AccountId(random.choice(EVERYWHERE)), random.choice(list(User.objects.order_by("pk")))
    foreign = Role.rows.of(PRIMARY).order_by("id").values_list("id", flat=True)
    role = random.choice([*Role.rows.of(account).order_by("id").values_list("id", flat=True), *DEFAULT_IDS, *foreign])
    group = random.choice(_rows(AccountGroup))
    here: dict[str, Any] = {"actor": OPERATOR, "at": at}
    in_group: dict[str, Any] = {**here, "account": AccountId(group.account_id), "group": GroupId(group.id)}
    deeds: list[Callable[[], object]] = [
        lambda: random.choice(list(PLANS.values()))(random, at).run(None, at),
        lambda: random.choice(list(PLANS.values()))(random, at).run(None, at),
        lambda: users.add_user_role(**here, account=account, user=who.email, role=RoleId(role), notify=False),
        lambda: users.remove_user_role(**here, account=account, user=who.pk, role=_held(random, account, who)),
        lambda: users.remove_user(**here, account=account, user=who.pk),
        lambda: users.set_lock(**here, user=who.email, locked=not who.locked),
        lambda: groups.add_accounts_to_group(**in_group, members={account}),
        lambda: groups.add_user_to_group(**in_group, email=who.email, roles={RoleId(role)}, notify=False),
        lambda: groups.edit_group(**in_group, alert_level=random.choice(["none", "error"])),
        lambda: sharing.share(**in_group, kind=Kind.ROLE, resources={RoleId(role)}),
        lambda: roles.create_role(**here, account=account, name="Newly made"),
        lambda: accounts.rename_account(**here, account=account, name="Renamed"),
    ]
    random.choice(deeds)()


def _held(random: Random, account: AccountId, who: User) -> RoleId:
    rows = UserRole.rows.of(account).filter(user=who).order_by("id").values_list("role_id", flat=True)
    return RoleId(random.choice([*rows, *DEFAULT_IDS[:1]]))
