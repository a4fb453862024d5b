"""The tables of what an account says about calls of the platform API."""

from typing import ClassVar

from django.db import models

from tenantry.rules.origins import ORIGIN_LIMIT
from tenantry.rules.trusted_addresses import ADDRESS_LIMIT, NAME_LIMIT
from tenantry.store.ownership import AccountOwned


class TrustedAddress(AccountOwned):
    """An entry of Trusted IP Addresses, as `rules.trusted_addresses` writes it (IP-2)."""

    name = models.CharField(max_length=NAME_LIMIT)
    type = models.CharField(max_length=10)
    address = models.CharField(max_length=ADDRESS_LIMIT)

    class Meta:
        """Listed by account; few of each."""

        db_table = "trusted_address"
        indexes: ClassVar = [models.Index(fields=["account", "id"], name="trusted_address_by_account")]


class TrustedAddressSwitch(AccountOwned):
    """Whether an account heeds its Trusted IP Addresses (IP-3). Without a row it does not."""

    on = models.BooleanField()

    class Meta:
        """One row an account."""

        db_table = "trusted_address_switch"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], name="trusted_address_switch_once"),
        ]


class OriginRule(AccountOwned):
    """A CORS rule: pages of this origin may ask by these methods, both as `rules.origins` writes them (CORS-1)."""

    origin = models.CharField(max_length=ORIGIN_LIMIT)
    methods = models.JSONField()

    class Meta:
        """Found by account and origin, of which there is one rule."""

        db_table = "origin_rule"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "origin"], name="origin_rule_once_in_account"),
        ]
