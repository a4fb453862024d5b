"""The table of usage agreements."""

from typing import ClassVar

from django.db import models

from tenantry.rules.agreements import TITLE_LIMIT
from tenantry.store.ownership import AccountOwned


class UsageAgreement(AccountOwned):
    """What an account asks everybody to accept who enters it; one row at most, and none means that it is off (AGR-1).

    `edition` goes up whenever the text is another one, so that nobody accepts what they have not read.
    """

    on = models.BooleanField(default=False)
    title = models.CharField(max_length=TITLE_LIMIT, blank=True, default="")
    message = models.TextField(blank=True, default="")
    edition = models.IntegerField(default=0)

    class Meta:
        """Once per account."""

        db_table = "usage_agreement"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account"], name="usage_agreement_once")]
