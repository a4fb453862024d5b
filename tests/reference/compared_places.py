"""Everything the product and the law say of environments and folders, in the same shape, to be compared."""

from __future__ import annotations

from datetime import datetime

from tenantry.build.models import LIVING, Folder as FolderRow
from tenantry.build.queries import folders_opened_by, offered_roles, paths_of, top_id
from tenantry.decisions.engine import ENGINE, subject_in
from tenantry.environments.commands import roles_to_attach
from tenantry.environments.queries import accessible_environments, environments_opened_by
from tenantry.rules import environments as env, folders
from tenantry.rules.answers import Access, Denied
from tenantry.rules.decide import Snapshot, access_of, decide
from tenantry.rules.facts import AccountFacts
from tenantry.rules.folders import Site
from tenantry.rules.places import Folder
from tenantry.rules.vocabulary import AccountId, FolderId, RoleId
from tests.scenarios.product_doors import decision_as_answer
from tests.scenarios.questions import Allowed, Answer, Denied as SaidNo
from tests.scenarios.store_places import label

from .access import Access as LawfulAccess, Answer as Judged
from .facts import TOP, RoleKey, parent_of
from .ingredients import ASKED_IN_ENVIRONMENTS, ASKED_IN_FOLDERS
from .model import World

SaidOfPlaces = dict[tuple[str, ...], object]
"""By account and kind of question, then user, environment or folder, privilege."""


def what_the_store_says_of_places(accounts: list[str], users: list[str], at: datetime) -> SaidOfPlaces:
    """Every answer of the product, each account compiled once."""
    said: SaidOfPlaces = {}
    for account in accounts:
        facts = ENGINE.snapshot(AccountId(account))
        if facts is not None:
            said |= _the_store_in(facts, account, users, at)
    return said


def _the_store_in(facts: Snapshot, account: str, users: list[str], at: datetime) -> SaidOfPlaces:
    inside = facts.account
    tree = _folders(inside)
    said: SaidOfPlaces = {(account, "folders"): set(tree)}
    for environment in inside.environments.values():
        told = environment.classification.value, _labels(environment.roles, inside)
        said[account, "environment", environment.name] = told
    for path, folder in tree.items():
        said[account, "folder", path] = _labels(folder.roles, inside)
    said[account, "attachable"] = [label(role.id, inside) for role in roles_to_attach(inside)]
    said[account, "offered"] = [label(role.id, inside) for role in offered_roles(inside)]
    for role in inside.own_roles():
        opened = (*environments_opened_by(inside, role.id), *folders_opened_by(inside.id, role.id))
        said[account, "opened", role.name] = sorted(opened)
    for user in users:
        key, stranger = subject_in(facts, user)
        access = access_of(facts, key, at, stranger)
        shown = () if isinstance(access, Denied) else accessible_environments(access, inside)
        said[account, "shown", user] = [one.name for one in shown]
        for environment in inside.environments.values():
            level = "none" if isinstance(access, Denied) else env.level(access, inside, environment).value
            said[account, "level", user, environment.name] = level
            for privilege in ASKED_IN_ENVIRONMENTS:
                decision = decide(facts, key, privilege, at, stranger, environment)
                said[account, "in environment", user, environment.name, privilege] = decision_as_answer(
                    decision, inside
                )
        for path, folder in tree.items():
            for privilege in ASKED_IN_FOLDERS:
                decision = decide(facts, key, privilege, at, stranger, folder)
                said[account, "in folder", user, path, privilege] = decision_as_answer(decision, inside)
        if isinstance(access, Access):
            said |= _the_explorer(access, inside, tree, (account, user))
    return said


def _the_explorer(access: Access, inside: AccountFacts, tree: dict[str, Folder], who: tuple[str, str]) -> SaidOfPlaces:
    """What the Component Explorer makes of somebody who is in the account."""
    account, user = who
    said: SaidOfPlaces = {(account, "permissions", user): folders.manages_permissions(access, inside) is None}
    for path, folder in tree.items():
        said[account, "icon", user, path] = folders.icon(access, inside, folder).value
        if path != TOP:
            below = tuple(tree[other] for other in tree if other.startswith(f"{path}/"))
            for destination in (None, TOP):
                to = None if destination is None else tree[destination]
                site = Site(folder, tree[parent_of(path)], below, to)
                said[account, "acts", user, path, str(destination)] = {
                    act.value for act in folders.open_acts(access, inside, site)
                }
    return said


def _folders(inside: AccountFacts) -> dict[str, Folder]:
    """The living folders by path, the top-level one included, with the lists that the facts know."""
    rows = FolderRow.rows.of(inside.id).filter(LIVING, parent__isnull=False).values_list("id", flat=True)
    ids = {path: FolderId(key) for key, path in paths_of(inside.id, rows).items()} | {TOP: top_id(inside.id)}
    return {path: Folder(key, path, inside.restricted.get(key, frozenset())) for path, key in sorted(ids.items())}


def _labels(roles: frozenset[RoleId], inside: AccountFacts) -> set[str]:
    return {label(role, inside) for role in roles}


def what_the_law_says_of_places(world: World, accounts: list[str], users: list[str], at: datetime) -> SaidOfPlaces:
    """The same questions, answered by the reference model."""
    said: SaidOfPlaces = {}
    for account in accounts:
        if account in world.accounts:
            said |= _the_law_in(world, account, users, at)
    return said


def _the_law_in(world: World, account: str, users: list[str], at: datetime) -> SaidOfPlaces:
    tree = [TOP, *world.folder_paths(account)]
    said: SaidOfPlaces = {(account, "folders"): set(tree)}
    environments = world.environment_names(account)
    for name in environments:
        place = world.environments[account, name]
        said[account, "environment", name] = (place.classification, _lawful_labels(world, account, place.roles))
    for path in tree:
        said[account, "folder", path] = _lawful_labels(world, account, world.folder_roles(account, path))
    choices = world.in_order(world.attachable(account), account)
    said |= {(account, "attachable"): choices, (account, "offered"): choices}
    for role in world.own_roles(account):
        own_name = world.accounts[account].name
        opened = [path or own_name for path in world.opened_without(account, role)]
        said[account, "opened", role.name] = sorted(opened)
    for user in users:
        said[account, "shown", user] = world.accessible_environments(user, account, at)
        for name in environments:
            said[account, "level", user, name] = world.level(user, account, name, at)
            for privilege in ASKED_IN_ENVIRONMENTS:
                judged = world.environment_answer(user, privilege, account, name, at)
                said[account, "in environment", user, name, privilege] = _answer(judged)
        for path in tree:
            for privilege in ASKED_IN_FOLDERS:
                judged = world.folder_answer(user, privilege, account, path, at)
                said[account, "in folder", user, path, privilege] = _answer(judged)
        if isinstance(world.effective(user, account, at), LawfulAccess):
            said |= _the_law_of_the_explorer(world, account, user, tree, at)
    return said


def _the_law_of_the_explorer(world: World, account: str, user: str, tree: list[str], at: datetime) -> SaidOfPlaces:
    said: SaidOfPlaces = {(account, "permissions", user): world.permissions_yours(user, account, at)}
    for path in tree:
        said[account, "icon", user, path] = world.icon(user, account, path, at)
        for destination in (None, TOP) if path != TOP else ():
            acts = world.acts(user, account, path, destination, at)
            said[account, "acts", user, path, str(destination)] = set(acts)
    return said


def _answer(judged: Judged) -> Answer:
    return Allowed(judged.roles) if judged.allowed else SaidNo(judged.reason)


def _lawful_labels(world: World, account: str, roles: set[RoleKey]) -> set[str]:
    return {world.role_label(role, account) for role in roles}


def compare_places(world: World, accounts: list[str], users: list[str], at: datetime) -> int:
    """Compare everything about environments and folders; returns how many answers that were."""
    said = what_the_store_says_of_places(accounts, users, at)
    law = what_the_law_says_of_places(world, accounts, users, at)
    if said != law:
        keys = sorted(key for key in said.keys() | law.keys() if said.get(key) != law.get(key))
        raise AssertionError({key: (said.get(key), law.get(key)) for key in keys[:20]})
    return len(said)
