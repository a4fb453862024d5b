"""Connectors in Build: which ones this account can use, and which it cannot use any more (CONN-5, CONN-9)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenantry.accounts.queries import existing_account, names_of_accounts
from tenantry.connectors.queries import lost_page, publisher_names, usable_page
from tenantry.connectors.shown import visibility
from tenantry.console.shown import counted, place, shown_page
from tenantry.console.visit import Visit, needs, visit_of

LOST = 20
"""Connectors that cannot be used any more, shown at a time."""


@require_GET
@needs("BUILD_READ_ONLY")
def connectors(request: HttpRequest) -> HttpResponse:
    """The page."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:500]
    page, number = usable_page(visit.account, query, place(request))
    lost, many = lost_page(visit.account, request.GET.get("section_after", ""), LOST)
    sources = sources_of(visit, page.rows)
    context = {
        "query": query,
        "connectors": [
            {
                "name": row.name,
                "type": row.type,
                "classification": row.classification,
                "label": row.label,
                "released": row.released_at is not None,
                "visibility": visibility(row.visibility),
                "source": sources[row.pk],
            }
            for row in page.rows
        ],
        "page": shown_page(page, counted(number, "connector")),
        "lost": [{"name": row.name, "number": counted(row.number, "component")} for row in lost.rows],
        "lost_number": many,
        "lost_next": lost.next,
        "builds": "BUILD" in visit.privileges,
        "develops": "DEVELOPER" in visit.privileges,
    }
    return render(request, "connectors/usable.html", context)


def sources_of(visit: Visit, rows: Any) -> dict[str, str]:  # noqa: ANN401 - rows of the queries
    """Where connectors come from, in words: this account, the one that manages it, or a publisher of the platform."""
    primary = existing_account(visit.account).primary
    others = {row.account_id for row in rows if row.account_id != visit.account}
    publishers = publisher_names(others)
    names = names_of_accounts({primary} & others) if primary else {}
    found: dict[str, str] = {}
    for row in rows:
        owner = row.account_id
        if owner == visit.account:
            found[row.pk] = "This account"
        elif owner == primary and row.public_at is None:
            found[row.pk] = f"Shared by {names.get(owner, owner)}"
        else:
            found[row.pk] = f"Published by {publishers.get(owner, 'another account')}"
    return found
