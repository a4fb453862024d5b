"""Impact previews on pages: what a change would do is shown before it is done, and what was shown is confirmed.

A dialog that takes something away looks when it opens, or once its form is filled in. It then holds the id and the
digest of the preview; a confirmation whose impact has become another is refused, and the same dialog shows a fresh one.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from tenantry.accounts.queries import names_of_accounts
from tenantry.console.shown import counted, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import facts_of, require
from tenantry.previews.commands import Confirmation, Seen, make_preview
from tenantry.previews.listing import listed
from tenantry.previews.packing import unpacked
from tenantry.previews.queries import kept_preview
from tenantry.rules.changes import Change
from tenantry.rules.impact import Effect, Impact, Loss
from tenantry.rules.privileges import Catalogue, Mask
from tenantry.rules.refusals import ImpactChanged, PreviewNotFound, Refusal

SHOWN: Final = 100
"""Rows of an impact that a dialog shows."""

PAGE: Final = 500
"""Rows on a page of the whole list."""

FIELDS: Final = ("preview", "digest")
"""The hidden fields by which a form confirms a preview."""

NEEDED: Final = {
    "RoleChanges": "USER_MANAGEMENT",
    "FeaturesChange": "ACCOUNT_ADMIN",
    "SupportAccessChanges": "ACCOUNT_ADMIN",
}
"""The privilege that a change needs, by its kind; all others are changes of account groups."""

GROUPS: Final = "ACCOUNT_GROUP_MANAGEMENT"


def confirmation(request: HttpRequest) -> Confirmation:
    """What the form sends back of the preview it showed. A form that showed none confirms none, and is refused."""
    return Confirmation(*(request.POST.get(name, "")[:100] for name in FIELDS))


def unconfirmed(refusal: Refusal) -> bool:
    """Whether a command was refused only because what it does has not been seen as it is now."""
    return isinstance(refusal, (ImpactChanged, PreviewNotFound))


def look(visit: Visit, change: Change) -> Seen:
    """Make a preview for this visit."""
    return make_preview(actor=visit.actor, at=visit.at, account=visit.account, change=change)


def shown_impact(visit: Visit, seen: Seen) -> dict[str, Any]:
    """What `partials/impact.html` needs: totals, the first rows with names and titles, and what confirms them.

    Who is locked out comes first, then who loses something, then the rest.
    """
    effects = seen.impact.effects
    first = heapq.nsmallest(SHOWN, effects, key=lambda effect: (not effect.barred, not effect.lost, effect))
    catalogue = facts_of(visit.account).catalogue
    losses = seen.impact.losses
    return {
        **totals(seen.impact),
        "rows": _rows(first, catalogue),
        "losses": lost_rows(losses[:SHOWN]),
        "more_losses": f"{len(losses) - SHOWN:,}" if len(losses) > SHOWN else "",
        "more": f"{len(effects) - len(first):,}" if len(effects) > len(first) else "",
        "preview": seen.confirmation.preview,
        "digest": seen.confirmation.digest,
    }


def _rows(effects: Sequence[Effect], catalogue: Catalogue) -> list[dict[str, Any]]:
    names = names_of_accounts({effect.account for effect in effects})
    return [
        {
            "account": names.get(effect.account, effect.account),
            "account_id": effect.account,
            "user": effect.user,
            "loses": _titles(catalogue, effect.lost),
            "gains": _titles(catalogue, effect.gained),
            "barred": effect.why,
            "admitted": effect.admitted,
        }
        for effect in effects
    ]


def lost_rows(losses: Sequence[Loss]) -> list[dict[str, Any]]:
    """What `previews/losses.html` shows: what lives by a resource where it is received no more."""
    names = names_of_accounts({loss.account for loss in losses})
    return [
        {
            "account": names.get(loss.account, loss.account),
            "account_id": loss.account,
            "one": loss.kind.words.one,
            "name": loss.name,
            "what": loss.what,
            "after": loss.kind.words.after,
        }
        for loss in losses
    ]


def totals(impact: Impact) -> dict[str, Any]:
    """How many accounts and people an impact concerns, and how, in numbers and in a sentence."""
    people = len({effect.user for effect in impact.effects})
    losing = len({effect.user for effect in impact.effects if effect.lost or effect.barred})
    gaining = len({effect.user for effect in impact.effects if effect.gained or effect.admitted})
    locked_out = len({effect.user for effect in impact.locked_out})
    parts = [
        f"{counted(people, 'user')} in {counted(impact.accounts, 'account')} {'is' if people == 1 else 'are'} affected",
        f"{losing:,} lose{'s' if losing == 1 else ''} privileges" if losing else "",
        f"{locked_out:,} cannot enter an account any more" if locked_out else "",
        f"{gaining:,} gain{'s' if gaining == 1 else ''} privileges" if gaining else "",
    ]
    return {
        "losing": losing,
        "gaining": gaining,
        "locked_out": locked_out,
        "told": "; ".join(part for part in parts if part) + ".",
    }


def _titles(catalogue: Catalogue, mask: Mask) -> list[str]:
    return sorted((catalogue.definitions[name].title for name in catalogue.names(mask)), key=str.casefold)


def confirm_page(
    request: HttpRequest,
    seen: Seen,
    *,
    title: str,
    question: str | SafeString,
    button: str,
    back: str,
    notes: Iterable[str] = (),
    final: bool = False,
    editable: bool = False,
    refused: Refusal | None = None,
) -> HttpResponse:
    """The dialog that shows an impact and asks whether to go on; 409 when it stands there because of a refusal.

    `final` says that what is taken away does not come back by itself. `editable` offers the way back to the form, whose
    fields travel along.
    """
    sent = ((name, value) for name, values in request.POST.lists() for value in values) if editable else ()
    context: dict[str, Any] = {
        "page_title": title,
        "question": question,
        "button": button,
        "back": back,
        "notes": list(notes),
        "final": final,
        "editable": editable,
        "carried": [(name, value) for name, value in sent if name not in {*FIELDS, "csrfmiddlewaretoken", "edit"}],
        "impact": shown_impact(visit_of(request), seen),
    }
    if refused is not None:
        context["refusal"] = shown_refusal(refused)
    return render(request, "previews/confirm_dialog.html", context, status=200 if refused is None else 409)


def refused_page(request: HttpRequest, refusal: Refusal, *, title: str, back: str) -> HttpResponse:
    """The dialog of an act that is refused whatever one confirms."""
    context = {"page_title": title, "refusal": shown_refusal(refusal), "back": back}
    return render(request, "refusal_dialog.html", context, status=409)


@require_GET
@needs(GROUPS, "USER_MANAGEMENT", "ACCOUNT_ADMIN")
def preview(request: HttpRequest, preview: str) -> HttpResponse:
    """The whole of a preview, for whoever made it and may still make the change: pages, with `format=csv` a file."""
    visit = visit_of(request)
    kept = kept_preview(visit.account, visit.actor, preview)
    needed = NEEDED.get(kept.change.partition("(")[0], GROUPS)
    if needed not in visit.privileges:
        require(needed, actor=visit.actor, account=visit.account, at=visit.at)
    impact = unpacked(kept.impact)
    catalogue = facts_of(visit.account).catalogue
    if request.GET.get("format") == "csv":
        lines = listed(visit.account, impact, catalogue)
        return _streamed(lines, "text/csv; charset=utf-8", {"Content-Disposition": 'attachment; filename="impact.csv"'})
    start = int(request.GET["start"]) if request.GET.get("start", "").isdecimal() else 0
    length = max(len(impact.effects), len(impact.losses))
    start = min(start, length) // PAGE * PAGE
    here = reverse("preview", kwargs={"preview": preview})
    end = start + PAGE
    context = {
        "impact": totals(impact),
        "losses": lost_rows(impact.losses[start:end]),
        "at": kept.at,
        "rows": _rows(impact.effects[start:end], catalogue),
        "label": f"{start + 1:,} to {min(end, length):,} of {length:,}",
        "previous": f"{here}?start={start - PAGE}" if start else "",
        "next": f"{here}?start={end}" if end < length else "",
        "csv": f"{here}?format=csv",
    }
    return render(request, "previews/preview.html", context)


def _streamed(parts: Iterator[str], kind: str, headers: dict[str, str]) -> HttpResponse:
    written: Any = StreamingHttpResponse(parts, content_type=kind, headers=headers)
    answer: HttpResponse = written  # it is sent like any other, but written while it is made
    return answer
