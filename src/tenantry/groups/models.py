"""The tables of account groups, of the accounts in them, and of the people in them with their roles."""

from typing import ClassVar

from django.db import models

from tenantry.rules.groups import ALERT_LEVELS, GROUP_ID_LIMIT, GROUP_NAME_LIMIT, NO_ALERTS
from tenantry.store.ownership import AccountOwned


class AccountGroup(AccountOwned):
    """A group of a primary, its `account` (GRP-5). `everywhere` marks All Accounts: it holds every managed account
    without any row that says so (GRP-2).
    """

    id = models.CharField(primary_key=True, max_length=GROUP_ID_LIMIT)
    name = models.CharField(max_length=GROUP_NAME_LIMIT)
    name_key = models.CharField(max_length=GROUP_NAME_LIMIT * 3, help_text="name with case folded")
    everywhere = models.BooleanField(default=False)
    alert_level = models.CharField(max_length=10, default=NO_ALERTS)

    class Meta:
        """A name is unique within the primary, ignoring case (GRP-5); there is one All Accounts."""

        db_table = "account_group"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name_key"], name="group_name_unique_in_primary"),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(everywhere=True), name="group_everywhere_once"
            ),
            models.CheckConstraint(condition=models.Q(alert_level__in=ALERT_LEVELS), name="group_alert_level_known"),
        ]


class GroupAccount(AccountOwned):
    """A managed account is in a group of its primary. Counts only while that is the account's primary."""

    group = models.ForeignKey(AccountGroup, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """At most once in a group (GRP-20)."""

        db_table = "group_account"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "group", "member"], name="group_account_once")
        ]


class GroupUser(AccountOwned):
    """A person is in a group. It takes at least one role there (GRP-8), be it not in force just now."""

    group = models.ForeignKey(AccountGroup, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """At most once in a group (GRP-20)."""

        db_table = "group_user"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "group", "user"], name="group_user_once")]


class GroupUserRole(AccountOwned):
    """A role of a person in a group, in force from `valid_from` until before `valid_until`.

    The role is a default one or the primary's own (GRP-9). It counts only for questions that fulfil the `condition`, if
    there is one.
    """

    group = models.ForeignKey(AccountGroup, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey("roles.Role", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    condition = models.TextField(default="", db_default="")

    class Meta:
        """A role once per group and person."""

        db_table = "group_user_role"
        indexes: ClassVar = [models.Index(fields=["account", "id", "valid_until"], name="group_user_role_in_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "group", "user", "role"], name="group_user_role_once"),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="group_user_role_ends_after_start",
            ),
        ]
