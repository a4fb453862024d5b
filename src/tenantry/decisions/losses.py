"""What else a change ends beside privileges: resources that accounts receive no more, and what lives by them there."""

from collections.abc import Iterator, Mapping

from django.db.models import QuerySet

from tenantry.accounts.models import Account
from tenantry.groups.models import GroupAccount
from tenantry.groups.queries import accounts_in, group_of
from tenantry.rules import changes as c
from tenantry.rules.impact import Loss
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, GroupId, Status
from tenantry.sharing.kinds import SOURCES, Living
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions


class Ending:
    """The shares that a change ends, of all kinds but roles, and the accounts for which it ends them.

    `group` is the one whose shares end; `None` stands for every group of the primary.
    """

    def __init__(
        self,
        owner: AccountId,
        group: GroupId | None,
        accounts: QuerySet[Account],
        resources: Mapping[Kind, frozenset[str]] | None = None,
    ) -> None:
        """`resources` are those that end; all that the group carries where they are not named."""
        self.owner = owner
        self._group = group
        self._accounts = accounts
        self.resources = self._carried() if resources is None else resources

    def _carried(self) -> dict[Kind, frozenset[str]]:
        shares = Share.rows.of(self.owner).exclude(kind=Kind.ROLE)
        if self._group is not None:
            shares = shares.filter(group_id=self._group)
        found: dict[Kind, set[str]] = {}
        for kind, resource in shares.values_list("kind", "resource"):
            found.setdefault(Kind(kind), set()).add(resource)
        return {kind: frozenset(resources) for kind, resources in found.items()}

    def losses(self) -> Iterator[Loss]:
        """What lives by these resources in accounts that no other group gives them to."""
        for kind, resources in self.resources.items():
            source = SOURCES[kind]
            names = source.usable_of(self.owner, resources)
            living = list(source.lives(names, self._accounts.order_by().values("id"))) if names else []
            kept = self._kept(kind, living)
            for one in living:
                if (one.account, one.resource) not in kept:
                    yield Loss(one.account, kind, one.resource, names[one.resource], one.what)

    def _kept(self, kind: Kind, living: list[Living]) -> set[tuple[AccountId, str]]:
        """Which of these keep their resource by another group."""
        if not living or self._group is None:
            return set()
        elsewhere: dict[str, set[str]] = {}
        everywhere: set[str] = set()
        for some in portions(sorted({one.resource for one in living})):
            shares = Share.rows.of(self.owner).filter(kind=kind, resource__in=some).exclude(group_id=self._group)
            for resource, group, of_all in shares.values_list("resource", "group_id", "group__everywhere"):
                elsewhere.setdefault(resource, set()).add(group)
                everywhere |= {resource} if of_all else set()
        groups = sorted(set().union(*elsewhere.values())) if elsewhere else []
        member: set[tuple[str, str]] = set()
        for some in portions(groups):
            rows = GroupAccount.rows.of(self.owner).filter(group_id__in=some, member_id__in=self._accounts.values("id"))
            member |= set(rows.values_list("member_id", "group_id"))
        return {
            (one.account, one.resource)
            for one in living
            if one.resource in everywhere
            or any((one.account, group) in member for group in elsewhere.get(one.resource, ()))
        }


def ending(change: c.Change) -> Ending | None:
    """The shares that a change ends, other than of roles; `None` for changes that end none."""
    match change:
        case c.ResourceEnds(owner, group, kind, resources):
            return Ending(owner, group, accounts_in(group_of(owner, group)), {kind: resources})
        case c.AccountsLeave(owner, group, members):
            return Ending(owner, group, _managed(owner).filter(id__in=members))
        case c.GroupGoes(owner, group):
            return Ending(owner, group, accounts_in(group_of(owner, group)))
        case c.StatusChanges(account, Status.DELETED):
            return Ending(account, None, _managed(account))
        case _:
            return None


def _managed(owner: AccountId) -> QuerySet[Account]:
    return Account.rows.across(Crossing.IMPACT).filter(primary_id=owner).exclude(status=Status.DELETED)
