"""The tables of tokens. Values are never stored, only their digests."""

from typing import ClassVar

from django.db import models

from tenantry.rules.tokens import TOKEN_NAME_LIMIT, VISIBLE_PREFIX, TokenStatus
from tenantry.store.ownership import AccountOwned


class UserToken(AccountOwned):
    """An API token of a person, for one account (TOK-3). `digest` is the SHA-256 of a random UUID, in hex."""

    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=TOKEN_NAME_LIMIT)
    prefix = models.CharField(max_length=VISIBLE_PREFIX)
    digest = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=10, default=TokenStatus.ENABLED)
    created_at = models.DateTimeField()

    class Meta:
        """Looked up by digest; listed by account and by person."""

        db_table = "user_token"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=~models.Q(status=TokenStatus.REVOKED.value),
                name="user_token_name_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["account", "-id"], name="user_token_by_account")]


class ClientToken(models.Model):
    """A bearer token of a host application that may ask for decisions, about the named accounts or, null, all."""

    name = models.CharField(max_length=TOKEN_NAME_LIMIT, unique=True)
    prefix = models.CharField(max_length=VISIBLE_PREFIX)
    digest = models.CharField(max_length=64, unique=True)
    accounts = models.JSONField(null=True)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager["ClientToken"]] = models.Manager()

    class Meta:
        """Few rows, the operator's."""

        db_table = "client_token"


class OperatorToken(models.Model):
    """A bearer token of a program of the platform operator's. Rows stay when a token is revoked or over: they are the
    list of all that there were.
    """

    name = models.CharField(max_length=TOKEN_NAME_LIMIT)
    prefix = models.CharField(max_length=VISIBLE_PREFIX)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["OperatorToken"]] = models.Manager()

    class Meta:
        """Few rows, the operator's."""

        db_table = "operator_token"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(revoked_at__isnull=True), name="operator_token_name_once"
            )
        ]
