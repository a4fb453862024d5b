"""Loading estate files: what they say is compared with what is stored, and the difference is written at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from django.apps import apps
from django.conf import settings
from msgspec import UNSET

from tenantry.accounts import estate as accounts
from tenantry.accounts.queries import AccountRow
from tenantry.audit.catalogue import Act
from tenantry.audit.models import Entry
from tenantry.audit.trail import BulkEntry, record_many
from tenantry.estate import account_settings, in_environments, in_folders, in_groups, in_resources
from tenantry.estate.changes import Altered, Changes, Loaded
from tenantry.estate.problems import Problems
from tenantry.estate.reading import Estate
from tenantry.estate.references import check_accounts
from tenantry.groups import estate_roles as group_roles
from tenantry.objects import estate as objects
from tenantry.privileges import estate as privileges
from tenantry.roles import estate as roles
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import Actor, Instant, RoleId, Source, UserKey
from tenantry.sso import estate as federations
from tenantry.store import revisions
from tenantry.store.bulk import ample_cache, indexes_afterwards, refresh_statistics
from tenantry.store.lines import Line, Report, RoleElsewhere, RoleReference, portions
from tenantry.store.transaction import command, readable
from tenantry.support.estate import accounts_lending_to
from tenantry.users import estate as users, estate_roles as user_roles
from tenantry.users.models import AccountUser, User, UserRole

MANY: Final = 10_000
"""New people in an empty installation from which on their indexes are better built afterwards, and new rows from which
on the engine is told how many there are now."""

TABLES_OF_PEOPLE: Final = (User, AccountUser, UserRole, Entry)

PersonLine = user_roles.UserRoleLine | federations.FederationLine | group_roles.GroupUserRoleLine
"""Lines that name a person defined elsewhere."""

Step = Callable[[str], None]
"""Told what is being done now, for people who wait."""


def _silently(_: object) -> None:
    """Nobody waits."""


@dataclass(slots=True)
class Prepared:
    """Files that were read and judged by themselves, and hashes of the passwords they give in clear."""

    estate: Estate
    hashed: Mapping[UserKey, users.Hashed] = field(default_factory=dict)
    role_references: list[RoleReference] = field(init=False)
    """What the user_role lines say, which a load replaces by ids, and which the next attempt needs again."""

    def __post_init__(self) -> None:
        """Remember the references."""
        self.role_references = [line.role for line in self.estate.user_roles]


@readable
def prepare(estate: Estate, step: Step = _silently) -> Prepared:
    """Hash the passwords that files give in clear, before any transaction."""
    step("Hashing passwords")
    return Prepared(estate, users.hash_passwords(estate.users, estate.user_keys))


@command
def load(*, actor: Actor, at: Instant, prepared: Prepared, reason: str = "", step: Step = _silently) -> Loaded:
    """Bring the installation to what the files say: all of it or, with `EstateRefused`, nothing.

    Never deletes, but for what ends with an account that is deleted or gets another primary (ACC-14, GRP-17). Loading
    the same again changes nothing. Writes the audit entries of the single commands. It is the operator's, so no
    privilege is asked for, and roles may be given whatever the features: an import describes a state (ROLE-16).
    Accounts that have an Administrator keep one (USER-11), and the user limit holds (ACC-11).
    """
    with ample_cache():
        return _Loading(prepared, actor, at, reason, step).run()


class _Loading:
    """One load: the lines, and the problems found."""

    def __init__(self, prepared: Prepared, actor: Actor, at: Instant, reason: str, step: Step) -> None:
        self.estate = prepared.estate
        self.references = prepared.role_references
        self.hashed = prepared.hashed
        self.actor = actor
        self.at = at
        self.reason = reason
        self.step = step
        self.problems = Problems()
        self.in_groups = in_groups.InGroups(self.estate, self.problems)
        self.in_environments = in_environments.InEnvironments(self.estate, self.problems)
        self.in_folders = in_folders.InFolders(self.estate, self.problems)
        self.in_resources = in_resources.InResources(self.estate, self.problems)

    def run(self) -> Loaded:
        """Compare, and write if nothing is wrong."""
        self.step("Comparing")
        changes = self._compare()
        large = changes.of_users.into_nothing and len(changes.of_users.new) > MANY
        with indexes_afterwards(*TABLES_OF_PEOPLE) if large else nullcontext():
            self.step("Writing")
            self._write(changes)
            self.step("Recording")
            self._record(changes)
        fresh = {str(row.id) for row in changes.of_accounts.new}
        given = changes.given() - fresh
        self._raise_revisions(changes.touched() - fresh - given, given, everywhere=changes.of_privileges.any)
        in_groups.revoke_tokens(changes.accounts, actor=self.actor, at=self.at)
        loaded = changes.loaded()
        if sum(tally.new for tally in loaded.tallies.values()) > MANY:
            refresh_statistics(*apps.get_models())
        return loaded

    def _compare(self) -> Changes:
        """Lock what the lines speak of, people first and then accounts, and compare each kind with what is stored."""
        estate = self.estate
        people = list({UserKey(line.user) for line in estate.people_named()})
        users.lock_people(chain(estate.user_keys, people))
        self._lock(self._named_accounts(), everywhere=bool(estate.privileges))
        primaries = (line.primary for line in estate.accounts if isinstance(line.primary, str))
        stored = accounts.stored_accounts(chain(self._named_accounts(), primaries))
        self._check_accounts(stored.keys() | {line.id for line in estate.accounts})
        self.problems.raise_if_any()
        privilege = privileges.differences(estate.privileges, self._report(privileges.PrivilegeLine))
        names = roles.RoleNames(roles.stored_roles(self._accounts_with_custom_roles()))
        role = roles.differences(estate.roles, names, privilege.catalogue, self._report(roles.RoleLine))
        shared = self._resolve_user_roles(names)
        account = accounts.differences(
            estate.accounts, stored, self._resolver(names), self._report(accounts.AccountLine)
        )
        self.problems.raise_if_any()
        known = in_groups.Accounts(stored, _after(stored, account))
        report = self._report(account_settings.AccountSettingsLine)
        setting = account_settings.differences(estate.account_settings, known.closed(), report)
        self._lock(set(known.leaving().values()), everywhere=False)
        resource = self.in_resources.compare(known.closed())
        group = self.in_groups.compare({Kind.ROLE: names, **resource.names}, known)
        self._check_shared(shared, group, known, names)
        user = users.differences(estate.users, estate.user_keys, people, self.hashed, self._report(users.UserLine))
        self._check_people(user)
        remains = self._remains(group, known, role)
        report = self._report(user_roles.UserRoleLine)
        order = user_roles.ordered(estate.user_roles, self._place_of_user_role, report)
        going = {remain.id for remain in remains}
        grants = user_roles.differences(estate.user_roles, order, user.ids, names.title, report, going=going)
        user_roles.check_limits(estate.user_roles, grants, settings.USER_LIMIT, report)
        user_roles.check_administrators(grants, self.at, report)
        federation = self._federations(known)
        group.of_people = self.in_groups.compare_people(names, user.ids, known.closed())
        self.problems.raise_if_any()
        place = self.in_environments.compare(names, known.closed())
        folder = self.in_folders.compare(names, known.closed())
        report = self._report(objects.ObjectLine)
        thing = objects.differences(estate.objects, place.of_objects, privilege.catalogue, report)
        self.problems.raise_if_any()
        altered = self._altered(user)
        places = (place, folder, resource)
        return Changes(
            privilege,
            account,
            setting,
            role,
            user,
            grants,
            federation,
            group,
            *places,
            thing,
            known,
            names,
            remains,
            altered,
        )

    def _altered(self, user: users.UserChanges) -> Altered:
        """The people whose facts or passwords change, with all that their change concerns, locked."""
        people = [changed for changed in user.changed if changed.facts_change or "password" in changed.values]
        reach = user_roles.accounts_of_people(changed.id for changed in people)
        others = [changed.id for changed in people if changed.facts_change]
        lending, primaries = accounts_lending_to(others), group_roles.primaries_of_people(others)
        self._lock({account for there in reach.values() for account in there} | lending | primaries, everywhere=False)
        return Altered(people, reach, lending, primaries)

    def _write(self, changes: Changes) -> None:
        estate = self.estate
        privileges.write(changes.of_privileges)
        user_roles.forget(changes.remains)
        accounts.write(changes.of_accounts)
        account_settings.write(changes.of_settings, self.at)
        revisions.open_scopes(row.id for row in changes.of_accounts.new)
        roles.write(changes.of_roles)
        users.write(estate.users, estate.user_keys, changes.of_users, self.hashed, self._first_accounts())
        user_roles.write(estate.user_roles, changes.of_user_roles, changes.of_users.ids)
        federations.write(changes.of_federations, changes.of_users.ids)
        in_groups.end_shares(changes.of_groups, changes.accounts, actor=self.actor, at=self.at)
        in_groups.write(changes.of_groups, changes.of_users.ids)
        in_groups.begin_shares(changes.of_groups, changes.accounts)
        in_environments.write(changes.of_places)
        in_folders.write(changes.of_folders)
        in_resources.write(changes.of_resources, actor=self.actor, at=self.at)
        objects.write(changes.of_objects)

    def _record(self, changes: Changes) -> None:
        names = changes.names
        others = changes.of_federations.users() | {told.user for told in changes.of_groups.of_people.told}
        emails = self._emails(changes.of_users, changes.of_user_roles, others)
        lost = user_roles.entries_of_loss(changes.remains)
        record_many(lost, actor=Actor(None, Source.INTERNAL), at=self.at)
        entries = chain(
            accounts.entries(changes.of_accounts, names.title),
            account_settings.entries(changes.of_settings, changes.accounts.after),
            roles.entries(changes.of_roles, names),
            user_roles.entries(self.estate.user_roles, changes.of_user_roles, names.title, emails),
            federations.entries(changes.of_federations, emails),
            in_groups.entries(changes.of_groups, names, emails),
            _authentication_entries(changes.altered),
            in_environments.entries(changes.of_places, names),
            in_folders.entries(changes.of_folders, names),
            in_resources.entries(changes.of_resources),
            objects.entries(changes.of_objects),
        )
        record_many(entries, actor=self.actor, at=self.at, reason=self.reason)

    def _report(self, kind: type[Line]) -> Report:
        return self.estate.report(kind, self.problems)

    def _place_of_user_role(self, number: int) -> str:
        problem = self.estate.problem(self.estate.places[user_roles.UserRoleLine][number], "", "")
        return f"{problem.file}:{problem.line}"

    def _named_accounts(self) -> set[str]:
        estate = self.estate
        named = {line.id for line in estate.accounts} | {line.account for line in estate.account_settings}
        named.update(line.account for line in estate.roles)
        named.update(line.account for line in estate.user_roles)
        named.update(line.account for line in estate.federations)
        named.update(line.account for line in estate.objects)
        named.update(reference.account for reference in self.references if isinstance(reference, RoleElsewhere))
        parts = (self.in_groups, self.in_environments, self.in_folders, self.in_resources)
        return named.union(*(part.accounts() for part in parts))

    def _lock(self, named: set[str], *, everywhere: bool) -> None:
        scopes = sorted(named | ({revisions.PLATFORM} if everywhere else set()))
        for some in portions(scopes):
            revisions.lock(*some)

    def _raise_revisions(self, touched: set[str], given: set[str], *, everywhere: bool) -> None:
        scopes = sorted(touched | ({revisions.PLATFORM} if everywhere else set()))
        for some in portions(scopes):
            revisions.raise_revisions(some)
        for some in portions(sorted(given)):
            revisions.raise_given(some)

    def _check_accounts(self, known: set[str]) -> None:
        check_accounts(self.estate.account_settings, known, self._report(account_settings.AccountSettingsLine))
        check_accounts(self.estate.roles, known, self._report(roles.RoleLine))
        check_accounts(self.estate.user_roles, known, self._report(user_roles.UserRoleLine))
        check_accounts(self.estate.federations, known, self._report(federations.FederationLine))
        check_accounts(self.estate.objects, known, self._report(objects.ObjectLine))
        self.in_groups.check_accounts(known)
        self.in_environments.check_accounts(known)
        self.in_folders.check_accounts(known)
        self.in_resources.check_accounts(known)

    def _accounts_with_custom_roles(self) -> set[str]:
        """Those whose custom roles the lines speak of."""
        estate = self.estate
        named = {line.account for line in estate.roles}
        named.update(line.id for line in estate.accounts if line.support_access_role is not UNSET)
        lines = zip(estate.user_roles, self.references, strict=True)
        named.update(line.account for line, reference in lines if not roles.is_default(reference))
        named.update(reference.account for reference in self.references if isinstance(reference, RoleElsewhere))
        return named | self.in_groups.with_roles() | self.in_environments.with_roles() | self.in_folders.with_roles()

    def _resolver(self, names: roles.RoleNames) -> accounts.Resolve:
        report = self._report(accounts.AccountLine)

        def resolve(number: int, reference: RoleReference) -> RoleId | None:
            meaning = names.meaning(self.estate.accounts[number].id, reference)
            if roles.is_known(meaning, names):
                return RoleId(meaning)
            report(number, "support_access_role", f"{meaning} (SUP-1)")
            return None

        return resolve

    def _resolve_user_roles(self, names: roles.RoleNames) -> list[int]:
        """Let user_role lines name roles by id; returns the numbers of those that name a role of another account."""
        report = self._report(user_roles.UserRoleLine)
        known: dict[tuple[str, RoleReference], str] = {}
        shared: list[int] = []
        for number, line in enumerate(self.estate.user_roles):
            reference = (line.account, self.references[number])
            meaning = known.get(reference)
            if meaning is None:
                meaning = names.meaning_with_shared(*reference)
                if not roles.is_known(meaning, names):
                    report(number, "role", meaning)
                    continue
                known[reference] = meaning
            line.role = meaning
            if isinstance(reference[1], RoleElsewhere) and reference[1].account != line.account:
                shared.append(number)
        return shared

    def _check_shared(
        self, numbers: list[int], group: in_groups.Changed, known: in_groups.Accounts, names: roles.RoleNames
    ) -> None:
        """Judge that roles of other accounts that user_role lines name are shared after the load (SHARE-2, ROLE-20)."""
        report = self._report(user_roles.UserRoleLine)
        lines = self.estate.user_roles
        pairs = {(RoleId(str(lines[number].role)), lines[number].account): number for number in reversed(numbers)}
        received = self.in_groups.received(pairs, group)
        for (role, account), number in pairs.items():
            owner = names.roles[role].account
            if known.after[account].primary != owner:
                report(number, "role", f"{owner} does not manage {account} and shares no role with it (SHARE-2)")
            elif not received((role, account)):
                what = f"the role {names.title(role)!r} of {owner} is not shared with {account} (SHARE-2, ROLE-20)"
                report(number, "role", what)

    def _remains(
        self, group: in_groups.Changed, known: in_groups.Accounts, role: roles.RoleChanges
    ) -> list[user_roles.Remain]:
        """What ended shares have left where shares and memberships begin: it must go before they do (SHARE-18)."""
        fresh = {made.id for made in role.new}
        shared = sorted({shared for _, shared in group.of_shares.new} - fresh)
        joining = sorted((group.joining() | known.newly_managed()) & known.before.keys())
        return user_roles.remains(shared, joining)

    def _federations(self, known: in_groups.Accounts) -> federations.FederationChanges:
        """The Federation IDs that change, and those that accounts compare otherwise from now on (SSO-5)."""
        licence = Feature.CASE_INSENSITIVE_FEDERATION
        anew = {
            line.id: number
            for number, line in enumerate(self.estate.accounts)
            if (old := known.before.get(line.id)) is not None
            if (licence in old.features) is not (licence in known.after[line.id].features)
        }
        reports = (self._report(federations.FederationLine), self._report(accounts.AccountLine))
        return federations.differences(self.estate.federations, known.after, known.closed(), anew, reports)

    def _check_people(self, user: users.UserChanges) -> None:
        known = set(self.estate.user_keys)

        def check(kind: type[Line], lines: Sequence[PersonLine]) -> None:
            report = self._report(kind)
            for number, line in enumerate(lines):
                if line.user not in known and line.user not in user.ids:
                    report(number, "user", f"there is no user {line.user[:60]!r}")

        check(user_roles.UserRoleLine, self.estate.user_roles)
        check(federations.FederationLine, self.estate.federations)
        check(group_roles.GroupUserRoleLine, self.estate.group_user_roles)

    def _first_accounts(self) -> dict[UserKey, str]:
        first: dict[UserKey, str] = {}
        for line in self.estate.user_roles:
            first.setdefault(UserKey(line.user), line.account)
        return first

    def _emails(
        self, user: users.UserChanges, grants: user_roles.UserRoleChanges, others: Collection[UserKey]
    ) -> Callable[[UserKey], str]:
        """How people's addresses are spelled, for the audit log."""
        typed = {k: line.id for k, line in zip(self.estate.user_keys, self.estate.users, strict=True) if k != line.id}
        named: set[str] = set(others)
        if grants.accounts and not user.into_nothing:
            named.update(line.user for line in self.estate.user_roles)
        named.difference_update(self.estate.user_keys[number] for number in user.new)
        stored = [UserKey(key) for key in named if key in user.ids]
        for some in portions(stored):
            typed.update((key, found.email) for key, found in users.stored_users(some).items())
        return lambda key: typed.get(key, key)


def _after(stored: Mapping[str, AccountRow], changes: accounts.AccountChanges) -> dict[str, AccountRow]:
    """The accounts as they are after the load."""
    after = dict(stored)
    after.update((row.id, row) for row in changes.new)
    after.update((row.id, row) for _, row in changes.changed)
    return after


def _authentication_entries(altered: Altered) -> "chain[BulkEntry]":
    """Locks and passwords changed, in every account of the person."""

    def of(user: users.ChangedUser) -> list[BulkEntry]:
        edits: dict[str, tuple[object, object]] = {}
        if "locked" in user.values:
            edits["locked"] = (user.locked_before, user.values["locked"])
        if "password" in user.values:
            edits["credential"] = (None, "set")
        act = Act.USER_AUTHENTICATION_CHANGED
        return (
            [BulkEntry(act, account, user.email, edits) for account in altered.reach.get(user.id, ())] if edits else []
        )

    return chain.from_iterable(map(of, altered.people))
