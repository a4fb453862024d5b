"""Reads of subscriptions, of who is told, and of account notifications."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.accounts.queries import account_row
from tenantry.alerts.models import AlertSubscription, Notice, NoticeDismissal
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser
from tenantry.rules import refusals as no
from tenantry.rules.alerts import LEVELS, EventType
from tenantry.rules.groups import NO_ALERTS
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

_BEYOND: Final = 2**63
"""The first number that no row can have."""

SubscriptionRow = AlertSubscription
NoticeRow = Notice
"""Rows as stored; only this folder's commands write them."""

Wishes = Mapping[int, Mapping[EventType, str]]
"""By person: the types that they are told of, with the level from which on."""


def own_subscriptions(user: int, place: str = "") -> Page[SubscriptionRow]:
    """One page of a person's own subscriptions in all accounts, with these, by account name."""
    rows = AlertSubscription.rows.across(Crossing.ALERTS_OF_A_PERSON).filter(user_id=user)
    rows = rows.exclude(account__status="deleted").select_related("account")
    return keyset_page(rows, ("account__name_key", "id"), place)


def accounts_with_own(user: int) -> frozenset[str]:
    """The accounts where a person has subscriptions of their own."""
    rows = AlertSubscription.rows.across(Crossing.ALERTS_OF_A_PERSON).filter(user_id=user)
    return frozenset(rows.values_list("account_id", flat=True))


def own_subscription(user: int, subscription: int) -> SubscriptionRow:
    """The person's subscription of this number; refuses with `AlertNotFound`."""
    rows = AlertSubscription.rows.across(Crossing.ALERTS_OF_A_PERSON).filter(user_id=user)
    row = rows.select_related("account").filter(pk=subscription).first() if 0 < subscription < _BEYOND else None
    if row is None:
        raise Refused(no.AlertNotFound())
    return row


def listened_to(account: AccountId) -> bool:
    """Whether anybody has a subscription in the account, of their own or by a group."""
    if AlertSubscription.rows.of(account).exists():
        return True
    groups = _groups_around(account)
    return groups is not None and groups.exists()


def wishes_in(account: AccountId) -> Wishes:
    """Who is to be told of what happens in an account. Four queries, however many there are.

    A subscription of one's own goes before those of groups, which would be for all types (GRP-6). Of several groups
    the level that lets most through counts.
    """
    own: dict[int, dict[EventType, str]] = defaultdict(dict)
    for user, event_type, level in AlertSubscription.rows.of(account).values_list("user_id", "event_type", "level"):
        own[user][EventType(event_type)] = level
    groups = _groups_around(account)
    if groups is None:
        return own
    levels = dict(groups.values_list("id", "alert_level"))
    members = GroupUser.rows.across(Crossing.GROUPS_OF_A_PERSON).filter(group_id__in=levels)
    by_group: dict[int, list[str]] = defaultdict(list)
    for user, group in members.values_list("user_id", "group_id"):
        by_group[user].append(levels[group])
    most = {user: {EventType.ALL: min(found, key=LEVELS.index)} for user, found in by_group.items()}
    return {**most, **own}


def _groups_around(account: AccountId) -> QuerySet[AccountGroup] | None:
    """The groups with an alert level that hold the account: of its primary, if it has one."""
    row = account_row(account)
    if row is None or row.primary is None:
        return None
    named = GroupAccount.rows.of(row.primary).filter(member_id=account).values("group_id")
    groups = AccountGroup.rows.of(row.primary).exclude(alert_level=NO_ALERTS)
    return groups.filter(Q(everywhere=True) | Q(id__in=named))


def notices_of(account: AccountId, at: Instant) -> tuple[NoticeRow, ...]:
    """The account notifications that have not ended, the newest first; ten at most."""
    rows = Notice.rows.of(account).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return tuple(rows.order_by("-id"))


def notices_for(account: AccountId, user: int, at: Instant) -> tuple[NoticeRow, ...]:
    """Those of them that a person has not dismissed. One query."""
    dismissed = NoticeDismissal.rows.of(account).filter(user_id=user).values("notice_id")
    rows = Notice.rows.of(account).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return tuple(rows.exclude(id__in=dismissed).order_by("-id"))


def notice_of(account: AccountId, notice: int) -> NoticeRow:
    """The account's notification of this number; refuses with `NoticeNotFound`."""
    row = Notice.rows.of(account).filter(pk=notice).first() if 0 < notice < _BEYOND else None
    if row is None:
        raise Refused(no.NoticeNotFound())
    return row


def names_of(accounts: QuerySet[Account]) -> dict[str, str]:
    """The names of accounts, by id."""
    return dict(accounts.values_list("id", "name"))
