"""The dialog in which several of many things are chosen: searched on the server, and what is checked stays checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenantry.console.shown import counted, shown_refusal
from tenantry.rules.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen, with a note beside its name."""

    value: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """The words of such a dialog. `name` is the form's field, `word` one of the things, `back` the page behind it, and
    `none` what is said where there is nothing to choose.
    """

    title: str
    legend: str
    search_label: str
    name: str
    word: str
    back: str
    none: str = "There is nothing to choose: everything is in this group already, or there is nothing yet."

    def searching(self, request: HttpRequest) -> bool:
        """Whether the form was sent to search, not to be done."""
        return "search" in request.POST

    def page(
        self,
        request: HttpRequest,
        *,
        offered: Iterable[Choice],
        chosen: Iterable[Choice],
        count: int,
        refused: Refusal | None = None,
        error: str = "",
    ) -> HttpResponse:
        """The dialog: what is chosen first, then the first of what the search finds."""
        picked = list(chosen)
        values = {choice.value for choice in picked}
        found = list(offered)
        context: dict[str, Any] = {
            "title_of_page": self.title,
            "legend": self.legend,
            "search_label": self.search_label,
            "name": self.name,
            "back": self.back,
            "none": self.none,
            "query": request.POST.get("q", "")[:200],
            "chosen": picked,
            "offered": [choice for choice in found if choice.value not in values],
            "found": counted(count, self.word),
            "first": len(found) if count > len(found) else 0,
            "error": error,
        }
        if refused is not None:
            context["refusal"] = shown_refusal(refused)
        failed = error or refused is not None
        return render(request, "groups/choose_dialog.html", context, status=422 if failed else 200)
