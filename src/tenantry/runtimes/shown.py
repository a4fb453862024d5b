"""Lists of runtimes as templates show them: searched, filtered and sorted (PRIV-7)."""

from enum import StrEnum
from typing import Any, Final, TypeVar

from django.http import HttpRequest

from tenantry.console.shown import counted, place, shown_page
from tenantry.rules.vocabulary import AccountId, EnvironmentId
from tenantry.runtimes.queries import Order, Wanted, Which, runtimes_page

_WHICH_TITLES: Final = {
    Which.ALL: "All runtimes",
    Which.LOCAL: "Local",
    Which.IN_CLOUDS: "In a cloud",
    Which.UNAVAILABLE: "Unavailable",
}

_ORDER_TITLES: Final = {Order.NAME: "Name", Order.NEWEST: "Newest first", Order.OLDEST: "Oldest first"}

W = TypeVar("W", bound=StrEnum)


def shown_runtimes(request: HttpRequest, account: AccountId, environment: EnvironmentId | None) -> dict[str, Any]:
    """What `runtimes/searched.html` shows: one page of the runtimes attached to an environment, or of those attached
    nowhere, as the address asks for them by `q`, `filter` and `sort`. A word that it does not know asks for nothing.
    """
    asked = request.GET
    wanted = Wanted(
        asked.get("q", "")[:200], _known(asked.get("filter"), Which.ALL), _known(asked.get("sort"), Order.NAME)
    )
    page, count = runtimes_page(account, environment, wanted, place(request))
    return {
        "query": wanted.search,
        "narrowed": wanted.narrows,
        "filter_choices": _choices(_WHICH_TITLES, wanted.which),
        "sort_choices": _choices(_ORDER_TITLES, wanted.order),
        "runtimes": page.rows,
        "page": shown_page(page, counted(count, "runtime")),
    }


def _known(word: str | None, default: W) -> W:
    return next((one for one in type(default) if one.value == word), default)


def _choices(titles: dict[W, str], chosen: W) -> list[dict[str, Any]]:
    return [{"value": word.value, "label": title, "selected": word is chosen} for word, title in titles.items()]
