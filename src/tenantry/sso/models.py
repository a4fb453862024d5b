"""The tables of single sign-on: what an account has set, who in it is known to its identity provider as what, and what
may be used once only.
"""

from typing import ClassVar

from django.db import models

from tenantry.store.ownership import AccountOwned

FEDERATION_ID_LIMIT = 255


class SignOnSettings(AccountOwned):
    """Single sign-on of an account; one row at most, and none means that it is off (SSO-2).

    `protocol` tells which of the three groups of columns counts: `saml`, `oidc` or `ldap`. Columns that end in
    `_sealed` are encrypted (`sealing`). `sign_out_url` is for all three (SSO-15).
    """

    enabled = models.BooleanField(default=False)
    protocol = models.CharField(max_length=8, default="saml")
    sign_out_url = models.CharField(max_length=2000, blank=True, default="")

    certificate = models.TextField(blank=True, default="", help_text="of the identity provider, PEM")
    sign_in_url = models.CharField(max_length=2000, blank=True, default="")
    federation_location = models.CharField(max_length=16, default="attribute", help_text="attribute or name_id")
    name_id_policy = models.CharField(max_length=16, default="transient", help_text="transient or unspecified")
    context = models.CharField(max_length=32, default="password_protected_transport")
    comparison = models.CharField(max_length=16, default="exact", help_text="exact or minimum")
    encrypted = models.BooleanField(default=False, help_text="the assertion comes encrypted")

    issuer = models.CharField(max_length=2000, blank=True, default="")
    client_id = models.CharField(max_length=255, blank=True, default="")
    client_secret_sealed = models.TextField(blank=True, default="")
    claim = models.CharField(max_length=100, default="sub", help_text="that holds the Federation ID")

    directory_url = models.CharField(max_length=2000, blank=True, default="", help_text="ldap:// or ldaps://")
    start_tls = models.BooleanField(default=True)
    directory_certificate = models.TextField(blank=True, default="", help_text="of its authority, PEM")
    bind_name = models.CharField(max_length=1000, blank=True, default="")
    bind_password_sealed = models.TextField(blank=True, default="")
    search_base = models.CharField(max_length=1000, blank=True, default="")
    search_filter = models.CharField(max_length=1000, blank=True, default="", help_text="with {user} in it")
    attribute = models.CharField(max_length=100, blank=True, default="", help_text="that holds the Federation ID")

    class Meta:
        """Once per account."""

        db_table = "sso_settings"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account"], name="sso_settings_once")]


class Federation(AccountOwned):
    """The Federation ID of a person in an account (SSO-4). `key` is what is compared: the id, with case folded where
    the account compares so (SSO-5).
    """

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    federation_id = models.CharField(max_length=FEDERATION_ID_LIMIT)
    key = models.CharField(max_length=FEDERATION_ID_LIMIT * 3)

    class Meta:
        """An id is one person's, and a person has one, in each account."""

        db_table = "federation"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "user"], name="federation_once"),
            models.UniqueConstraint(fields=["account", "key"], name="federation_id_of_one"),
        ]


class Once(AccountOwned):
    """What an identity provider may say to an account once: `kind` is `request` for a question of ours that is still
    to be answered, `assertion` for an answer that was accepted (SSO-13). After `expires_at` it is refused anyway.
    """

    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=255)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """Known once per account."""

        db_table = "sso_once"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "kind", "value"], name="sso_once_each")]


class SigningKey(models.Model):
    """The key pair with which the platform signs what it asks identity providers, and opens what they encrypt for it.
    The private key is encrypted (`sealing`).
    """

    private_key_sealed = models.TextField()
    certificate = models.TextField(help_text="PEM")
    made_at = models.DateTimeField()

    class Meta:
        """The one of the greatest number is used."""

        db_table = "sso_signing_key"
