"""The tables of e-mail alerts and of account notifications."""

from typing import ClassVar

from django.db import models

from tenantry.rules import environments, runtimes
from tenantry.rules.alerts import LEVELS, EventType
from tenantry.store.ownership import AccountOwned

_LEVEL = 10


class AlertSubscription(AccountOwned):
    """Somebody wants to be told of what happens in an account (ALERT-1). What groups bring is no row (GRP-6)."""

    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=_LEVEL)
    event_type = models.CharField(max_length=20)

    class Meta:
        """One for an account, a person and a type."""

        db_table = "alert_subscription"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "user", "event_type"], name="alert_subscription_once"),
            models.CheckConstraint(
                condition=models.Q(event_type__in=[one.value for one in EventType]),
                name="alert_subscription_type_known",
            ),
            models.CheckConstraint(condition=models.Q(level__in=LEVELS), name="alert_subscription_level_known"),
        ]


class AlertEvent(AccountOwned):
    """Something that happened and that nobody is told of yet. `environment` is where, if that is anywhere."""

    type = models.CharField(max_length=20)
    level = models.CharField(max_length=_LEVEL)
    at = models.DateTimeField()
    text = models.TextField()
    environment = models.CharField(max_length=environments.ID_LIMIT, blank=True, default="")

    class Meta:
        """Collected in the order in which they were noted."""

        db_table = "alert_event"
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="alert_event_in_order")]


class AlertMail(AccountOwned):
    """What somebody is to be told by one mail; the row goes when the mail is sent."""

    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    events = models.JSONField()

    class Meta:
        """Sent one after the other."""

        db_table = "alert_mail"
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="alert_mail_in_order")]


class KnownStatus(AccountOwned):
    """Whether a runtime was online when that was last looked at."""

    runtime = models.CharField(max_length=runtimes.ID_LIMIT)
    online = models.BooleanField()

    class Meta:
        """One for a runtime."""

        db_table = "alert_known_status"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "runtime"], name="alert_known_status_once")]


class Notice(AccountOwned):
    """An account notification: shown on every page of the account until it ends or is ended, or is dismissed."""

    text = models.TextField()
    level = models.CharField(max_length=_LEVEL)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        """Few of each account: one that is ended goes."""

        db_table = "account_notice"
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="account_notice_in_order")]


class NoticeDismissal(AccountOwned):
    """Somebody does not want to see a notification any more."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        """At most once."""

        db_table = "account_notice_dismissal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "user", "notice"], name="account_notice_dismissed_once")
        ]
