"""What must be true of stored data at any time, whatever wrote it. Each check is a few queries over all accounts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from tenantry.accounts.models import Account
from tenantry.estate import (
    invariants_of_build,
    invariants_of_clouds,
    invariants_of_conditions,
    invariants_of_connectors,
    invariants_of_groups,
    invariants_of_library,
    invariants_of_models,
    invariants_of_packs,
    invariants_of_places,
)
from tenantry.estate.findings import Finding, named
from tenantry.jobs.kinds import JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.privileges.models import HostPrivilege
from tenantry.roles.models import Role
from tenantry.rules import roles as law
from tenantry.rules.features import Feature
from tenantry.rules.privileges import BUILT_IN_NAMES, PLATFORM, STAFF_ONLY
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import Status, user_key
from tenantry.sharing.queries import default_own_or_shared
from tenantry.store.crossings import Crossing
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD
from tenantry.store.revisions import PLATFORM as PLATFORM_SCOPE
from tenantry.support.models import SupportGrant
from tenantry.users.models import AccountUser, User, UserRole


def findings(at: datetime) -> Iterator[Finding]:
    """Every check, one after the other."""
    for check in _CHECKS:
        yield from check()
    yield from support_grants(at)
    yield from accounts_without_administrator(at)


def scopes_missing() -> Iterator[Finding]:
    """Every account, the platform and the head have their revision, by which decisions prove that they are current."""
    rows = Account.rows.across(Crossing.DOCTOR).filter(~Exists(Revision.objects.filter(scope=OuterRef("id"))))
    there = Revision.objects.filter(scope__in=[HEAD, PLATFORM_SCOPE]).values_list("scope", flat=True)
    missing = sorted({HEAD, PLATFORM_SCOPE}.difference(there))
    missing += rows.order_by("id").values_list("id", flat=True)
    yield from named(
        missing, "No revision for", "Insert a row (scope, 1) into the table revision for each; nobody gets in before."
    )


def foreign_grants() -> Iterator[Finding]:
    """Direct roles are default roles, roles of the account itself, or roles that its primary shares with it (EFF-1).

    What ended shares have left counts for nothing, and waits to be deleted as long as there is a job for it.
    """
    ends = QueuedJob.rows.across(Crossing.DOCTOR).filter(kind=JobKind.SHARE_END, account=OuterRef("role__account"))
    told_of = ends.annotate(
        of_role=Cast(KeyTextTransform("role", "details"), TextField()),
        of_member=Cast(KeyTextTransform("member", "details"), TextField()),
    )
    known = told_of.filter(
        Q(of_member="") | Q(of_member=OuterRef("account")), Q(of_role="") | Q(of_role=OuterRef("role_id"))
    )
    rows = UserRole.rows.across(Crossing.DOCTOR).filter(role__account__isnull=False).exclude(role__account=F("account"))
    rows = rows.exclude(default_own_or_shared()).filter(~Exists(known))
    others = rows.exclude(account__primary__isnull=False, role__account=F("account__primary"))
    told = (f"{user} in {account}" for user, account in others.values_list("user__email", "account_id").iterator())
    yield from named(told, "Roles of another account are held by", "Remove these roles from the users.")
    left = rows.filter(role__account=F("account__primary")).count()
    if left:
        told_left = f"{left} assignments of ended shares wait to be deleted, and nothing remembers it."
        yield Finding(told_left, "They count for nothing, and go when the roles are shared again.", error=False)


def grants_without_link() -> Iterator[Finding]:
    """Whoever holds a role in an account is a user of it."""
    links = AccountUser.rows.across(Crossing.DOCTOR).filter(account=OuterRef("account"), user=OuterRef("user"))
    rows = UserRole.rows.across(Crossing.DOCTOR).filter(~Exists(links))
    told = (f"{user} in {account}" for user, account in rows.values_list("user__email", "account_id").iterator())
    yield from named(
        told, "Roles without being a user of the account", "Insert the missing rows into the table account_user."
    )


def parents() -> Iterator[Finding]:
    """Roles inherit default roles or roles of their own account, and never themselves."""
    rows = Role.rows.across(Crossing.DOCTOR).filter(parent__isnull=False, account__isnull=False)
    foreign = rows.filter(~Q(parent__account__isnull=True), ~Q(parent__account=F("account")))
    yield from named(
        foreign.order_by("id").values_list("name", flat=True),
        "Roles that inherit a role of another account",
        "Choose another parent for them on Custom Roles.",
    )
    parent_of = dict(rows.values_list("id", "parent_id"))
    yield from named(
        (role for role in sorted(parent_of) if _returns(role, parent_of)),
        "Roles that inherit themselves in a circle",
        "Choose “Does not inherit a role” for one of them.",
    )


def _returns(role: str, parent_of: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    current = parent_of.get(role)
    while current is not None and current not in seen:
        if current == role:
            return True
        seen.add(current)
        current = parent_of.get(current)
    return False


def role_names() -> Iterator[Finding]:
    """Default roles are there, and custom roles have names that are allowed and found."""
    rows = Role.rows.across(Crossing.DOCTOR)
    there = set(rows.filter(account__isnull=True).values_list("id", flat=True))
    yield from named(
        sorted(law.DEFAULT_ROLE_IDS - there), "Default roles are missing", "Restore the database from a backup."
    )
    custom = rows.filter(account__isnull=False).order_by("id").values_list("account_id", "name", "name_key")
    yield from named(
        (
            f"{name!r} in {account}"
            for account, name, key in custom.iterator(chunk_size=5000)
            if law.check_role_name(name, ()) is not None or key != name.casefold()
        ),
        "Roles whose names are not allowed",
        "Rename them on Custom Roles.",
    )


def names_of_people() -> Iterator[Finding]:
    """Nobody's host id is another person's e-mail address, so that a name means one person."""
    rows = User.objects.filter(external_id__contains="@").values_list("external_id", "email_key")
    other = {user_key(external): key for external, key in rows if external and user_key(external) != key}
    taken = [key for some in _portions(sorted(other)) for key in _addresses(some)]
    yield from named(
        taken, "E-mail addresses that are the host's id of another person", "Change one of the two in the estate."
    )


def _addresses(keys: list[str]) -> list[str]:
    return list(User.objects.filter(email_key__in=keys).values_list("email_key", flat=True))


def _portions(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), 900):
        yield keys[start : start + 900]


def known_words() -> Iterator[Finding]:
    """Stored features and privileges are known to this version."""
    features = {feature.value for feature in Feature}
    rows = Account.rows.across(Crossing.DOCTOR).order_by("id").values_list("id", "features")
    yield from named(
        (f"{set(stored) - features} of {account}" for account, stored in rows.iterator() if set(stored) - features),
        "Unknown features",
        "This database was written by another version: use that one, or remove the features.",
    )
    host = dict(HostPrivilege.objects.order_by("name").values_list("name", "implies"))
    yield from named(
        (name for name in host if name in BUILT_IN_NAMES),
        "Privileges of the host that are built in by now",
        "Remove them from the table host_privilege.",
    )
    yield from named(
        (f"{name} > {other}" for name, implied in host.items() for other in implied if not _implied(other, host)),
        "Privileges of the host that imply what is unknown or not allowed",
        "Load the privilege lines again without these implications.",
    )
    roles = Role.rows.across(Crossing.DOCTOR).filter(account__isnull=False).order_by("id")
    yield from named(
        (
            f"{other} in {name!r} of {account}"
            for account, name, carried in roles.values_list("account_id", "name", "privileges").iterator(5000)
            for other in carried
            if not _known(other, host)
        ),
        "Roles that carry privileges unknown or not for custom roles",
        "Load the missing privilege lines, or take the privileges out of the roles; until then they count for nothing.",
    )


def _implied(name: str, host: dict[str, list[str]]) -> bool:
    return name in host or (name in PLATFORM and name not in STAFF_ONLY)


def _known(name: str, host: dict[str, list[str]]) -> bool:
    built_in = PLATFORM.definitions.get(name)
    return name in host if built_in is None else built_in.for_custom_roles


def managing_accounts() -> Iterator[Finding]:
    """A primary has Account Groups and is not managed itself (ACC-5, ACC-6)."""
    rows = Account.rows.across(Crossing.DOCTOR).filter(primary__isnull=False)
    yield from named(
        rows.filter(primary__primary__isnull=False).order_by("id").values_list("id", flat=True),
        "Accounts managed by an account that is managed itself",
        "Let a primary manage them, or nobody.",
    )
    pairs = rows.order_by("primary_id").values_list("primary_id", "primary__features").distinct()
    lacking = {primary for primary, features in pairs if Feature.ACCOUNT_GROUPS.value not in (features or ())}
    yield from named(
        sorted(lacking),
        "Accounts that manage others without Account Groups",
        "Switch the feature on; an export could not be loaded into an empty database otherwise.",
        error=False,
    )


def support_grants(at: datetime) -> Iterator[Finding]:
    """Temporary support access in force gives a default role or one of the account's own (SUP-11, ROLE-15)."""
    there = Role.rows.across(Crossing.DOCTOR).filter(
        Q(account__isnull=True) | Q(account=OuterRef("account")), id=OuterRef("role")
    )
    rows = SupportGrant.rows.across(Crossing.DOCTOR).filter(~Exists(there), status=GrantStatus.ACTIVE)
    rows = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at)).order_by("account_id", "id")
    told = (f"{user} in {account}" for user, account in rows.values_list("user__email", "account_id").iterator())
    yield from named(told, "Temporary support access without a role that exists", "Expire it on Account Information.")


def accounts_without_administrator(at: datetime) -> Iterator[Finding]:
    """An account with users has an Administrator in force, under no condition; without one, nobody can manage it."""
    users = AccountUser.rows.across(Crossing.DOCTOR).filter(account=OuterRef("pk"))
    administrators = UserRole.rows.across(Crossing.DOCTOR).filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=at),
        Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        account=OuterRef("pk"),
        role=ADMINISTRATOR,
        condition="",
    )
    rows = Account.rows.across(Crossing.DOCTOR).exclude(status=Status.DELETED.value)
    rows = rows.filter(Exists(users), ~Exists(administrators)).order_by("id")
    yield from named(
        rows.values_list("id", flat=True),
        "Accounts with users and without an Administrator in force",
        "Give somebody the role with a user_role line.",
        error=False,
    )


_CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    scopes_missing,
    foreign_grants,
    grants_without_link,
    parents,
    role_names,
    names_of_people,
    known_words,
    managing_accounts,
    *invariants_of_groups.CHECKS,
    *invariants_of_places.CHECKS,
    *invariants_of_build.CHECKS,
    *invariants_of_clouds.CHECKS,
    *invariants_of_packs.CHECKS,
    *invariants_of_connectors.CHECKS,
    *invariants_of_models.CHECKS,
    *invariants_of_library.CHECKS,
    *invariants_of_conditions.CHECKS,
)
