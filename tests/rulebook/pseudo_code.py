"""The pseudo-code of the chapters ENV and FOLD on plain sets of names, and random cases to hold the rules against it.

A case is somebody's standing in an account: what roles carry, which of them are held and how, which are on a list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.places import Environment, Folder
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import EnvironmentId, FolderId, RoleId
from tests.reference.catalogue import DEFAULT_ROLES, IMPLIES

from .world import EVERY_FEATURE, an_account, custom, entered

PRIVILEGES = (
    "ATOM_MANAGEMENT",
    "ATOM_MANAGEMENT_READ_ONLY",
    "ENV_MANAGEMENT",
    "ENV_MANAGEMENT_READ_ONLY",
    "ENV_MANAGEMENT_FULL",
    "DEPLOY",
    "SCHEDULE_MAINTENANCE",
    "EXECUTE",
    "BUILD",
    "BUILD_READ_ONLY",
)
OFTEN = tuple(name for name in PRIVILEGES for _ in range(1 if name == "ENV_MANAGEMENT" else 2))
ROLES = ("r1", "r2", "r3", "r4")
DEFAULTS = {"ADMINISTRATOR": DEFAULT_ROLES["Administrator"], "PRODUCTION_SUPPORT": DEFAULT_ROLES["Production Support"]}


@dataclass(frozen=True)
class Case:
    """`cap` is the Support Access Role of somebody who comes through a group, `None` for a direct user."""

    own: Mapping[str, frozenset[str]]
    parents: Mapping[str, str]
    held: tuple[str, ...]
    listed: frozenset[str]
    aea: bool
    cap: str | None

    # ---- what the law says

    def resolve(self, role: str) -> frozenset[str]:
        """RESOLVE with CLOSURE."""
        out: set[str] = set()
        current: str | None = role
        seen: set[str] = set()
        while current is not None and current not in seen:
            seen.add(current)
            if current in DEFAULTS:
                out |= DEFAULTS[current]
                break
            out |= self.own[current]
            current = self.parents.get(current)
        return frozenset(out | {implied for name in out for implied in IMPLIES.get(name, ())})

    @property
    def privs(self) -> frozenset[str]:
        """The privileges of ACCESS: after the cap, and after the one feature that may be off."""
        found = frozenset(name for role in self.held for name in self.resolve(role))
        if self.cap is not None:
            found &= self.resolve(self.cap)
        return found if self.aea else found - {"ENV_MANAGEMENT_READ_ONLY", "ENV_MANAGEMENT_FULL"}

    def env_gate(self) -> bool:
        """ENV_GATE."""
        if "ENV_MANAGEMENT" in self.privs:
            return True
        return not self.listed or any(role in self.listed for role in self.held)

    def matched(self) -> frozenset[str]:
        """The `m` of ENV_LEVEL: before any cap."""
        return frozenset(name for role in self.held if role in self.listed for name in self.resolve(role))

    def env_level(self) -> str:
        """ENV_LEVEL."""
        if not self.env_gate():
            return "none"
        privs = self.privs
        base = "write" if "ATOM_MANAGEMENT" in privs else "read" if "ATOM_MANAGEMENT_READ_ONLY" in privs else "none"
        if "ENV_MANAGEMENT" in privs:
            return base
        if self.aea and base != "none":
            if "ENV_MANAGEMENT_FULL" in self.matched():
                return base
            if "ENV_MANAGEMENT_READ_ONLY" in self.matched():
                return "read"
        return base

    def narrowed(self) -> bool:
        """NARROWED."""
        m = self.matched()
        if not self.aea or "ENV_MANAGEMENT" in self.privs:
            return False
        return "ENV_MANAGEMENT_READ_ONLY" in m and "ENV_MANAGEMENT_FULL" not in m

    def env_can(self, privilege: str) -> bool:
        """ENV_CAN."""
        if not self.env_gate() or privilege not in self.privs:
            return False
        return privilege not in {"ATOM_MANAGEMENT", "DEPLOY", "SCHEDULE_MAINTENANCE"} or not self.narrowed()

    def env_edit_roles(self) -> bool:
        """ENV_EDIT_ROLES."""
        return {"ATOM_MANAGEMENT", "ENV_MANAGEMENT"} <= self.privs

    def folder_write(self) -> bool:
        """FOLDER_WRITE."""
        return "BUILD" in self.privs and (not self.listed or any(role in self.listed for role in self.held))

    def folder_read(self) -> bool:
        """FOLDER_READ."""
        return "BUILD" in self.privs or "BUILD_READ_ONLY" in self.privs

    def manage_folder_perms(self) -> bool:
        """MANAGE_FOLDER_PERMS."""
        return ADMINISTRATOR in self.held and (self.cap is None or self.cap == ADMINISTRATOR)

    # ---- the same for the rules

    def account(self) -> AccountFacts:
        """The account as the rules know it."""
        return an_account(
            *(custom(role, *sorted(self.own[role]), parent=self.parents.get(role)) for role in ROLES),
            features=EVERY_FEATURE if self.aea else EVERY_FEATURE - {Feature.ADVANCED_ENVIRONMENT_ACCESS},
            support_access=self.cap or ADMINISTRATOR,
        )

    def access(self, account: AccountFacts) -> Access:
        """Whoever the case is about, in it."""
        return entered(account, direct=self.held) if self.cap is None else entered(account, outside=self.held)

    def environment(self) -> Environment:
        """An environment with the list of the case."""
        return Environment(EnvironmentId("e"), "E", roles=frozenset(map(RoleId, self.listed)))

    def folder(self) -> Folder:
        """A folder with the same list."""
        return Folder(FolderId("f"), "F", roles=frozenset(map(RoleId, self.listed)))


def cases(count: int, chance: int = 1) -> Iterator[Case]:
    """So many random cases, the same on every run."""
    random = Random(chance)
    candidates = (*ROLES, *DEFAULTS)
    for _ in range(count):
        held = tuple(random.sample(candidates if random.random() < 0.3 else ROLES, random.choice((1, 2, 2, 3))))
        listed = random.sample(candidates, random.choice((0, 0, 1, 2)))
        yield Case(
            own={role: frozenset(random.sample(OFTEN, random.choice((0, 1, 2, 3)))) for role in ROLES},
            parents={role: random.choice(candidates) for role in random.sample(ROLES, random.choice((0, 0, 1, 2)))},
            held=held,
            listed=frozenset((*listed, *random.sample(held, random.choice((0, 1)) if listed else 0))),
            aea=random.random() < 0.75,
            cap=random.choice((None, None, None, *candidates)),
        )
