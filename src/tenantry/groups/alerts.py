"""E-mail alert subscriptions that come with account groups, read from the groups themselves (GRP-6).

Nothing is copied for each pair of account and user: a pair that enters or leaves a group, or another level, acts at
once. A subscription of the user's own is another thing and is never touched by these.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import Q

from tenantry.accounts.models import Account
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser
from tenantry.rules.groups import ALERT_LEVELS, NO_ALERTS
from tenantry.rules.vocabulary import AccountId, Status
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

EVENT_TYPE: Final = "ALL"
"""The event type of every such subscription (GRP-6)."""


class Subscription(NamedTuple):
    """One account about which a person gets alerts because of a group, and from which level on."""

    account: AccountId
    account_name: str
    level: str
    groups: tuple[str, ...] = ()
    """The names of the groups that bring it, in order."""


def group_subscriptions(user: int, place: str = "") -> Page[Subscription]:
    """One page of a person's subscriptions that come with groups, by account name.

    Of several groups that hold a pair the level that lets most through counts: `info` includes `warning`, which
    includes `error` (ALERT-1). Four queries whatever the size.
    """
    mine = GroupUser.rows.across(Crossing.GROUPS_OF_A_PERSON).filter(user_id=user).values("group_id")
    groups = list(
        AccountGroup.rows.across(Crossing.GROUPS_OF_A_PERSON).filter(id__in=mine).exclude(alert_level=NO_ALERTS)
    )
    named = [group.id for group in groups if not group.everywhere]
    members = GroupAccount.rows.across(Crossing.GROUPS_OF_A_PERSON).filter(group_id__in=named)
    everywhere = {group.account_id: group for group in groups if group.everywhere}
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).exclude(status=Status.DELETED)
    found = keyset_page(
        rows.filter(Q(primary_id__in=list(everywhere)) | Q(id__in=members.values("member_id"))),
        ("name_key", "id"),
        place,
    )
    group_of = {group.id: group for group in groups}
    found_in: dict[str, list[AccountGroup]] = {}
    for member, group in members.filter(member_id__in=[row.id for row in found.rows]).values_list(
        "member_id", "group_id"
    ):
        found_in.setdefault(member, []).append(group_of[group])
    return Page(tuple(_subscription(row, found_in, everywhere) for row in found.rows), found.next, found.previous)


def _subscription(
    account: Account, found_in: Mapping[str, list[AccountGroup]], everywhere: Mapping[str, AccountGroup]
) -> Subscription:
    of_primary = everywhere.get(account.primary_id or "")
    groups = [*found_in.get(account.id, ()), *([of_primary] if of_primary is not None else [])]
    level = min((group.alert_level for group in groups), key=ALERT_LEVELS.index)
    return Subscription(AccountId(account.id), account.name, level, tuple(sorted(group.name for group in groups)))
