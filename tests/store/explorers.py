"""Builders of folders and components by the real commands, as the operator, for tests of Build."""

from dataclasses import dataclass, field
from itertools import count

from tenantry.build import commands as folders, components
from tenantry.build.models import Component, Folder
from tenantry.build.queries import folder_of, top_id
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, FolderId, RoleId
from tests.store.factories import ADMINISTRATOR, AT, Somebody, a_role, a_user, an_account

_numbers = count(1)


def a_folder(account: AccountId, path: str) -> FolderId:
    """The folder of this path, made where it is missing with all on the way, without a list."""
    here = top_id(account)
    for name in path.split("/"):
        found = Folder.rows.of(account).filter(parent_id=here, name_key=name.casefold(), deleted_at=None).first()
        if found is not None:
            here = FolderId(found.pk)
            continue
        made = folders.create_folder(actor=OPERATOR, at=AT, account=account, parent=here, name=name)
        folders.set_folder_roles(actor=OPERATOR, at=AT, account=account, folder=made, roles=frozenset())
        here = made
    return here


def a_component(account: AccountId, folder: FolderId, name: str = "", text: str = "<process/>") -> ComponentId:
    """A process in a folder."""
    return components.create_component(
        actor=OPERATOR,
        at=AT,
        account=account,
        folder=folder,
        name=name or f"Process {next(_numbers)}",
        type="process",
        format="xml",
        text=text,
    )


def restrict(account: AccountId, folder: FolderId, *roles: RoleId) -> None:
    """Let these roles alone change a folder."""
    folders.set_folder_roles(actor=OPERATOR, at=AT, account=account, folder=folder, roles=frozenset(roles))


def remove(account: AccountId, folder: FolderId) -> None:
    """Delete a folder with all in it."""
    folders.remove_folder(actor=OPERATOR, at=AT, account=account, folder=folder, unreferenced_only=False)


def roles_on(account: AccountId, folder: FolderId) -> frozenset[RoleId]:
    """The list of a living folder."""
    return folder_of(account, folder).roles


def path_of(account: AccountId, folder: FolderId) -> str:
    """The path of a living folder."""
    return folder_of(account, folder).path


def tree(account: AccountId) -> dict[str, list[str]]:
    """The living folders by path, each with the names of its living components."""
    found: dict[str, list[str]] = {}
    for folder in Folder.rows.of(account).filter(deleted_at=None):
        names = Component.rows.of(account).filter(folder=folder, deleted_at=None).order_by("name")
        path = folder_of(account, folder.pk).path if folder.parent_id else ""
        found[path] = list(names.values_list("name", flat=True))
    return dict(sorted(found.items()))


def furnish(account: AccountId) -> tuple[FolderId, ComponentId]:
    """An open folder with a component that another one there refers to; and a restricted folder besides."""
    folder = a_folder(account, "Furnished")
    component = a_component(account, folder, "Target")
    a_component(account, folder, "User", f"<process>{component}</process>")
    restrict(account, a_folder(account, "Restricted"), ADMINISTRATOR)
    return folder, component


@dataclass(frozen=True)
class Site:
    """An account with people who build.

    `tim` and `tom` hold `BUILD`, `tim` the role Team A besides; `rae` holds `BUILD_READ_ONLY` alone, `ray` Team A
    besides; `ada` is an Administrator, `nil` holds nothing but Team A.
    """

    account: AccountId = field(default_factory=lambda: an_account("Site"))
    team_a: RoleId = field(init=False)
    team_b: RoleId = field(init=False)
    builder: RoleId = field(init=False)
    reader: RoleId = field(init=False)
    tim: Somebody = field(init=False)
    tom: Somebody = field(init=False)
    rae: Somebody = field(init=False)
    ray: Somebody = field(init=False)
    ada: Somebody = field(init=False)
    nil: Somebody = field(init=False)

    def __post_init__(self) -> None:
        """Make the roles and the people."""
        roles = {
            "team_a": a_role(self.account, "Team A"),
            "team_b": a_role(self.account, "Team B"),
            "builder": a_role(self.account, "Builder", "BUILD"),
            "reader": a_role(self.account, "Reader", "BUILD_READ_ONLY"),
        }
        a, b, build, read = roles.values()
        people = {"tim": (build, a), "tom": (build, b), "rae": (read,), "ray": (read, a), "ada": (ADMINISTRATOR,)}
        for name, role in roles.items():
            object.__setattr__(self, name, role)
        for name, held in {**people, "nil": (a,)}.items():
            object.__setattr__(self, name, a_user(self.account, *held))

    @property
    def top(self) -> FolderId:
        """The top-level folder."""
        return top_id(self.account)

    def folder(self, path: str, *roles: RoleId) -> FolderId:
        """A folder with this list."""
        made = a_folder(self.account, path)
        restrict(self.account, made, *roles)
        return made

    def component(self, folder: FolderId, name: str = "", text: str = "<process/>") -> ComponentId:
        """A process in a folder."""
        return a_component(self.account, folder, name, text)
