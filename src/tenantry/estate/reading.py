"""Reading estate files: plain or compressed JSON Lines into typed lines, with the place of everything wrong."""

import gzip
import io
import re
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import msgspec
import zstandard
from msgspec import UNSET

from tenantry.accounts.estate import AccountLine
from tenantry.build.estate import FolderLine, path_key
from tenantry.build.estate_roles import FolderRoleLine
from tenantry.environments.estate import EnvironmentLine
from tenantry.environments.estate_roles import EnvironmentRoleLine
from tenantry.estate.account_settings import AccountSettingsLine
from tenantry.estate.keys import key_of
from tenantry.estate.kinds import CHECKS, KINDS, LATER_FIELDS, LATER_KINDS, RESOURCE_KINDS, AnyLine
from tenantry.estate.problems import Problem, Problems
from tenantry.groups.estate import AccountGroupLine, group_key
from tenantry.groups.estate_accounts import GroupAccountLine
from tenantry.groups.estate_roles import GroupUserRoleLine
from tenantry.objects.estate import ObjectLine
from tenantry.privileges.estate import PrivilegeLine
from tenantry.roles.estate import RoleLine, name_key
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import UserKey, user_key
from tenantry.sharing.estate import GroupResourceLine
from tenantry.sharing.resource_lines import ResourceLine
from tenantry.sso.estate import FederationLine
from tenantry.store.lines import Line, RoleReference, differing, merge
from tenantry.users.estate import UserLine
from tenantry.users.estate_roles import UserRoleLine

_DECODER: Final = msgspec.json.Decoder(AnyLine)
_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BLOCK: Final = 1 << 18
_FILE_BITS: Final = 40
"""A place is one number: the file's in the upper bits, the line's in these lower ones."""

_IN_WORDS: Final = {
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "an RFC 3339 time",
}

Advance = Callable[[int], None]
"""Told how many bytes of the files were read."""


class Estate:
    """The lines of all files by kind, with their places; what several lines say about one thing is put together."""

    def __init__(self, files: list[str]) -> None:
        """Begin without lines."""
        self.files = files
        self.accounts: list[AccountLine] = []
        self.account_settings: list[AccountSettingsLine] = []
        self.users: list[UserLine] = []
        self.user_keys: list[UserKey] = []
        self.roles: list[RoleLine] = []
        self.user_roles: list[UserRoleLine] = []
        self.federations: list[FederationLine] = []
        self.account_groups: list[AccountGroupLine] = []
        self.group_accounts: list[GroupAccountLine] = []
        self.group_user_roles: list[GroupUserRoleLine] = []
        self.group_resources: list[GroupResourceLine] = []
        self.environments: list[EnvironmentLine] = []
        self.environment_roles: list[EnvironmentRoleLine] = []
        self.folders: list[FolderLine] = []
        self.folder_roles: list[FolderRoleLine] = []
        self.resources: dict[Kind, list[ResourceLine]] = {kind: [] for kind in RESOURCE_KINDS}
        self.objects: list[ObjectLine] = []
        self.privileges: list[PrivilegeLine] = []
        self.places: dict[type[Line], array[int]] = {kind: array("Q") for kind in KINDS.values()}
        self.joined: dict[type[Line], list[tuple[int, int]]] = {kind: [] for kind in KINDS.values()}
        """Places of lines about the same thing as an earlier one, with the number of that."""
        self.role_references: list[RoleReference] = []
        """What user_role lines say, once a load lets them name roles by id."""

    def people_named(self) -> Iterator[UserRoleLine | FederationLine | GroupUserRoleLine]:
        """The lines that name a person defined elsewhere."""
        yield from self.user_roles
        yield from self.federations
        yield from self.group_user_roles

    def report(self, kind: type[Line], problems: Problems) -> Callable[[int, str, str], None]:
        """What tells of problems in lines of this kind."""
        places, name = self.places[kind], str(kind.__struct_config__.tag)

        def tell(number: int, field: str, what: str) -> None:
            file, line = self.place(places[number])
            code = "contradicts" if what.startswith("contradicts ") else "not_accepted"
            problems.add(Problem(file, line, field, what, code, name, self.key(kind, number)))

        return tell

    def problem(self, place: int, field: str, what: str) -> Problem:
        """A problem at a place."""
        return Problem(*self.place(place), field, what)

    def place(self, place: int) -> tuple[str, int]:
        """The file and the line of a place."""
        return self.files[place >> _FILE_BITS], place & ((1 << _FILE_BITS) - 1)

    def key(self, kind: type[Line], number: int) -> Mapping[str, Any]:
        """What the line of this number among its kind is about."""
        role = self.role_references[number] if kind is UserRoleLine and self.role_references else None
        return key_of(self.lines(kind)[number], role)

    def lines(self, kind: type[Line]) -> Sequence[Line]:
        """The lines of a kind."""
        lists: dict[type[Line], Sequence[Line]] = {
            AccountLine: self.accounts,
            AccountSettingsLine: self.account_settings,
            UserLine: self.users,
            RoleLine: self.roles,
            UserRoleLine: self.user_roles,
            FederationLine: self.federations,
            AccountGroupLine: self.account_groups,
            GroupAccountLine: self.group_accounts,
            GroupUserRoleLine: self.group_user_roles,
            GroupResourceLine: self.group_resources,
            EnvironmentLine: self.environments,
            EnvironmentRoleLine: self.environment_roles,
            FolderLine: self.folders,
            FolderRoleLine: self.folder_roles,
            ObjectLine: self.objects,
            PrivilegeLine: self.privileges,
        }
        lists |= {line: self.resources[resource] for resource, (line, _) in RESOURCE_KINDS.items()}
        return lists[kind]


def read(files: Iterable[Path], advance: Advance = lambda _: None) -> Estate:
    """Read the files; raises `EstateRefused` with the first problems."""
    paths = list(files)
    estate = Estate([str(path) for path in paths])
    problems = Problems()
    gathering = _Gathering(estate, problems)
    for number, path in enumerate(paths):
        try:
            with path.open("rb") as file:
                for at, raw in enumerate(_lines(file, advance), start=1):
                    if raw and not raw.isspace():
                        gathering.take(number << _FILE_BITS | at, raw)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            problems.add(Problem(str(path), 0, "", _why_unreadable(error), "unreadable"))
    problems.raise_if_any()
    gathering.finish()
    problems.raise_if_any()
    return estate


def read_stream(file: BinaryIO, name: str, *, at_most: int, line: Callable[[int], None]) -> Estate:
    """Read one file that is open already and not compressed, which messages call by this name; `line` is told the
    number of each line. Raises `EstateRefused` with at most so many problems.
    """
    estate = Estate([name])
    problems = Problems(at_most)
    gathering = _Gathering(estate, problems)
    for at, raw in enumerate(_split(iter(lambda: file.read(_BLOCK), b"")), start=1):
        line(at)
        if raw and not raw.isspace():
            gathering.take(at, raw)
    problems.raise_if_any()
    gathering.finish()
    problems.raise_if_any()
    return estate


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not a file"
    if isinstance(error, PermissionError):
        return "may not be read"
    if isinstance(error, OSError) and error.errno is not None:
        return f"cannot be read: {error.strerror}"
    return f"is damaged or cut off ({error})"


def _lines(file: BinaryIO, advance: Advance) -> Iterator[bytes]:
    """The lines of a file, decompressed as its first bytes tell."""
    head = file.read(4)
    file.seek(0)
    counted = _Counted(file, advance)
    if head.startswith(_GZIP):
        gunzipped = gzip.GzipFile(fileobj=cast("BinaryIO", counted))
        blocks: Iterator[bytes] = iter(lambda: gunzipped.read(_BLOCK), b"")
    elif head.startswith(_ZSTANDARD):
        blocks = _unzstandard(counted)
    else:
        blocks = iter(lambda: counted.read(_BLOCK), b"")
    yield from _split(blocks)


def _split(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines in blocks of bytes; a byte order mark is skipped."""
    rest = b""
    first = True
    for block in blocks:
        pieces = (rest + block).split(b"\n")
        rest = pieces.pop()
        for piece in pieces:
            yield piece.removeprefix(b"\xef\xbb\xbf") if first else piece
            first = False
    if rest:
        yield rest.removeprefix(b"\xef\xbb\xbf") if first else rest


class _Counted(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: BinaryIO, advance: Advance) -> None:
        super().__init__()
        self._file = file
        self._advance = advance

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._advance(len(data))
        return data


def _unzstandard(file: _Counted) -> Iterator[bytes]:
    """Decompress frame after frame; a frame that does not end is an error, as it is for gzip."""
    frame = None
    while block := file.read(_BLOCK):
        while block:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(block)
            block = b""
            if frame.eof:
                block = frame.unused_data
                frame = None
    if frame is not None:
        raise EOFError("the compressed data ends too early")


class _Gathering:
    """Takes lines one by one, judges each by itself, and joins those about one thing."""

    def __init__(self, estate: Estate, problems: Problems) -> None:
        self.estate = estate
        self.problems = problems
        self._users: dict[UserKey, int] = {}
        self._others: dict[tuple[Any, ...], int] = {}
        self._texts: dict[str, str] = {}
        self._place_user_role = estate.places[UserRoleLine].append

    def take(self, place: int, raw: bytes) -> None:
        """Decode and judge one line."""
        try:
            line = _DECODER.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._tell(place, *_explain(raw, error), _kind_in(raw), code="malformed")
            return
        if type(line) is UserRoleLine and _plain(line) and b"\\" not in raw:
            self._keep_user_role(place, line)  # most lines of most estates: nothing in them can be wrong alone
            return
        sound = True
        if b"\\u0000" in raw and (field := _field_with_nul(line)):
            self._tell(place, field, "has a NUL character", line)
            sound = False
        for field, what in CHECKS[type(line)](line):
            self._tell(place, field, what, line)
            sound = False
        if sound:
            self._keep(place, line)

    def _tell(self, place: int, field: str, what: str, about: Line | str, code: str = "invalid") -> None:
        kind = about if isinstance(about, str) else str(type(about).__struct_config__.tag)
        key = None if isinstance(about, str) else key_of(about)
        self.problems.add(Problem(*self.estate.place(place), field, what, code, kind, key))

    def _keep(self, place: int, line: AnyLine) -> None:
        estate = self.estate
        if isinstance(line, UserRoleLine):
            self._keep_user_role(place, line)
        elif isinstance(line, GroupUserRoleLine):  # joined once the roles they name are known
            estate.group_user_roles.append(line)
            estate.places[GroupUserRoleLine].append(place)
        elif isinstance(line, UserLine):
            key = user_key(line.id)
            if key == line.id:
                key = UserKey(line.id)  # one text, kept once
            number = self._users.setdefault(key, len(estate.users))
            if number < len(estate.users):
                line.id = estate.users[number].id  # the first spelling is the one kept
            if self._joined(line, place, estate.users, number):
                return
            self._share_names(line)
            estate.users.append(line)
            estate.user_keys.append(key)
        else:
            lines, identity = self._place_of_resource(line) if isinstance(line, ResourceLine) else self._place_of(line)
            if not self._joined(line, place, lines, self._others.setdefault(identity, len(lines))):
                lines.append(line)

    def _keep_user_role(self, place: int, line: UserRoleLine) -> None:
        one = self._texts.setdefault
        line.account = one(line.account, line.account)
        if isinstance(line.role, str):
            line.role = one(line.role, line.role)
        self.estate.user_roles.append(line)
        self._place_user_role(place)

    def _share_names(self, line: UserLine) -> None:
        """Keep each name once: many people have the same."""
        one = self._texts.setdefault
        if isinstance(line.first_name, str):
            line.first_name = one(line.first_name, line.first_name)
        if isinstance(line.last_name, str):
            line.last_name = one(line.last_name, line.last_name)

    def _place_of(self, line: AnyLine) -> tuple[list[Any], tuple[Any, ...]]:
        """The list a line belongs to, and what makes two lines be about one thing."""
        if isinstance(line, AccountLine):
            return self.estate.accounts, ("account", line.id)
        if isinstance(line, AccountSettingsLine):
            return self.estate.account_settings, ("account_settings", line.account)
        if isinstance(line, RoleLine):
            return self.estate.roles, ("role", line.account, name_key(line.name))
        if isinstance(line, FederationLine):
            line.user = user_key(line.user)
            return self.estate.federations, ("federation", line.account, line.user)
        if isinstance(line, AccountGroupLine | GroupAccountLine | GroupResourceLine):
            return self._place_in_groups(line)
        if isinstance(line, EnvironmentLine):
            return self.estate.environments, ("environment", line.account, line.name.strip())
        if isinstance(line, EnvironmentRoleLine):
            gate = line.environment.strip()
            return self.estate.environment_roles, ("environment_role", line.account, gate, _role_identity(line.role))
        if isinstance(line, FolderLine | FolderRoleLine):
            return self._place_in_folders(line)
        if isinstance(line, ObjectLine):
            return self.estate.objects, ("object", line.account, line.type, line.id)
        return self.estate.privileges, ("privilege", cast("PrivilegeLine", line).name)

    def _place_of_resource(self, line: ResourceLine) -> tuple[list[Any], tuple[Any, ...]]:
        """The same for lines about resources that groups share."""
        kind = Kind(str(type(line).__struct_config__.tag))
        return self.estate.resources[kind], (kind.value, line.account, RESOURCE_KINDS[kind][1].key_of_line(line))

    def _place_in_groups(
        self, line: AccountGroupLine | GroupAccountLine | GroupResourceLine
    ) -> tuple[list[Any], tuple[Any, ...]]:
        """The same for lines about groups, their accounts and what is shared with them."""
        if isinstance(line, AccountGroupLine):
            return self.estate.account_groups, ("account_group", line.account, group_key(line.name))
        if isinstance(line, GroupAccountLine):
            return self.estate.group_accounts, ("group_account", line.account, group_key(line.group), line.member)
        identity = ("group_resource", line.account, group_key(line.group), line.type, name_key(line.name))
        return self.estate.group_resources, identity

    def _place_in_folders(self, line: FolderLine | FolderRoleLine) -> tuple[list[Any], tuple[Any, ...]]:
        """The same for lines about folders."""
        line.path = "/".join(name.strip() for name in line.path.split("/"))
        path = path_key(line.path)
        if isinstance(line, FolderLine):
            return self.estate.folders, ("folder", line.account, path)
        return self.estate.folder_roles, ("folder_role", line.account, path, _role_identity(line.role))

    def _joined(self, line: Line, place: int, lines: list[Any], number: int) -> bool:
        """Whether the line was joined with an earlier one about the same thing; else its place is noted."""
        places = self.estate.places[type(line)]
        if number == len(lines):
            places.append(place)
            return False
        self.estate.joined[type(line)].append((place, number))
        field = None if isinstance(line, _MEMBERSHIPS) else differing(lines[number], line)
        if field is None:
            merge(lines[number], line)
        else:
            first = self.estate.problem(places[number], "", "")
            self._tell(place, field, f"contradicts {first.file}:{first.line}", line, code="contradicts")
        return True

    def finish(self) -> None:
        """Let user_role, federation and group_user_role lines name people by their keys, each text kept once."""
        keys: dict[str, UserKey] = {}
        canonical, users = self.estate.user_keys, self._users
        for line in self.estate.people_named():
            key = user_key(line.user)
            number = users.get(key)
            line.user = canonical[number] if number is not None else keys.setdefault(key, key)


def _plain(line: UserRoleLine) -> bool:
    """Whether a role is given without end and whatever is asked."""
    return line.valid_from is UNSET and line.valid_until is UNSET and line.condition is UNSET


_MEMBERSHIPS: Final = (GroupAccountLine, GroupResourceLine, EnvironmentRoleLine, FolderRoleLine)
"""Kinds of lines that say all with what makes them be about one thing, so that two of them cannot contradict."""


def _role_identity(role: RoleReference) -> str:
    """What makes two references of one account mean one role: there, only the name."""
    return name_key(role if isinstance(role, str) else role.name)


def _field_with_nul(line: Line) -> str:
    """The field that has a NUL character, which databases do not keep."""
    for name in line.__struct_fields__:
        if "\x00" in str(getattr(line, name)) or "\\x00" in repr(getattr(line, name)):
            return name
    return ""


def _kind_in(raw: bytes) -> str:
    """The kind that a line names which cannot be decoded as one, if it is known."""
    try:
        fields = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    kind = fields.get("kind") if isinstance(fields, dict) else None
    return kind if isinstance(kind, str) and kind in KINDS else ""


_UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$\.(.*)`)?\Z", re.DOTALL)
_MISSING_FIELD: Final = re.compile(r"Object missing required field `(.*?)`(?: - at `\$\.(.*)`)?\Z", re.DOTALL)
_WRONG_TYPE: Final = re.compile(r"Expected `(.*?)`, got `(.*?)`(?: - at `\$\.(.*)`)?\Z", re.DOTALL)
_AT: Final = re.compile(r"(.*?)(?: - at `\$\.(.*)`)?\Z", re.DOTALL)


def _object_in(raw: bytes) -> dict[str, Any] | str:
    """The members of a line by name, or why it has none."""
    try:
        fields = msgspec.json.decode(raw)
    except UnicodeDecodeError:
        return "is not UTF-8"
    except msgspec.DecodeError as malformed:
        return f"is not JSON: {malformed}"
    except RecursionError:
        return "is nested too deeply"
    return fields if isinstance(fields, dict) else "a line holds one JSON object"


def _explain(raw: bytes, error: Exception) -> tuple[str, str]:
    """The field and the sentence for a line that could not be decoded."""
    fields = _object_in(raw)
    if isinstance(fields, str):
        return "", fields
    if "kind" not in fields:
        return "kind", "is missing"
    kind = fields["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        if isinstance(kind, str) and kind in LATER_KINDS:
            return "kind", f"{kind} lines are not supported by this version"
        return "kind", f"there is no kind {kind!r:.60}; known: {', '.join(KINDS)}"
    known = KINDS[kind].__struct_fields__
    for field in fields:
        if (kind, field) in LATER_FIELDS:
            return field, LATER_FIELDS[kind, field]
        if field != "kind" and field not in known:
            return field[:60], f"unknown field of {kind}; known: {', '.join(known)}"
    return _explain_value(str(error))


def _explain_value(text: str) -> tuple[str, str]:
    """The field and the sentence for a value of a wrong type, from the decoder's words."""
    if found := _MISSING_FIELD.match(text):
        field, place = found.groups()
        return (f"{place}.{field}" if place else field), "is missing"
    if found := _UNKNOWN_FIELD.match(text):
        field, place = found.groups()
        return f"{place}.{field}", "unknown field"
    if found := _WRONG_TYPE.match(text):
        expected, got, place = found.groups()
        words = " or ".join(_IN_WORDS.get(word, word) for word in expected.split(" | "))
        return place or "", f"must be {words}, not {_IN_WORDS.get(got, got)}"
    if found := _AT.match(text):
        what, place = found.groups()
        if "timezone" in what:
            what = "must have an offset, as in 2026-01-31T12:00:00Z"
        elif "RFC3339" in what:
            what = "is no RFC 3339 time, as in 2026-01-31T12:00:00Z"
        return place or "", what
    return "", text
