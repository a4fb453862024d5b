"""Lists say what single decisions say: environments shown, icons of folders and menus, in every world of the scenarios.

Asked after the world is loaded and again after each command of the scenario, of everybody in every account.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tenantry.accounts.queries import existing_account
from tenantry.build.models import LIVING, Folder as FolderRow
from tenantry.build.queries import folder_rights, folders_opened_by, offered_roles, paths_of, top_id
from tenantry.decisions.engine import ENGINE, subject_in
from tenantry.decisions.guard import facts_of
from tenantry.environments.commands import roles_to_attach
from tenantry.environments.queries import accessible_environments, environments_opened_by
from tenantry.rules.answers import Access, Allowed, Decision, Denied
from tenantry.rules.decide import Snapshot, access_of, decide
from tenantry.rules.facts import AccountFacts
from tenantry.rules.folders import Site, icon
from tenantry.rules.places import Folder, Place
from tenantry.rules.refusals import EnvironmentClosed
from tenantry.rules.vocabulary import AccountId, FolderId, user_key
from tests.reference.places import ACTS
from tests.scenarios.doors import CannotAsk
from tests.scenarios.format import FIRST_INSTANT, read
from tests.scenarios.product_doors import StoreDoor
from tests.scenarios.questions import Do, Line, Load

SCENARIOS = Path(__file__).parents[1] / "scenarios"
PATHS = [
    path
    for path in sorted(SCENARIOS.glob("*.scenario"))
    if any(line["kind"] in {"environment", "folder"} for line in read(path).lines)
]

pytestmark = [pytest.mark.store, pytest.mark.django_db]


class Somebody:
    """A person in an account at an instant, of whom single questions are asked."""

    def __init__(self, facts: Snapshot, user: str, at: datetime) -> None:
        """Find the person."""
        self._facts, self._at = facts, at
        self._key, self._stranger = subject_in(facts, user)
        access = access_of(facts, self._key, at, self._stranger)
        self.access = access if isinstance(access, Access) else None

    def decision(self, privilege: str, place: Place | None = None) -> Decision:
        """One decision."""
        return decide(self._facts, self._key, privilege, self._at, self._stranger, place)

    def may(self, privilege: str, place: Place | None = None) -> bool:
        """Whether it is a yes."""
        return isinstance(self.decision(privilege, place), Allowed)


def check_environments(somebody: Somebody, facts: AccountFacts) -> int:
    """Shown are those in which no privilege that is held in the account is refused for the gate; ENV-13."""
    if somebody.access is None:
        return 0
    shown = accessible_environments(somebody.access, facts)
    held = [privilege for privilege in facts.catalogue.bits if somebody.may(privilege)]
    asked = 0
    for environment in facts.environments.values():
        for privilege in held:
            decision = somebody.decision(privilege, environment)
            closed = isinstance(decision, Denied) and isinstance(decision.refusal, EnvironmentClosed)
            assert closed == (environment not in shown), (environment.name, privilege)
            asked += 1
    assert [one.name for one in shown] == sorted((one.name for one in shown), key=lambda name: (name.casefold(), name))
    return asked


def check_folders(somebody: Somebody, facts: AccountFacts) -> int:
    """Icons and menus are what asking for each folder of a row gives; FOLD-12, FOLD-14."""
    if somebody.access is None:
        return 0
    tree = folders_in(facts)
    writes = {path: somebody.may("BUILD", folder) for path, folder in tree.items()}
    reads = {path: somebody.may("BUILD_READ_ONLY", folder) for path, folder in tree.items()}
    asked = 0
    for path, folder in tree.items():
        sign = "plain" if not folder.roles else "person" if writes[path] else "lock"
        assert icon(somebody.access, facts, folder).value == sign, path
        above = path.rpartition("/")[0] if path else None
        below = [other for other in tree if other and path and other.startswith(f"{path}/")]
        for destination in tree:
            site = Site(
                here=folder,
                parent=tree[above] if above is not None else None,
                below=tuple(tree[other] for other in below),
                destination=tree[destination],
            )
            rights = {act.value for act in folder_rights(somebody.access, facts, site)}
            for act, (build, here, parent, subfolders, there) in ACTS.items():
                places = [path] * here + [above] * (parent and above is not None) + below * subfolders
                places += [destination] * there
                single = all(writes[one] for one in places if one is not None)
                allowed = single and (somebody.may("BUILD") if build else reads[path])
                assert (act in rights) == allowed, (path, act, destination)
                asked += 1
    return asked


def folders_in(facts: AccountFacts) -> dict[str, Folder]:
    """The folders of an account by path, with the lists that decisions rest on."""
    rows = FolderRow.rows.of(facts.id).filter(LIVING, parent__isnull=False).values_list("id", flat=True)
    ids = {path: FolderId(key) for key, path in paths_of(facts.id, rows).items()} | {"": top_id(facts.id)}
    return {path: Folder(key, path, facts.restricted.get(key, frozenset())) for path, key in sorted(ids.items())}


def check(lines: list[Line], at: datetime) -> int:
    """Everybody in every account."""
    asked = 0
    users = sorted({user_key(line["id"]) for line in lines if line["kind"] == "user"})
    for line in lines:
        if line["kind"] == "account":
            facts = ENGINE.snapshot(AccountId(line["id"]))
            assert facts is not None
            for user in users:
                somebody = Somebody(facts, user, at)
                asked += check_environments(somebody, facts.account) + check_folders(somebody, facts.account)
    return asked


def moments(path: Path) -> Iterator[tuple[list[Line], datetime]]:
    """The world of a scenario in the store: at first, and after each of its commands."""
    scenario = read(path)
    door = StoreDoor()
    door.load(scenario.lines)
    yield scenario.lines, FIRST_INSTANT
    for step in scenario.steps:
        if isinstance(step.question, Load):
            return
        if isinstance(step.question, Do):
            try:
                door.ask(step.question, step.at)
            except CannotAsk:
                return
            yield scenario.lines, step.at


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_env_13_and_fold_14_lists_say_what_single_decisions_say(path: Path) -> None:
    """For everybody in every account: environments shown, icons, menus."""
    asked = sum(check(lines, at) for lines, at in moments(path))
    assert asked


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_role_14_what_a_removal_would_open_is_what_its_list_alone_closes(path: Path) -> None:
    """Named are the environments and folders that let everybody in once the role is off their lists, and no others."""
    for lines, _ in moments(path):
        for account in (line["id"] for line in lines if line["kind"] == "account"):
            facts = facts_of(AccountId(account))
            tree = folders_in(facts)
            for role in facts.own_roles():
                gates = {one.name: one.roles for one in facts.environments.values()}
                named = environments_opened_by(facts, role.id)
                assert set(named) == {name for name, listed in gates.items() if listed and not listed - {role.id}}
                lists = {where or existing_account(account).name: folder.roles for where, folder in tree.items()}
                opened = folders_opened_by(facts.id, role.id)
                assert set(opened) == {name for name, listed in lists.items() if listed and not listed - {role.id}}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_env_7_and_env_8_and_fold_9_what_is_offered_is_of_the_account(path: Path) -> None:
    """Both dialogs offer the same: default roles and own ones, and never what another account owns."""
    for lines, _ in moments(path):
        for account in (line["id"] for line in lines if line["kind"] == "account"):
            facts = facts_of(AccountId(account))
            offered = roles_to_attach(facts)
            assert {role.account for role in offered} <= {None, facts.id}
            assert {role.id for role in facts.own_roles()} <= {role.id for role in offered}
            assert set(offered) == set(offered_roles(facts))
            listed = {role for one in facts.environments.values() for role in one.roles}
            assert {facts.roles[role].account for role in listed} <= {None, facts.id}


def test_there_are_worlds_to_ask() -> None:
    """The test above has environments and folders to speak of."""
    assert len(PATHS) > 20
