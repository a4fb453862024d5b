"""Lines of kind `privilege`: the host platform's own privileges, in and out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec import UNSET, UnsetType

from tenantry.privileges.models import NAME_LIMIT, HostPrivilege
from tenantry.rules.privileges import BUILT_IN_NAMES, PLATFORM, STAFF_ONLY, Catalogue, Privilege
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.lines import FieldProblem, Line, Report, Tally, check_text, given

_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]+\Z")


class PrivilegeLine(Line, tag="privilege"):
    """A privilege of the host platform."""

    name: str
    title: str
    implies: list[str] | UnsetType = UNSET


def check(line: PrivilegeLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    yield from check_text("name", line.name, NAME_LIMIT, required=True)
    if line.name.strip() and not _NAME.match(line.name):
        yield "name", f"{line.name[:60]!r} has characters other than letters, digits and _ . : -"
    if line.name in BUILT_IN_NAMES:
        yield "name", f"{line.name} is a built-in privilege"
    yield from check_text("title", line.title, NAME_LIMIT, required=True)


@dataclass(slots=True)
class PrivilegeChanges:
    """What lines change, and the catalogue that results."""

    catalogue: Catalogue
    new: list[Privilege] = field(default_factory=list)
    changed: list[Privilege] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.new or self.changed)


def differences(lines: Sequence[PrivilegeLine], report: Report) -> PrivilegeChanges:
    """Compare with what is stored; reports implications that cannot be."""
    stored = {p.name: p for p in stored_privileges()}
    after = dict(stored)
    changes = PrivilegeChanges(PLATFORM)
    for number, line in enumerate(lines):
        old = stored.get(line.name)
        implies = tuple(sorted(set(given(line.implies, list(old.implies) if old else []))))
        new = Privilege(line.name, line.title, line.title, implies=implies, host=True)
        after[line.name] = new
        if old is None:
            changes.new.append(new)
            changes.tally.new_lines.append(number)
        elif old != new:
            changes.changed.append(new)
            changes.tally.changed_lines.append(number)
        else:
            changes.tally.unchanged += 1
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    sound = True
    for number, line in enumerate(lines):
        for implied in given(line.implies, []):
            if implied not in PLATFORM and implied not in after:
                report(number, "implies", f"there is no privilege {implied}")
                sound = False
            elif implied in STAFF_ONLY:
                report(number, "implies", f"{implied} cannot be implied: no role of an account may carry it")
                sound = False
    if sound and after:
        changes.catalogue = Catalogue(after.values())
    return changes


def write(changes: PrivilegeChanges) -> None:
    """Write the differences."""
    insert_rows(HostPrivilege, ("name", "title", "implies"), ((p.name, p.title, list(p.implies)) for p in changes.new))
    update_rows(
        HostPrivilege, "name", ("title", "implies"), ((p.name, p.title, list(p.implies)) for p in changes.changed)
    )


def stored_privileges() -> Iterator[Privilege]:
    """What is stored."""
    for name, title, implies in HostPrivilege.objects.values_list("name", "title", "implies"):
        yield Privilege(name, title, title, implies=tuple(implies), host=True)


def lines() -> Iterator[PrivilegeLine]:
    """Every host privilege as a line, by name."""
    for privilege in sorted(stored_privileges(), key=lambda p: p.name):
        yield PrivilegeLine(privilege.name, privilege.title, list(privilege.implies) or UNSET)
