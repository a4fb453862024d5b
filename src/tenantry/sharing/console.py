"""The pages about what an account group shares: tab "Resources", adding and removing (SHARE)."""

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.accounts.queries import existing_account
from tenantry.console.shown import counted, done, shown_page
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.groups.choosing import Choice, Chooser
from tenantry.groups.heading import MANAGE, at_group, group_in, heading
from tenantry.groups.queries import GroupRow
from tenantry.previews.console import confirm_page, confirmation, look, refused_page, unconfirmed
from tenantry.rules.features import Feature
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.sharing import Kind, check_features, sections
from tenantry.rules.vocabulary import GroupId
from tenantry.sharing.commands import end_of, share, withdraw
from tenantry.sharing.kinds import SOURCES, resource_of
from tenantry.sharing.queries import is_shared_in, shares_of

OFFERED = 50
"""Resources that the Add dialog shows at a time."""

SEARCHABLE = 10
"""Resources in a section from which on it has a search box."""

SHOWN = 20
"""Resources that a section shows at a time."""


@require_GET
@needs(MANAGE)
def resources(request: HttpRequest) -> HttpResponse:
    """Account Groups, tab "Resources": a section for each kind, each searched and turned by itself."""
    visit = visit_of(request)
    group = group_in(request, visit)
    features = existing_account(visit.account).features
    places = Places(group, request.GET)
    shown = [_section(visit, group, kind, features, places) for kind in sections(features)]
    context = {**heading(visit, group, "resources"), "sections": shown, "state": places.inputs()}
    return render(request, "sharing/resources.html", context)


class Places:
    """Where one is in each section: what is searched there, and the page. The address tells it of all of them, so that
    turning one leaves the others where they are.
    """

    def __init__(self, group: GroupRow, told: QueryDict) -> None:
        """Read the address; what it says of no section is forgotten."""
        self._group = group
        self._told: dict[tuple[Kind, str], str] = {
            (kind, word): str(told[f"{kind}_{word}"])[:_LONGEST]
            for kind in Kind
            for word in ("q", "after", "before")
            if told.get(f"{kind}_{word}")
        }

    def query(self, kind: Kind) -> str:
        """What is searched in a section."""
        return self._told.get((kind, "q"), "")[:200]

    def place(self, kind: Kind) -> str:
        """The paging mark of a section; empty for its first page."""
        return self._told.get((kind, "before")) or self._told.get((kind, "after"), "")

    def inputs(self) -> list[dict[str, str]]:
        """What the page keeps of it, to go along when a section is searched or turned: the group, then every place."""
        kept = [{"kind": kind, "name": f"{kind}_{word}", "value": value} for (kind, word), value in self._told.items()]
        return [{"kind": "", "name": "group", "value": self._group.id}, *kept]

    def link(self, kind: Kind, **there: str) -> dict[str, str]:
        """The way to another place in one section: `alone` says nothing of the group and the other sections, which the
        page adds as they are by then; `whole` is for a page that cannot, and says where they are now.
        """
        here = {f"{kind}_{word}": value for word, value in {"q": self.query(kind), **there}.items() if value}
        others = {f"{other}_{word}": value for (other, word), value in self._told.items() if other is not kind}
        page, at = reverse("group_resources"), {"group": self._group.id}
        return {
            "alone": f"{page}?{urlencode(here)}",
            "whole": f"{page}?{urlencode(at | others | here)}#section-{kind}",
        }


_LONGEST = 4000
"""Characters of a search or a mark in an address that are looked at."""


def _section(visit: Visit, group: GroupRow, kind: Kind, features: Iterable[Feature], places: Places) -> dict[str, Any]:
    """One section: what the group carries of the kind, as far as it is shown."""
    lacking = missing_privilege(kind, visit.privileges)
    closed = check_features(kind, visit.account, features)
    query, place = places.query(kind), places.place(kind)
    shares = shares_of(group, kind).values("resource")
    page, count = SOURCES[kind].page(visit.account, shares, query, place, SHOWN)
    if place and not page.rows:  # the last one of this page has been removed
        page, count = SOURCES[kind].page(visit.account, shares, query, "", SHOWN)
    return {
        "kind": kind.value,
        "heading": kind.words.heading,
        "one": kind.words.one,
        "why_not": closed.message if closed else lacking,
        "rule": closed.rules[0] if closed else "SHARE-2" if lacking else "",
        "closed": closed is not None,
        "removable": not lacking,
        "rows": page.rows,
        "query": query,
        "count": f"{count:,}",
        "searchable": bool(query) or count > SEARCHABLE,
        "page": {
            **shown_page(page, counted(count, kind.words.one)),
            "first": places.link(kind),
            "previous": places.link(kind, before=page.previous) if page.previous else None,
            "next": places.link(kind, after=page.next) if page.next else None,
        },
    }


def missing_privilege(kind: Kind, held: Collection[str]) -> str:
    """The sentence that a section shows to those who lack what its kind needs beside Account Group Management."""
    needed = kind.words.privilege
    if needed is None or needed in held:
        return ""
    return f"Sharing {kind.words.heading} needs {PLATFORM.definitions[needed].title} as well."


def _kind(word: str) -> Kind:
    """The kind that the address names."""
    if word not in set(Kind):
        raise Http404
    return Kind(word)


def _to_resources(request: HttpRequest, group: GroupRow) -> HttpResponse:
    """Go on to the tab. Out of a dialog over it, to where one was: what is searched, turned and scrolled stays."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return done(request, "group_resources", "?" + at_group("group_resources", group).partition("?")[2])


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def share_add(request: HttpRequest, kind: str) -> HttpResponse:
    """The dialog that shares resources with a group: those of the owner that it does not carry yet (SHARE-4)."""
    visit = visit_of(request)
    sort = _kind(kind)
    group = group_in(request, visit)
    words = sort.words
    chooser = Chooser(
        title=f"Add {words.heading}",
        legend=words.heading,
        search_label="Filter Processes" if sort is Kind.PROCESS else f"Search {words.heading.lower()}",
        name="resource",
        word=words.one,
        back=at_group("group_resources", group),
    )
    closed = check_features(sort, visit.account, existing_account(visit.account).features)
    if closed is not None:
        return refused_page(request, closed, title=chooser.title, back=chooser.back)
    wanted = frozenset(request.POST.getlist("resource"))
    acting = request.method == "POST" and not chooser.searching(request)
    problem: Refusal | None = None
    if acting and wanted:
        try:
            share(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=GroupId(group.id),
                kind=sort,
                resources=wanted,
            )
        except Refused as refused:
            problem = refused.refusal
        else:
            verb = "is" if len(wanted) == 1 else "are"
            messages.success(request, f"{counted(len(wanted), words.one)} {verb} now shared with {group.name}.")
            return _to_resources(request, group)
    return chooser.page(
        request,
        **_offer(visit, group, sort, request.POST.get("q", "")[:200], wanted),
        refused=problem,
        error=f"Choose at least one {words.one}." if acting and not wanted else "",
    )


def _offer(visit: Visit, group: GroupRow, kind: Kind, query: str, wanted: frozenset[str]) -> dict[str, Any]:
    """What the dialog shows: what is chosen and still can be, and what the search finds."""
    there = shares_of(group, kind).values("resource")
    found, count = SOURCES[kind].assignable(visit.account, query, there, OFFERED)
    already = set(there.filter(resource__in=wanted).values_list("resource", flat=True)) if wanted else set()
    chosen = SOURCES[kind].named(visit.account, wanted - already) if wanted else {}
    return {
        "offered": [Choice(resource.id, resource.name) for resource in found],
        "chosen": [Choice(resource.id, resource.name) for resource in chosen.values()],
        "count": count,
    }


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def share_remove(request: HttpRequest, kind: str) -> HttpResponse:
    """The confirmation that withdraws a resource from a group, with what it does to whom (SHARE-7, UI-4)."""
    visit = visit_of(request)
    sort = _kind(kind)
    group = group_in(request, visit)
    key = request.GET.get("resource", "")
    resource = resource_of(sort, visit.account, key)
    if resource is None or not is_shared_in(group, sort, key):
        raise Http404
    title, back = f"Remove {sort.words.one.title()}", at_group("group_resources", group)
    unseen = None
    if request.method == "POST":
        try:
            withdraw(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=GroupId(group.id),
                kind=sort,
                resource=key,
                confirmed=confirmation(request),
            )
        except Refused as refused:
            unseen = refused.refusal
            if not unconfirmed(unseen):
                return refused_page(request, unseen, title=title, back=back)
        else:
            messages.success(request, f"{resource.name} is no longer shared with {group.name}.")
            return _to_resources(request, group)
    return confirm_page(
        request,
        look(visit, end_of(sort, visit.account, GroupId(group.id), key)),
        title=title,
        question=format_html("Remove <strong>{}</strong> from <strong>{}</strong>?", resource.name, group.name),
        notes=["Accounts that receive it through another group keep it.", sort.words.after],
        button="Remove",
        back=back,
        final=sort is Kind.ROLE,
        refused=unseen,
    )
