"""The whole of an impact as a table that is written while it is read: a line for each person and account."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final

from tenantry.accounts.queries import names_of_accounts
from tenantry.decisions.guard import facts_of
from tenantry.rules.impact import Impact
from tenantry.rules.privileges import Catalogue, Mask
from tenantry.rules.vocabulary import AccountId

HEAD: Final = ("Account", "Account ID", "User", "Locked out", "Loses", "Gains")

_PLAIN: Final = re.compile(r"[\w.][\w.@+-]*", re.ASCII).fullmatch
"""What a CSV file holds just as it is. Parts that thousands of lines share are written once, people mostly so."""


def listed(account: AccountId, impact: Impact, catalogue: Catalogue | None = None) -> Iterator[str]:
    """The lines as CSV (RFC 4180), by account and person; then what lives by shared resources, without a person.
    `account` is the one whose preview it is.
    """
    known = catalogue or facts_of(account).catalogue
    titles: dict[Mask, str] = {}

    def told(mask: Mask) -> str:
        if mask not in titles:
            titles[mask] = ", ".join(known.definitions[name].title for name in known.names(mask))
        return titles[mask]

    names = names_of_accounts({effect.account for effect in impact.effects})
    yield _line(HEAD) + "\r\n"
    outcomes: dict[tuple[Mask, Mask, str], str] = {}
    for where, effects in groupby(impact.effects, key=attrgetter("account")):
        head = _line((_cell(names.get(where, where)), _cell(where)))
        block = []
        for effect in effects:
            shape = effect.lost, effect.gained, effect.barred
            if shape not in outcomes:
                outcomes[shape] = _line((effect.why, told(effect.lost), told(effect.gained)))
            user = effect.user if _PLAIN(effect.user) else _line((_cell(effect.user),))
            block.append(f"{head},{user},{outcomes[shape]}\r\n")
        yield "".join(block)
    named = names_of_accounts({loss.account for loss in impact.losses})
    for loss in impact.losses:
        what = f"{loss.what} of the {loss.kind.words.one} {loss.name}"
        cells = (_cell(named.get(loss.account, loss.account)), _cell(loss.account), "", "", _cell(what), "")
        yield _line(cells) + "\r\n"


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _line(cells: Iterable[str]) -> str:
    """These cells as a part of a line, without its end."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
