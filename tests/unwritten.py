"""While a test's transaction writes nothing, the facts of an account are compiled once.

Inside a transaction the product keeps no facts, because a rollback would leave them standing under a stamp that another
write takes. A test is one long transaction, so each question and each page in it compiles the facts anew, some of them
several times, which takes more of a test's time than all the rest. Here what was compiled stands until the connection
is asked for anything but a look, or a write to a table that no facts were read from. That is exact: who looks twice in
the same transaction sees the same.

Where somebody counts queries, and outside of transactions, everything is as in the product.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from django.db import connection

from tenantry.decisions import engine
from tenantry.decisions.facts import Kept, load_snapshot
from tenantry.rules.decide import Snapshot
from tenantry.rules.vocabulary import AccountId

Load = Callable[..., Snapshot | None]

_WRITE: Final = re.compile(r'(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "(\w+)"')
_NAME: Final = re.compile(r'"(\w+)"')


class Unwritten:
    """The facts that were compiled since the connection of this thread last wrote what may change them."""

    def __init__(self, load: Load) -> None:
        """Compile by `load`."""
        self._load = load
        self._compiled: dict[AccountId, Snapshot | None] = {}
        self._compiling = False
        self._read: set[str] = set()

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's order
        """See every statement: those that facts are read by name tables, and a write to one of these may change them.
        So may anything else, and be it the end of a savepoint.
        """
        if sql.startswith("SELECT"):
            if self._compiling:
                self._read.update(_NAME.findall(sql))
        elif (written := _WRITE.match(sql)) is None or written[1] in self._read:
            self._compiled.clear()
        return execute(sql, params, many, context)

    def load(self, account: AccountId, kept: Kept, old: Snapshot | None = None, **more: Any) -> Snapshot | None:
        """The facts of an account, as the product would compile them now."""
        watched = self.watch in connection.execute_wrappers  # other threads have connections of their own
        if more.get("whole") or not watched or not connection.in_atomic_block or connection.force_debug_cursor:
            return self._load(account, kept, old, **more)
        if account not in self._compiled:
            self._compiling = True
            try:
                self._compiled[account] = self._load(account, kept, old, **more)
            finally:
                self._compiling = False
        return self._compiled[account]


def begin() -> None:
    """From now on, for the connection of this thread."""
    unwritten = Unwritten(load_snapshot)
    connection.execute_wrappers.append(unwritten.watch)
    vars(engine)["load_snapshot"] = unwritten.load
