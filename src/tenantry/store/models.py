"""The table of revisions."""

from typing import ClassVar

from django.db import models


class Revision(models.Model):
    """How often the facts of a scope have changed: an account's id, `*` for what all accounts share, `#` for the head.

    `number` counts changes inside the account, `given` changes of what it gives the accounts it manages: its groups,
    their people, its shares and roles. Decisions in a managed account rest on its own number and its primary's `given`.
    Raised in the transaction of every command, so that whoever compares stamps knows whether facts are current.

    The head's `number` counts the transactions that raised anything, in the order of their commits; `raised_at` of a
    scope is the number of the last one that raised it (`store.raising`). The head's own stays 0: its row changes all
    the time, and no index with it.
    """

    scope = models.CharField(primary_key=True, max_length=255)
    number = models.BigIntegerField(default=1)
    given = models.BigIntegerField(default=1)
    raised_at = models.BigIntegerField(default=0, db_index=True)

    objects: ClassVar[models.Manager["Revision"]] = models.Manager()

    class Meta:
        """One narrow row a scope."""

        db_table = "revision"
