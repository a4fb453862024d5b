"""What every command of Build does first: prove the privilege of its act, and the write access of FOLD-12."""

from dataclasses import dataclass

from tenantry.build.models import Folder as Row
from tenantry.build.queries import Step, lists_of, top_id
from tenantry.decisions.guard import Permit, access_in, require
from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts
from tenantry.rules.folders import Act, Site, check_act, privilege_for
from tenantry.rules.places import Folder
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, FolderId, Instant, RoleId
from tenantry.store import revisions


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who has passed the privilege of an act. `access` is `None` for the platform operator, whom no list
    keeps out.
    """

    permit: Permit
    access: Access | None

    @property
    def account(self) -> AccountFacts:
        """The facts of the account acted in."""
        return self.permit.facts.account

    def check(self, act: Act, site: Site) -> None:
        """Refuse with the first folder of the act's row that is not writable."""
        if self.access is not None:
            refuse(check_act(act, self.access, self.account, site))

    def names(self, roles: frozenset[RoleId]) -> list[str]:
        """The names of these roles, as the audit log tells them."""
        known = self.account.roles
        return sorted((known[role].name if role in known else role for role in roles), key=str.casefold)


def passed(act: Act, *, actor: Actor, account: AccountId, at: Instant) -> Acting:
    """Lock the account, and prove the privilege that the act needs."""
    return holding(privilege_for(act), actor=actor, account=account, at=at)


def holding(privilege: str, *, actor: Actor, account: AccountId, at: Instant) -> Acting:
    """Lock the account, and prove this privilege."""
    revisions.lock(account)
    permit = require(privilege, actor=actor, account=account, at=at)
    access = None if actor.user is None else access_in(actor=actor, account=account, at=at)[0]
    return Acting(permit, access)


def places(account: AccountId, root: Folder, steps: tuple[Step, ...]) -> tuple[Folder, ...]:
    """The folders of a subtree below its root, with paths and lists."""
    lists = lists_of(account, (step.id for step in steps))
    paths = {root.id: "" if root.id == top_id(account) else f"{root.path}/"}
    found = []
    for step in steps:
        if step.id != root.id and step.parent is not None:
            path = paths[step.parent] + step.name
            paths[step.id] = f"{path}/"
            found.append(Folder(step.id, path, lists.get(step.id, frozenset())))
    return tuple(found)


def inside(account: AccountId, folder: Folder, name: str) -> str:
    """The path of something called `name` in a folder."""
    return name if folder.id == top_id(account) else f"{folder.path}/{name}"


def keep_top(account: AccountId, folder: FolderId) -> None:
    """Give the top-level folder its row, if that is the one and it has none."""
    if folder == top_id(account):
        row = Row(id=folder, account_id=account, name="", name_key="")
        Row.rows.of(account).bulk_create([row], ignore_conflicts=True)
