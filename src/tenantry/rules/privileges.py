"""The privilege catalogue, what implies what, and which feature a privilege needs (PRIV).

A set of privileges is a `Mask`: one bit per privilege of a `Catalogue`. Masks of different catalogues never meet: a
catalogue changes only when the host platform defines privileges of its own, and then everything is compiled anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NewType

from tenantry.rules.features import Feature

Mask = NewType("Mask", int)
"""A set of privileges, one bit each, in the order of the catalogue it was made by."""

NOTHING: Final = Mask(0)


@dataclass(frozen=True, slots=True)
class Privilege:
    """One right to reach or do something in one area of the platform.

    `feature` is the account feature without which the privilege is inert (PRIV-5). `implies` names what its holder
    holds as well (PRIV-2). `for_custom_roles` is false for what no custom role may carry (ROLE-17). `host` marks a
    privilege that the host platform defined itself.
    """

    name: str
    title: str
    allows: str
    feature: Feature | None = None
    implies: tuple[str, ...] = ()
    for_custom_roles: bool = True
    host: bool = False


def _p(name: str, title: str, allows: str, **more: object) -> Privilege:
    return Privilege(name, title, allows, **more)  # type: ignore[arg-type]


_MDM = (
    "Activity Reporting",
    "Batch Management",
    "Dashboard",
    "Edit Models",
    "Historical Reporting",
    "Model Deployment",
    "Model Removal",
    "Repository Management",
    "Reveal Masked Data",
    "Source Attachment",
    "Source Management",
    "Stewardship",
    "Stewardship Management",
    "View Data",
    "View Logs",
    "View Models",
    "View Repositories",
)


def _mdm(right: str) -> Privilege:
    implies = ("MDM_VIEW_MODELS",) if right == "Edit Models" else ()
    name = "MDM_" + right.upper().replace(" ", "_")
    return Privilege(name, f"MDM - {right}", f"Data Hub: {right.lower()}", Feature.DATA_HUB, implies)


BUILT_IN: Final[tuple[Privilege, ...]] = (
    _p("API", "API Access", "Call the platform API in this account; precondition of every API call"),
    _p("API_MGMT_ACCESS", "API Management - Access", "Enter API Management"),
    _p("API_MGMT_APIS", "API Management - APIs", "Read and change deployed APIs"),
    _p("API_MGMT_APPLICATIONS", "API Management - Applications", "Read and change API applications and subscriptions"),
    _p("API_MGMT_DASHBOARD", "API Management - Dashboard", "API Management dashboard"),
    _p("API_MGMT_GATEWAY", "API Management - Gateway", "Gateway configuration"),
    _p("API_MGMT_ROLES", "API Management - Roles", "Deprecated, kept for old roles"),
    _p("ACCOUNT_ADMIN", "Account Administration", "Account settings, security pages, token management and features"),
    _p(
        "ACCOUNT_GROUP_MANAGEMENT",
        "Account Group Management",
        "Account Groups page of a primary account",
        feature=Feature.ACCOUNT_GROUPS,
    ),
    _p(
        "ATOM_MANAGEMENT",
        "Runtime Management",
        "Read and change runtimes, their settings and the accessible environments; download installers",
        implies=("ATOM_MANAGEMENT_READ_ONLY",),
    ),
    _p(
        "ATOM_MANAGEMENT_READ_ONLY",
        "Runtime Management Read Access",
        "View runtimes, their settings and the accessible environments without changing them",
    ),
    _p("ASSURE", "Assure", "Administer regression-test data"),
    _p("BRANCH_CREATE_MODIFY", "Branch Create & Modify Access", "Create and update branches"),
    _p("BRANCH_DELETE", "Branch Delete Access", "Delete branches"),
    _p("BUILD_READ_ONLY", "Build Read Access", "View components and branches"),
    _p("BUILD", "Build Read and Write Access", "Design and change components", implies=("BUILD_READ_ONLY",)),
    _p(
        "CLOUD_MANAGEMENT",
        "Cloud Management",
        "Own and configure runtime clouds and quotas",
        feature=Feature.CLOUD_MANAGEMENT,
    ),
    _p("DASHBOARD", "Dashboard", "Account dashboards and their API counts"),
    _p(
        "DEVELOPER", "Developer", "Developer tab: create, version and publish connectors; upload libraries (with Build)"
    ),
    _p("ENV_MANAGEMENT", "Environment Management", "Reach every environment; create, delete; change Roles with Access"),
    _p(
        "ENV_MANAGEMENT_FULL",
        "Environment Management Full Access",
        "Edit environments whose list holds the same role",
        feature=Feature.ADVANCED_ENVIRONMENT_ACCESS,
    ),
    _p(
        "ENV_MANAGEMENT_READ_ONLY",
        "Environment Management Read Access",
        "View, and only view, environments whose list holds the same role",
        feature=Feature.ADVANCED_ENVIRONMENT_ACCESS,
    ),
    _p("EXECUTE", "Execute", "Run, re-run and retry processes"),
    _p(
        "INTEGRATION_PACK",
        "Integration Pack",
        "Build, release and manage packs in the publishing account",
        feature=Feature.INTEGRATION_PACKS,
    ),
    _p("LICENSING", "Licensing", "See connection and cloud usage"),
    _p("PACKAGE_MANAGEMENT", "Packaged Component Management", "Create and manage packaged components"),
    _p("DEPLOY", "Packaged Component Deployment", "Deploy to accessible environments; attach packs"),
    _p("PERSIST_PROCESS_PROPERTY", "Persisted Process Properties", "Read and change persisted properties"),
    _p(
        "PROCESS_LIBRARY",
        "Process Library",
        "Publish processes and manage publications",
        feature=Feature.PROCESS_LIBRARY,
    ),
    _p("SCHEDULE_MAINTENANCE", "Scheduling", "Change process schedules"),
    _p("TRADING_PARTNER_MANAGEMENT", "Trading Partner Management", "Trading partners and processing groups"),
    _p("USER_MANAGEMENT", "User Management", "Users and roles of this account", implies=("USER_MANAGEMENT_LIMITED",)),
    _p(
        "USER_MANAGEMENT_LIMITED",
        "User Management - Limited",
        "Add users and edit roles, but only roles whose privileges one already holds",
        for_custom_roles=False,
    ),
    _p("VIEW_AUDIT_LOGS", "View Audit Logs", "Read the audit log"),
    _p("VIEW_DATA", "View Data", "See document contents in process reporting"),
    _p("VIEW_RESULT", "View Results", "See executions and logs, not contents"),
    _p(
        "CONNECTOR_SUBMISSION",
        "Connector Submission",
        "Submit a connector for public release",
        feature=Feature.DEVELOPER,
    ),
    _p("CONNECTOR_REVIEW", "Connector Review", "Approve or reject public connectors", for_custom_roles=False),
    _p("EMBED", "Widget Management", "Legacy embedded widgets; kept so that imported roles stay valid"),
    *(_mdm(right) for right in _MDM),
)
"""Every built-in privilege, in the order of the law's table."""

BUILT_IN_NAMES: Final = frozenset(privilege.name for privilege in BUILT_IN)

STAFF_ONLY: Final = frozenset({"CONNECTOR_REVIEW"})
"""What nobody holds by a role of an account; no privilege of the host may imply it."""

NOT_FOR_ADMINISTRATORS: Final = STAFF_ONLY | {"ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY"}
"""What Administrator does not carry: two are pointless beside Environment Management, one is staff's (PRIV-1)."""


class Catalogue:
    """The privileges of one installation: the built-in ones, then those of the host platform.

    Immutable. `bits` maps each name to its one-bit mask. Unknown names raise `KeyError`; callers that take names from
    outside test `in catalogue` first.
    """

    __slots__ = ("_closures", "_needs", "administrator", "bits", "definitions", "everything")

    def __init__(self, host: Iterable[Privilege] = ()) -> None:
        """Number the built-in privileges and then `host` by name, and close the implications (PRIV-2)."""
        ordered = (*BUILT_IN, *sorted(host, key=lambda privilege: privilege.name))
        self.definitions: Mapping[str, Privilege] = {p.name: p for p in ordered}
        self.bits: Mapping[str, Mask] = {name: Mask(1 << n) for n, name in enumerate(self.definitions)}
        self.everything = Mask((1 << len(self.definitions)) - 1)
        self._closures: Mapping[str, Mask] = {name: self._close_name(name) for name in self.definitions}
        self._needs = tuple((p.feature, self.bits[p.name]) for p in ordered if p.feature)
        self.administrator: Mask = self.close(
            self.mask(p.name for p in ordered if p.name not in NOT_FOR_ADMINISTRATORS)
        )

    def _close_name(self, name: str) -> Mask:
        seen: set[str] = set()
        todo = [name]
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo.extend(self.definitions[current].implies)
        return self.mask(seen)

    def __contains__(self, name: str) -> bool:
        """Whether `name` is a privilege of this installation."""
        return name in self.definitions

    def mask(self, names: Iterable[str]) -> Mask:
        """The set of exactly these privileges, implications not applied."""
        mask = 0
        for name in names:
            mask |= self.bits[name]
        return Mask(mask)

    def close(self, mask: Mask) -> Mask:
        """`mask` with everything it implies, applied until nothing changes (PRIV-2)."""
        closed = int(mask)
        for name in self.names(mask):
            closed |= self._closures[name]
        return Mask(closed)

    def names(self, mask: Mask) -> tuple[str, ...]:
        """The names in `mask`, in catalogue order."""
        return tuple(name for name, bit in self.bits.items() if mask & bit)

    def implying(self, name: str) -> tuple[str, ...]:
        """The privileges whose holder also holds `name`, itself first."""
        bit = self.bits[name]
        others = (other for other, closure in self._closures.items() if closure & bit and other != name)
        return (name, *others)

    def active(self, features: Iterable[Feature]) -> Mask:
        """What is not inert in an account with these features (PRIV-5)."""
        on = frozenset(features)
        mask = int(self.everything)
        for feature, bit in self._needs:
            if feature not in on:
                mask &= ~bit
        return Mask(mask)

    def offered(self, features: Iterable[Feature]) -> tuple[Privilege, ...]:
        """What "Additional Available Privileges" lists in an account with these features (ROLE-17, ROLE-18)."""
        active = self.active(features)
        return tuple(p for p in self.definitions.values() if p.for_custom_roles and active & self.bits[p.name])


PLATFORM: Final = Catalogue()
"""The catalogue of an installation whose host defines nothing of its own."""
