"""The tables of people, of the accounts they are users of, and of their direct roles."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from tenantry.rules.users import EMAIL_LIMIT, EXTERNAL_ID_LIMIT, NAME_LIMIT
from tenantry.store.ownership import AccountOwned


class User(AbstractBaseUser):
    """A person, identified platform-wide by the e-mail address (USER-1).

    `email_key` is the address with case folded; `external_id` the host application's own id of the person;
    `signed_in` tells that the person has signed in once; `temporary_password` that it must be replaced at sign-in;
    `password_set_at` when the person chose the password, where that is known (PWD-6); `failed_attempts` counts invalid
    attempts to sign in since the last valid one (LOCK-1); `properties` is what the host tells of the person, for
    conditions to speak of: a JSON object in its canonical form, or "" for none.
    """

    email = models.CharField(max_length=EMAIL_LIMIT)
    email_key = models.CharField(max_length=EMAIL_LIMIT * 3, unique=True)
    first_name = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    last_name = models.CharField(max_length=NAME_LIMIT, blank=True, default="")
    external_id = models.CharField(max_length=EXTERNAL_ID_LIMIT, null=True, unique=True)  # noqa: DJ001 - unique, if any
    signed_in = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    staff = models.BooleanField(default=False)
    temporary_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    failed_attempts = models.IntegerField(default=0, db_default=0)
    time_zone = models.CharField(max_length=64, default="UTC")
    properties = models.TextField(default="", db_default="")
    default_account = models.ForeignKey(
        "accounts.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    USERNAME_FIELD = "email_key"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects: ClassVar[models.Manager["User"]] = models.Manager()

    class Meta:
        """One row a person."""

        db_table = "person"


class PastPassword(models.Model):
    """A password that a person had chosen before, as a hash: what a new one differs from (PWD-3, PWD-6)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)

    class Meta:
        """The later one has the greater key."""

        db_table = "past_password"


class ResetLink(models.Model):
    """A link by which a person resets the password, known by its digest alone (PWD-10); used, it is a reset (PWD-3)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """A person has one that is not used, and those used within the last day."""

        db_table = "reset_link"


class StrangerAttempts(models.Model):
    """What was tried with addresses that nobody has, counted so that it takes as long as with known ones (LOCK-1)."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)

    class Meta:
        """A few rows, each for many addresses."""

        db_table = "stranger_attempts"


class AccountUser(AccountOwned):
    """A person is a user of an account, be it without any role just now (USER-12)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Once per account and person (ACC-11 counts these)."""

        db_table = "account_user"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "user"], name="account_user_once")]


class UserRole(AccountOwned):
    """A direct role of a person in an account, in force from `valid_from` until before `valid_until`.

    It counts only for questions that fulfil the `condition`, if there is one.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey("roles.Role", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    condition = models.TextField(default="", db_default="")

    class Meta:
        """A role once per person and account."""

        db_table = "user_role"
        indexes: ClassVar = [models.Index(fields=["account", "id", "role", "valid_until"], name="user_role_in_order")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "user", "role"], name="user_role_once"),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="user_role_ends_after_start",
            ),
        ]
