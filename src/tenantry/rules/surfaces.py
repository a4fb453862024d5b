"""Which privileges the platform's actions ask for together (PRIV-6 to PRIV-10).

The table is the law for doors that offer these actions: each asks `needed` for the names and `decide` for each name.
"""

from collections.abc import Mapping, Set as AbstractSet
from typing import Final

ACTIONS: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    # PRIV-6: what Build Read Access alone allows, and what it does not
    "build.view": (frozenset({"BUILD_READ_ONLY"}),),
    "build.copy_out": (frozenset({"BUILD_READ_ONLY"}),),
    "build.create": (frozenset({"BUILD"}),),
    "build.import": (frozenset({"BUILD"}),),
    "build.edit": (frozenset({"BUILD"}),),
    "build.rename": (frozenset({"BUILD"}),),
    "build.delete": (frozenset({"BUILD"}),),
    "build.save": (frozenset({"BUILD"}),),
    "build.edit_process_extensions": (frozenset({"BUILD"}),),
    "build.test_run": (frozenset({"BUILD"}),),
    "build.generate_certificate": (frozenset({"BUILD"}),),
    "build.copy_in": (frozenset({"BUILD"}),),
    "runtimes.install": (frozenset({"BUILD"}), frozenset({"ATOM_MANAGEMENT"})),
    # PRIV-7
    "runtimes.view": (frozenset({"ATOM_MANAGEMENT_READ_ONLY"}),),
    "runtimes.search": (frozenset({"ATOM_MANAGEMENT_READ_ONLY"}),),
    "runtimes.save": (frozenset({"ATOM_MANAGEMENT"}),),
    "runtimes.delete": (frozenset({"ATOM_MANAGEMENT"}),),
    "runtimes.restart": (frozenset({"ATOM_MANAGEMENT"}),),
    # PRIV-8
    "reporting.open": (frozenset({"VIEW_RESULT"}),),
    "reporting.view_document": (frozenset({"VIEW_RESULT", "VIEW_DATA"}),),
    "reporting.run_in_test_mode": (frozenset({"VIEW_RESULT", "VIEW_DATA"}),),
    "reporting.rerun_document": (frozenset({"VIEW_RESULT", "EXECUTE"}),),
    # PRIV-9
    "build.package": (frozenset({"BUILD", "PACKAGE_MANAGEMENT"}),),
    "deploy.package_and_deploy": (frozenset({"PACKAGE_MANAGEMENT", "DEPLOY"}),),
    "schedules.edit_in_console": (frozenset({"SCHEDULE_MAINTENANCE", "ATOM_MANAGEMENT"}),),
    "schedules.edit_by_api": (frozenset({"SCHEDULE_MAINTENANCE"}), frozenset({"ATOM_MANAGEMENT"})),
    # PRIV-10
    "libraries.upload": (frozenset({"BUILD", "DEVELOPER"}),),
}
"""Action to alternatives: any one set, held whole, is enough."""


def missing_for(action: str, held: AbstractSet[str]) -> frozenset[str]:
    """What `held` (closed under implication) lacks for an action: of the alternatives the one that lacks least.

    Empty means that the action is open. An unknown action raises `KeyError`: no door may invent one.
    """
    return min((need - held for need in ACTIONS[action]), key=lambda lack: (len(lack), sorted(lack)))
