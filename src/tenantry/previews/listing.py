"""The whole of an impact as a table that is written while it is read: a line for each person and account."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from tenantry.accounts.queries import names_of_accounts
from tenantry.decisions.guard import facts_of
from tenantry.rules.impact import Impact
from tenantry.rules.privileges import Catalogue, Mask
from tenantry.rules.vocabulary import AccountId

HEAD: Final = ("Account", "Account ID", "User", "Locked out", "Loses", "Gains")

BLOCK: Final = 500
"""Lines handed on at a time."""


def listed(account: AccountId, impact: Impact, catalogue: Catalogue | None = None) -> Iterator[str]:
    """The lines as CSV (RFC 4180), by account and person. `account` is the one whose preview it is."""
    known = catalogue or facts_of(account).catalogue
    titles: dict[Mask, str] = {}

    def told(mask: Mask) -> str:
        if mask not in titles:
            titles[mask] = ", ".join(known.definitions[name].title for name in known.names(mask))
        return titles[mask]

    names = names_of_accounts({effect.account for effect in impact.effects})
    yield _block([HEAD])
    for start in range(0, len(impact.effects), BLOCK):
        some = impact.effects[start : start + BLOCK]
        yield _block(
            (
                _cell(names.get(e.account, e.account)),
                _cell(e.account),
                _cell(e.user),
                e.why,
                told(e.lost),
                told(e.gained),
            )
            for e in some
        )


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _block(rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
