"""Lines of kind `user`: people, in and out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.db.models import Max, Q
from msgspec import UNSET, UnsetType

from tenantry.decisions.properties import Properties, check_properties, line_form_of, stored_form_of
from tenantry.groups.models import GroupUserRole
from tenantry.rules import users as law
from tenantry.rules.vocabulary import AccountId, UserKey, user_key
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.lines import FieldProblem, Line, Report, Tally, check_text, given, portions
from tenantry.store.sorting import by_code_point
from tenantry.users.estate_roles import exported
from tenantry.users.models import User
from tenantry.users.password_hashes import phc_form, stored_form, unusable

PASSWORD_LIMIT: Final = 4096
"""Characters in a password given in clear."""


class UserLine(Line, tag="user"):
    """A person. `password` is in clear and hashed on load, `password_hash` a PHC string."""

    id: str
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    password_hash: str | UnsetType = UNSET
    signed_in: bool | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    staff: bool | UnsetType = UNSET
    external_id: str | UnsetType | None = UNSET
    properties: Properties | UnsetType = UNSET


def check(line: UserLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    refusal = law.check_email(line.id)
    if refusal is not None:
        yield "id", refusal.message if len(line.id) <= law.EMAIL_LIMIT else f"has over {law.EMAIL_LIMIT} characters"
    if line.first_name is not UNSET:
        yield from check_text("first_name", line.first_name, law.NAME_LIMIT)
    if line.last_name is not UNSET:
        yield from check_text("last_name", line.last_name, law.NAME_LIMIT)
    if line.properties is not UNSET:
        yield from check_properties(line.properties)
    if line.external_id is not UNSET:
        yield from check_text("external_id", line.external_id, law.EXTERNAL_ID_LIMIT, required=True)
    if line.password is not UNSET:
        yield from check_text("password", line.password, PASSWORD_LIMIT, required=True)
        if line.password_hash is not UNSET:
            yield "password_hash", "is given beside password; give one of them"
    elif isinstance(line.password_hash, str) and stored_form(line.password_hash) is None:
        yield "password_hash", "is no PHC string of argon2id ($argon2id$v=19$m=…) or of pbkdf2-sha256"


@dataclass(frozen=True, slots=True)
class StoredUser:
    """A person as stored, as far as lines can tell or loading needs."""

    id: int
    email: str
    first_name: str
    last_name: str
    external_id: str | None
    signed_in: bool
    locked: bool
    staff: bool
    properties: str
    password: str
    default_account: AccountId | None


_READ = (
    "email_key",
    "id",
    "email",
    "first_name",
    "last_name",
    "external_id",
    "signed_in",
    "locked",
    "staff",
    "properties",
    "password",
    "default_account_id",
)


def stored_users(keys: Iterable[UserKey]) -> dict[UserKey, StoredUser]:
    """Those of these people who exist."""
    found: dict[UserKey, StoredUser] = {}
    for some in portions(list(keys)):
        for key, *values in User.objects.filter(email_key__in=some).values_list(*_READ):
            found[UserKey(key)] = StoredUser(*values)
    return found


def lock_people(keys: Iterable[UserKey]) -> None:
    """Hold these people until the transaction ends. People are locked before accounts, everywhere."""
    if connection.features.has_select_for_update and anybody_stored():
        for some in portions(sorted(set(keys))):
            list(User.objects.select_for_update().filter(email_key__in=some).order_by("email_key").values_list("id"))


def anybody_stored() -> bool:
    """Whether there is any person yet; a load into an empty installation need not look for each."""
    return User.objects.exists()


@dataclass(frozen=True, slots=True)
class Hashed:
    """The stored value that a clear password becomes, and the stored value it was compared with."""

    compared: str | None
    stored: str


def hash_passwords(lines: Sequence[UserLine], keys: Sequence[UserKey]) -> dict[UserKey, Hashed]:
    """Hash clear passwords, each only where the stored hash is not already one of it.

    Done before the transaction, since hashing takes its time and others wait for the database.
    """
    wanted = {key: line.password for key, line in zip(keys, lines, strict=True) if isinstance(line.password, str)}
    stored = {key: user.password for key, user in stored_users(wanted).items()}
    with ThreadPoolExecutor(max_workers=4) as pool:  # hashing leaves Python's lock while it works
        hashed = pool.map(lambda key: hash_password(wanted[key], stored.get(key)), wanted)
    return dict(zip(wanted, hashed, strict=True))


def hash_password(password: str, stored: str | None) -> Hashed:
    """The hash of a clear password: the stored one if it fits already, else a new one."""
    if stored is not None and check_password(password, stored):
        return Hashed(stored, stored)
    return Hashed(stored, make_password(password))


@dataclass(frozen=True, slots=True)
class ChangedUser:
    """A person whom lines change: columns with their new values."""

    key: UserKey
    id: int
    email: str
    values: Mapping[str, Any]
    locked_before: bool

    @property
    def facts_change(self) -> bool:
        """Whether anything changes that decisions rest on."""
        return not self.values.keys().isdisjoint({"locked", "staff", "external_id", "properties"})


@dataclass(slots=True)
class UserChanges:
    """The people whom lines add (by number of the line) and change. `into_nothing`: there was nobody before."""

    new: list[int] = field(default_factory=list)
    changed: list[ChangedUser] = field(default_factory=list)
    ids: dict[UserKey, int] = field(default_factory=dict)
    without_default: set[UserKey] = field(default_factory=set)
    into_nothing: bool = False
    tally: Tally = field(default_factory=Tally)

    def compare(
        self, number: int, line: UserLine, key: UserKey, old: StoredUser | None, hashed: Mapping[UserKey, Hashed]
    ) -> None:
        """Compare one line with what is stored."""
        if old is None:
            self.new.append(number)
            return
        self.ids[key] = old.id
        if old.default_account is None:
            self.without_default.add(key)
        values = {
            name: value
            for name in ("first_name", "last_name", "signed_in", "locked", "staff", "external_id")
            if (value := getattr(line, name)) is not UNSET and value != getattr(old, name)
        }
        if (
            not isinstance(line.properties, UnsetType)
            and (properties := stored_form_of(line.properties)) != old.properties
        ):
            values["properties"] = properties
        if "locked" in values:
            values["failed_attempts"] = 0  # else the next invalid attempt would lock again (LOCK-1)
        password = _password(line, key, old.password, hashed)
        if password != old.password:
            values |= {"password": password, "temporary_password": False}
        if values:
            self.changed.append(ChangedUser(key, old.id, old.email, values, old.locked))
        else:
            self.tally.unchanged += 1


def differences(
    lines: Sequence[UserLine],
    keys: Sequence[UserKey],
    others: Iterable[UserKey],
    hashed: Mapping[UserKey, Hashed],
    report: Report,
) -> UserChanges:
    """Compare with what is stored; reports names that belong to other people.

    `keys` are those of the lines, in their order; `others` people that other lines speak of.
    """
    changes = UserChanges()
    if not anybody_stored():
        changes.new = list(range(len(lines)))
        changes.into_nothing = True
    else:
        for numbers in portions(range(len(lines))):
            stored = stored_users(keys[number] for number in numbers)
            for number in numbers:
                changes.compare(number, lines[number], keys[number], stored.get(keys[number]), hashed)
        known = set(keys)
        for some in portions([key for key in others if key not in known]):
            for key, user in stored_users(some).items():
                changes.ids[key] = user.id
                if user.default_account is None:
                    changes.without_default.add(key)
        _check_names_of_others(lines, keys, changes, report)
    _check_names_within(lines, keys, report)
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    return changes


def _password(line: UserLine, key: UserKey, old: str | None, hashed: Mapping[UserKey, Hashed]) -> str:
    if isinstance(line.password_hash, str):
        phc = line.password_hash  # judged when it was read
        return "argon2" + phc if phc.startswith("$argon2") else stored_form(phc) or unusable()
    if isinstance(line.password, str):
        ready = hashed.get(key)
        if ready is None or ready.compared != old:  # somebody changed it after it was compared
            ready = hash_password(line.password, old)
        return ready.stored
    return old if old is not None else unusable()


def _check_names_within(lines: Sequence[UserLine], keys: Sequence[UserKey], report: Report) -> None:
    """Within the load, nobody's external id is another person's external id or e-mail address (USER-1)."""
    owner: dict[str, UserKey] = {}
    known: set[UserKey] | None = None
    for number, line in enumerate(lines):
        external = line.external_id
        if not isinstance(external, str):
            continue
        if owner.setdefault(external, keys[number]) != keys[number]:
            report(number, "external_id", f"{external[:60]!r} is given to {owner[external]} as well")
        if "@" in external and user_key(external) != keys[number]:
            known = known if known is not None else set(keys)
            if user_key(external) in known:
                report(number, "external_id", f"{external[:60]!r} is the e-mail address of another person")


def _check_names_of_others(
    lines: Sequence[UserLine], keys: Sequence[UserKey], changes: UserChanges, report: Report
) -> None:
    """No name of a person of the load belongs to somebody stored: e-mail addresses and external ids never overlap.

    People whose external id this load changes are judged by the new one, in `_check_names_within`.
    """
    changing = {user.key for user in changes.changed if "external_id" in user.values}
    wanted = {line.external_id: n for n, line in enumerate(lines) if isinstance(line.external_id, str)}
    for some in portions(list(wanted)):
        for external, key in User.objects.filter(external_id__in=some).values_list("external_id", "email_key"):
            if external is not None and key != keys[wanted[external]] and key not in changing:
                report(wanted[external], "external_id", f"{external[:60]!r} belongs to another person")
    addresses = {user_key(external): n for external, n in wanted.items() if "@" in external}
    for some in portions(list(addresses)):
        for key in User.objects.filter(email_key__in=some).values_list("email_key", flat=True):
            if key != keys[addresses[UserKey(key)]]:
                number = addresses[UserKey(key)]
                report(number, "external_id", f"{key[:60]!r} is the e-mail address of another person")
    like_addresses = User.objects.filter(external_id__contains="@").values_list("external_id", "email_key")
    owners = {external: key for external, key in like_addresses if key not in changing}
    if owners:
        for number in changes.new:
            if owners.get(lines[number].id, keys[number]) != keys[number]:
                report(number, "id", f"{lines[number].id} is the external id of another person")


_COLUMNS = (
    "email",
    "email_key",
    "first_name",
    "last_name",
    "external_id",
    "signed_in",
    "locked",
    "staff",
    "properties",
    "password",
    "temporary_password",
    "time_zone",
    "default_account_id",
)


def write(
    lines: Sequence[UserLine],
    keys: Sequence[UserKey],
    changes: UserChanges,
    hashed: Mapping[UserKey, Hashed],
    first_account: Mapping[UserKey, str],
) -> None:
    """Write the differences, and complete `changes.ids` with those of new people.

    `first_account` tells the account a person was given first, which becomes the default account of somebody who has
    none (ENTRY-3).
    """
    last = User.objects.aggregate(last=Max("id"))["last"] or 0

    def row(number: int) -> tuple[object, ...]:
        line, key = lines[number], keys[number]
        return (
            line.id,
            key,
            "" if line.first_name is UNSET else line.first_name,
            "" if line.last_name is UNSET else line.last_name,
            None if line.external_id is UNSET else line.external_id,
            line.signed_in is True,
            line.locked is True,
            line.staff is True,
            stored_form_of(given(line.properties, {})),
            _password(line, key, None, hashed),
            False,
            "UTC",
            first_account.get(key),
        )

    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    losing_id = [(user.id, None) for user in changes.changed if "external_id" in user.values]
    update_rows(User, "id", ("external_id",), losing_id)  # so that people can exchange them
    for user in changes.changed:
        columns = tuple(sorted(user.values))
        by_columns.setdefault(columns, []).append((user.id, *(user.values[column] for column in columns)))
    for columns, rows in by_columns.items():
        update_rows(User, "id", columns, rows)
    defaults = [(changes.ids[k], first_account[k]) for k in sorted(changes.without_default) if k in first_account]
    update_rows(User, "id", ("default_account_id",), defaults)
    insert_rows(User, _COLUMNS, map(row, changes.new))
    for number, key in User.objects.filter(id__gt=last).values_list("id", "email_key").iterator(chunk_size=20_000):
        changes.ids[UserKey(key)] = number


def lines(account: AccountId | None) -> Iterator[UserLine]:
    """Every person, or those of one account, by e-mail address: whoever the other lines of its export speak of.

    Users without a role that could be told of them are left out: no line could make them users of the account again.
    """
    rows = User.objects.all()
    if account is not None:
        in_groups = GroupUserRole.rows.of(account).values("user_id")
        rows = rows.filter(Q(id__in=exported(account).values("user_id")) | Q(id__in=in_groups))
    for _, _, email, first, last, external, signed_in, locked, staff, properties, password, _ in (
        rows.order_by(*by_code_point("email_key")).values_list(*_READ).iterator(chunk_size=5000)
    ):
        yield UserLine(
            id=email,
            first_name=first or UNSET,
            last_name=last or UNSET,
            password_hash=phc_form(password) or UNSET,
            signed_in=signed_in or UNSET,
            locked=locked or UNSET,
            staff=staff or UNSET,
            external_id=external or UNSET,
            properties=line_form_of(properties),
        )
