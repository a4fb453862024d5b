"""The tables of sessions, each one browser sign-in shared by its tabs (SESS-1), and of what accounts ask of them."""

from typing import ClassVar

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from tenantry.store.ownership import AccountOwned

ADDRESS_LIMIT = 64
AGENT_LIMIT = 400
"""Characters of what a browser says of itself that are kept."""


class Session(AbstractBaseSession):
    """A session. What it holds is in `session_data`; the columns repeat what lists and rules ask for.

    `user` is who is signed in, `account` the one the session is in, `federating` the account whose identity provider
    vouches for it. `started_at` is the sign-in, `active_at` when the keyboard or mouse was last known to be used,
    `address` and `agent` where and with what somebody signed in. `locks` tells that it is locked, and ends, when nobody
    is active in it (SESS-3).
    """

    # No constraints: a session that is written waits for nobody who is at work on the person or the account.
    user = models.ForeignKey(
        "users.User", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    account = models.ForeignKey(
        "accounts.Account", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    federating = models.ForeignKey(
        "accounts.Account",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    started_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=ADDRESS_LIMIT, blank=True, default="")
    agent = models.CharField(max_length=AGENT_LIMIT, blank=True, default="")
    locks = models.BooleanField(default=False)

    class Meta:
        """A row a browser, signed in or not."""

        db_table = "session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """What reads and writes these rows."""
        from tenantry.sessions.store import SessionStore  # noqa: PLC0415 - the store reads this module

        return SessionStore


class SessionSetting(AccountOwned):
    """What an account asks of sessions, `since` an instant: those begun before go by the row of before (SESS-5)."""

    since = models.DateTimeField()
    lock_inactive = models.BooleanField(default=False)
    limited = models.BooleanField(default=False)

    class Meta:
        """The latest one that is not after a session's sign-in governs it."""

        db_table = "session_setting"
        indexes: ClassVar = [models.Index(fields=["account", "since"], name="session_setting_since")]
