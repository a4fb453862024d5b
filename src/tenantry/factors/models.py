"""The tables of second factors: a person's authenticator app, backup codes and passkeys; and who enforces them."""

from typing import ClassVar

from django.db import models

from tenantry.rules.two_factor import PASSKEY_NAME_LIMIT
from tenantry.store.ownership import AccountOwned


class Authenticator(models.Model):
    """The authenticator app of a person. Its row tells that two-factor authentication is on (MFA-1).

    `secret_sealed` is encrypted (`sso.sealing`); `last_step` is the step of the last code that was used, after which
    alone codes count (MFA-2).
    """

    user = models.OneToOneField("users.User", on_delete=models.CASCADE, related_name="+")
    secret_sealed = models.TextField()
    last_step = models.BigIntegerField()
    bound_at = models.DateTimeField(help_text="when this device was verified")

    class Meta:
        """A person has one at most."""

        db_table = "authenticator"


class BackupCode(models.Model):
    """A backup code that was not used yet, known by its digest alone (MFA-4). Using it deletes it."""

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)

    class Meta:
        """Codes are random, so no person has one twice."""

        db_table = "backup_code"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="backup_code_once")]


class Passkey(models.Model):
    """A passkey of a person (WebAuthn). `credential` names it to browsers, `public_key` checks what it signs.

    `handle` is what authenticators call the person by, one for all passkeys of the person. `sign_count` is what its
    counter said last; one that does not count says 0.
    """

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=PASSKEY_NAME_LIMIT)
    credential = models.CharField(max_length=1400, unique=True, help_text="base64url")
    public_key = models.BinaryField()
    handle = models.CharField(max_length=88, help_text="base64url")
    sign_count = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """A credential is one person's."""

        db_table = "passkey"


class SpentChallenge(models.Model):
    """A question to a browser about a passkey that was answered, known by its digest: no second answer counts.

    It goes when the question would have run out anyway.
    """

    digest = models.CharField(max_length=64, unique=True)
    spent_at = models.DateTimeField(db_index=True)

    class Meta:
        """One for an answer of the last minutes."""

        db_table = "spent_challenge"


class Enforcement(AccountOwned):
    """Whether an account asks for two-factor authentication of whoever enters it by password; no row: no (MFA-9)."""

    enforced = models.BooleanField()

    class Meta:
        """Once per account."""

        db_table = "two_factor_enforcement"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account"], name="two_factor_enforcement_once")]
