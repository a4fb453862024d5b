"""Lines of kind `role`: custom roles, in and out, and what role references mean."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.roles.models import Role
from tenantry.roles.queries import CustomRole
from tenantry.rules import roles as law, vocabulary as v
from tenantry.rules.privileges import NOTHING, Catalogue
from tenantry.rules.vocabulary import AccountId, RoleId
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import (
    FieldProblem,
    Line,
    Report,
    RoleElsewhere,
    RoleReference,
    Tally,
    check_text,
    given,
    portions,
)
from tenantry.store.sorting import by_code_point

ROLE_ID_LIMIT = 255
"""Characters in a role's id."""


class RoleLine(Line, tag="role", kw_only=True):
    """A custom role of an account; `privileges` are its own, `inherits` null is no parent."""

    account: str
    name: str
    id: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    inherits: RoleReference | UnsetType | None = UNSET
    privileges: list[str]


def check(line: RoleLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    refusal = law.check_role_name(line.name.strip(), ())
    if refusal is not None:
        yield "name", refusal.message
    yield from check_text("id", line.id, ROLE_ID_LIMIT, required=True)
    if line.id in law.DEFAULT_ROLE_IDS:
        yield "id", f"{line.id} is the id of a default role"
    yield from check_text("description", line.description, law.DESCRIPTION_LIMIT)


def name_key(name: str) -> str:
    """How role names are compared (ROLE-5)."""
    return name.strip().casefold()


class RoleNames:
    """What role references mean: default roles first, then custom roles of the line's own account."""

    def __init__(self, stored: Iterable[CustomRole]) -> None:
        """Know the stored roles of the accounts that lines speak about."""
        self.roles: dict[RoleId, CustomRole] = {}
        self._by_name: dict[str, dict[str, RoleId]] = defaultdict(dict)
        for role in stored:
            self.put(role)

    def put(self, role: CustomRole) -> None:
        """Add a role, or replace it under its new name."""
        old = self.roles.get(role.id)
        if old is not None:
            names = self._by_name[old.account]
            if names.get(name_key(old.name)) == role.id:
                del names[name_key(old.name)]
        self.roles[role.id] = role
        self._by_name[role.account][name_key(role.name)] = role.id

    def named(self, account: str, name: str) -> RoleId | None:
        """The account's own custom role of this name."""
        return self._by_name[account].get(name_key(name)) if account in self._by_name else None

    def meaning(self, account: str, reference: RoleReference) -> RoleId | str:
        """The default or own role of a reference, or else what is wrong with it as a sentence.

        Roles of other accounts are no choice where an account names a role of its own: a share may end at any time.
        """
        if isinstance(reference, RoleElsewhere):
            if reference.account != account:
                return f"only a default role or one of {account} can stand here, none of another account"
            return self.named(account, reference.name) or _unknown(account, reference.name)
        default = law.DEFAULT_ROLE_BY_NAME.get(name_key(reference))
        return default or self.named(account, reference) or _unknown(account, reference)

    def meaning_with_shared(self, account: str, reference: RoleReference) -> RoleId | str:
        """The same where a shared role can stand as well; whether a role of another account is one is judged later."""
        if isinstance(reference, RoleElsewhere) and reference.account != account:
            named = self.named(reference.account, reference.name)
            return named or f"there is no custom role of {reference.account[:60]} named {reference.name[:60]!r}"
        return self.meaning(account, reference)

    def title(self, role: RoleId) -> str:
        """The name people read."""
        found = self.roles.get(role)
        return found.name if found else _DEFAULT_TITLES.get(role, role)


_DEFAULT_TITLES = {role.id: role.name for role in law.DEFAULT_ROLES}


def _unknown(account: str, name: str) -> str:
    return f"there is no default role and no role of {account} named {name[:60]!r}"


def is_default(reference: object) -> bool:
    """Whether a reference needs no look at custom roles: it names a default role, or is an id already."""
    if isinstance(reference, str):
        return name_key(reference) in law.DEFAULT_ROLE_BY_NAME
    return not isinstance(reference, RoleElsewhere)


def is_known(meaning: RoleId | str, names: RoleNames) -> bool:
    """Whether `RoleNames.meaning` found a role."""
    return meaning in names.roles or meaning in law.DEFAULT_ROLE_IDS


@dataclass(slots=True)
class RoleChanges:
    """The roles that lines add, and those they change as (before, after)."""

    new: list[CustomRole] = field(default_factory=list)
    changed: list[tuple[CustomRole, CustomRole]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts whose roles change."""
        return {role.account for role in self.new} | {new.account for _, new in self.changed}


def differences(lines: Sequence[RoleLine], names: RoleNames, catalogue: Catalogue, report: Report) -> RoleChanges:
    """Compare with what is stored, and let `names` know the result.

    Reports ids that belong to other roles, names taken, privileges unknown or never part of custom roles (ROLE-17),
    and parents unknown, of other accounts, or inheriting the role themselves (ROLE-7, ROLE-8).
    """
    changes = RoleChanges()
    elsewhere = _stored_ids(line.id for line in lines if isinstance(line.id, str))
    before: list[CustomRole | None] = []
    after: list[CustomRole] = []
    claimed: dict[str, int] = {}
    for number, line in enumerate(lines):
        old = _stored_role(line, names, elsewhere, number, report)
        role = _after(line, old)
        if claimed.setdefault(role.id, number) != number:
            report(number, "id", f"{role.id} is given to two roles of this load")
        before.append(old)
        after.append(role)
        _check_privileges(number, line, catalogue, report)
    for role in after:
        names.put(role)
    _check_names(after, names, report)
    for number, (line, old) in enumerate(zip(lines, before, strict=True)):
        parent = _parent(number, line, old, names, report)
        if parent != after[number].parent:
            after[number] = replace(after[number], parent=parent)
            names.put(after[number])
    _check_cycles(lines, after, names, report)
    for number, (old, role) in enumerate(zip(before, after, strict=True)):
        if old is None:
            changes.new.append(role)
            changes.tally.new_lines.append(number)
        elif old != role:
            changes.changed.append((old, role))
            changes.tally.changed_lines.append(number)
        else:
            changes.tally.unchanged += 1
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    return changes


def _stored_role(
    line: RoleLine, names: RoleNames, elsewhere: Mapping[str, str | None], number: int, report: Report
) -> CustomRole | None:
    """The stored role the line is about: by id where it is given, else by name."""
    named = names.named(line.account, line.name)
    if not isinstance(line.id, str):
        return names.roles[named] if named else None
    if line.id in elsewhere:
        if elsewhere[line.id] != line.account:
            report(number, "id", f"{line.id} is the id of a role of another account")
            return None
        return names.roles[RoleId(line.id)]
    if named is not None:
        report(number, "id", f"{line.account} has a role {line.name!r} with another id: {named}")
    return None


def _after(line: RoleLine, old: CustomRole | None) -> CustomRole:
    role = old.id if old else RoleId(line.id if isinstance(line.id, str) else str(uuid.uuid4()))
    same = old is not None and set(old.privileges) == set(line.privileges)  # another order is no change
    return CustomRole(
        role,
        AccountId(line.account),
        line.name.strip(),
        given(line.description, old.description if old else ""),
        old.parent if old else None,
        old.privileges if old is not None and same else tuple(dict.fromkeys(line.privileges)),
    )


def _check_names(after: Sequence[CustomRole], names: RoleNames, report: Report) -> None:
    """No two roles of an account have one name, ignoring case (ROLE-5); stored roles count as well."""
    holders: dict[tuple[str, str], set[RoleId]] = defaultdict(set)
    for role in names.roles.values():
        holders[role.account, name_key(role.name)].add(role.id)
    for number, role in enumerate(after):
        if len(holders[role.account, name_key(role.name)]) > 1:
            report(number, "name", f"{role.account} has another role named {role.name!r} (ROLE-5)")


def _check_privileges(number: int, line: RoleLine, catalogue: Catalogue, report: Report) -> None:
    refusal = law.check_role_privileges(line.privileges, catalogue)
    if refusal is not None:
        report(number, "privileges", f"{refusal.message} ({refusal.rule})")


def _parent(number: int, line: RoleLine, old: CustomRole | None, names: RoleNames, report: Report) -> RoleId | None:
    if isinstance(line.inherits, UnsetType):
        return old.parent if old else None
    if line.inherits is None:
        return None
    meaning = names.meaning(line.account, line.inherits)
    if is_known(meaning, names):
        return RoleId(meaning)
    report(number, "inherits", f"{meaning} (ROLE-7)")
    return None


def _check_cycles(lines: Sequence[RoleLine], after: Sequence[CustomRole], names: RoleNames, report: Report) -> None:
    for number, (line, role) in enumerate(zip(lines, after, strict=True)):
        if isinstance(line.inherits, UnsetType) or role.parent not in names.roles:
            continue
        facts: dict[RoleId, v.Role] = {}
        current: RoleId | None = role.parent
        while current is not None and current not in facts and current in names.roles:
            known = names.roles[current]
            facts[current] = v.Role(current, known.name, known.account, NOTHING, known.parent)
            current = known.parent
        refusal = law.check_parent(role.id, role.parent, role.account, facts) if role.parent else None
        if refusal is not None:
            report(number, "inherits", f"{refusal.message} ({refusal.rule})")


_COLUMNS = ("id", "account_id", "name", "name_key", "description", "parent_id", "privileges")


def _values(role: CustomRole) -> tuple[object, ...]:
    privileges = list(role.privileges)
    return (role.id, role.account, role.name, name_key(role.name), role.description, role.parent, privileges)


def write(changes: RoleChanges) -> None:
    """Write the differences. Roles that exchange their names do so by way of names nobody can have."""
    renamed = [(new.id, f"\n{new.id}") for old, new in changes.changed if name_key(old.name) != name_key(new.name)]
    update_rows(Role, "id", ("name_key",), renamed)
    insert_rows(Role, _COLUMNS, map(_values, changes.new))
    update_rows(Role, "id", _COLUMNS[1:], (_values(new) for _, new in changes.changed))


def entries(changes: RoleChanges, names: RoleNames) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written (AUD-3)."""
    for role in changes.new:
        yield BulkEntry(Act.ROLE_ADDED, role.account, role.name, _members(None, role, names))
    for old, new in changes.changed:
        yield BulkEntry(Act.ROLE_UPDATED, new.account, new.name, _members(old, new, names))


def _members(old: CustomRole | None, new: CustomRole, names: RoleNames) -> dict[str, tuple[object, object]]:
    def of(role: CustomRole | None) -> dict[str, object]:
        if role is None:
            return {"ROLE_NAME": None, "description": None, "inherits": None, "privileges": []}
        return {
            "ROLE_NAME": role.name,
            "description": role.description,
            "inherits": names.title(role.parent) if role.parent else None,
            "privileges": list(role.privileges),
        }

    before, after = of(old), of(new)
    return {name: (before[name], after[name]) for name in before}


_READ = ("id", "account_id", "name", "description", "parent_id", "privileges")


def stored_roles(accounts: Iterable[str]) -> Iterator[CustomRole]:
    """The custom roles of these accounts."""
    for some in portions(sorted(set(accounts))):
        rows = Role.rows.across(Crossing.ESTATE).filter(account_id__in=some)
        for key, owner, name, description, parent, privileges in rows.values_list(*_READ):
            yield CustomRole(
                RoleId(key),
                AccountId(owner or ""),
                name,
                description,
                RoleId(parent) if parent else None,
                tuple(privileges),
            )


def _stored_ids(ids: Iterable[str]) -> dict[str, str | None]:
    """Whose the roles of these ids are, as far as they exist."""
    found: dict[str, str | None] = {}
    for some in portions(sorted(set(ids))):
        rows = Role.rows.across(Crossing.ROLE_BY_ID).filter(id__in=some)
        found.update(rows.values_list("id", "account_id"))
    return found


def lines(account: AccountId | None) -> Iterator[RoleLine]:
    """Every custom role, or those of one account, by account and name."""
    rows = Role.rows.across(Crossing.ESTATE) if account is None else Role.rows.of(account)
    ordered = rows.filter(account__isnull=False).order_by(*by_code_point("account_id", "name_key"))
    columns = ("id", "account_id", "name", "description", "parent__name", "privileges")
    for key, owner, name, description, parent, privileges in ordered.values_list(*columns).iterator(chunk_size=5000):
        yield RoleLine(
            account=owner or "",
            name=name,
            id=key,
            description=description or UNSET,
            inherits=parent or UNSET,
            privileges=list(privileges),
        )
