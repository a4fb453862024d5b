"""GRP-6: alert subscriptions that come with groups are read from the groups."""

import pytest

from tenantry.groups.alerts import EVENT_TYPE, Subscription, group_subscriptions
from tenantry.groups.commands import (
    add_accounts_to_group,
    add_user_to_group,
    create_group,
    edit_group,
    remove_accounts_from_group,
    remove_user_from_group,
)
from tenantry.groups.queries import all_accounts_of
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId
from tests.store.factories import AT, DAY, STANDARD_USER, SUPPORT, Somebody, a_user, an_account

pytestmark = [pytest.mark.django_db]

PRIMARY = frozenset({Feature.ACCOUNT_GROUPS, Feature.ADVANCED_USER_SECURITY})


class World:
    """A primary with two customers, a group that holds the first, and somebody who has signed in."""

    def __init__(self) -> None:
        """Made by the commands themselves."""
        from tenantry.accounts.commands import create_managed_account
        from tenantry.users.models import User

        self.primary = an_account("Partner", PRIMARY)
        self.members = [
            create_managed_account(actor=OPERATOR, at=AT, primary=self.primary, name=name, trial_ends=AT + 30 * DAY)
            for name in ("First", "Second")
        ]
        self.group = create_group(actor=OPERATOR, at=AT, account=self.primary, name="Some", alert_level="warning")
        add_accounts_to_group(actor=OPERATOR, at=AT, account=self.primary, group=self.group, members={self.members[0]})
        self.everywhere = GroupId(all_accounts_of(self.primary).id)
        self.ann: Somebody = a_user(self.primary, STANDARD_USER)
        User.objects.filter(pk=self.ann.id).update(signed_in=True)

    def join(self, group: GroupId) -> None:
        """Put the person into a group."""
        add_user_to_group(
            actor=OPERATOR,
            at=AT,
            account=self.primary,
            group=group,
            email=self.ann.email,
            roles={SUPPORT},
            notify=False,
        )

    def level(self, group: GroupId, level: str) -> None:
        """Choose a group's alert level."""
        edit_group(actor=OPERATOR, at=AT, account=self.primary, group=group, alert_level=level)

    def told(self) -> dict[AccountId, str]:
        """The person's subscriptions."""
        return {row.account: row.level for row in group_subscriptions(self.ann.id).rows}


def test_grp_6_everybody_in_a_group_is_subscribed_for_every_account_in_it() -> None:
    """At the group's level, event type ALL; existing pairs when the level is set, and new ones of either end."""
    world = World()
    first, second = world.members
    assert world.told() == {}
    world.join(world.group)
    assert group_subscriptions(world.ann.id).rows == (Subscription(first, "First", "warning", ("Some",)),)
    assert EVENT_TYPE == "ALL"
    add_accounts_to_group(actor=OPERATOR, at=AT, account=world.primary, group=world.group, members={second})
    assert world.told() == {first: "warning", second: "warning"}
    world.level(world.group, "error")
    assert world.told() == {first: "error", second: "error"}


def test_grp_6_subscriptions_end_when_the_pair_leaves_the_group() -> None:
    """The account leaves, the person leaves, or the level becomes none."""
    world = World()
    first, second = world.members
    world.join(world.group)
    add_accounts_to_group(actor=OPERATOR, at=AT, account=world.primary, group=world.group, members={second})
    remove_accounts_from_group(actor=OPERATOR, at=AT, account=world.primary, group=world.group, members={first})
    assert world.told() == {second: "warning"}
    world.level(world.group, "none")
    assert world.told() == {}
    world.level(world.group, "info")
    remove_user_from_group(actor=OPERATOR, at=AT, account=world.primary, group=world.group, user=world.ann.id)
    assert world.told() == {}


def test_grp_6_of_two_groups_the_level_that_lets_most_through_counts() -> None:
    """Info includes warning, which includes error (ALERT-1); All Accounts reaches every account."""
    world = World()
    first, second = world.members
    world.join(world.group)
    world.join(world.everywhere)
    world.level(world.everywhere, "error")
    assert world.told() == {first: "warning", second: "error"}
    world.level(world.everywhere, "info")
    assert world.told() == {first: "info", second: "info"}
