"""Connector Reviews: platform staff approve and reject what becomes Public, or Hidden after that (CONN-6)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.connectors.forms import DecisionForm
from tenantry.connectors.queries import publisher_of, review_of, reviews_page, version_of
from tenantry.connectors.reviews import check_reviewer, decide_review
from tenantry.connectors.shown import at, placed, review as shown_review, visibility
from tenantry.connectors.uploads import described
from tenantry.connectors.version_console import file_of
from tenantry.console.shown import counted, dialog, done, place, shown_page
from tenantry.console.visit import signed_in, visit_of
from tenantry.rules.connectors import Review
from tenantry.rules.refusals import Refused, ReviewNotPending
from tenantry.rules.vocabulary import AccountId


@require_GET
@signed_in
def connector_reviews(request: HttpRequest) -> HttpResponse:
    """The reviews of all accounts: those that wait, or those that are decided."""
    check_reviewer(visit_of(request).actor)
    pending = request.GET.get("show") != "decided"
    page, number = reviews_page(pending=pending, place=place(request))
    context = {
        "pending": pending,
        "reviews": [
            {
                "id": row.pk,
                "connector": row.connector.name,
                "type": row.connector.type,
                "publisher": row.publisher or row.account.name,
                "account": row.account.name,
                "label": row.label or row.version,
                "wanted": visibility(row.wanted),
                "now": visibility(row.connector.visibility),
                "state": shown_review(row.state),
                "user": row.user,
                "at": row.at,
                "decided_by": row.decided_by,
                "decided_at": row.decided_at,
                "url": at("connector_review", review=row.pk),
            }
            for row in page.rows
        ],
        "page": shown_page(page, counted(number, "review")),
    }
    return render(request, "connectors/reviews.html", context)


def _asked(request: HttpRequest) -> Any:  # noqa: ANN401 - a row of the queries
    check_reviewer(visit_of(request).actor)
    told = request.GET.get("review", "")
    if not told.isdecimal() or len(told) > 18:  # noqa: PLR2004 - more digits than any number has
        raise Refused(ReviewNotPending())
    return review_of(int(told))


@require_http_methods(["GET", "POST"])
@signed_in
def connector_review(request: HttpRequest) -> HttpResponse:
    """The dialog of one review: what is asked for, what the connector says of itself, and the decision."""
    visit = visit_of(request)
    row = _asked(request)
    account = AccountId(row.account_id)
    version = version_of(account, row.connector.group_id, row.version)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "form": form,
        "back": reverse("connector_reviews"),
        "review": row,
        "open": row.state == Review.PENDING,
        "state": shown_review(row.state),
        "wanted": visibility(row.wanted),
        "publisher": publisher_of(account).name or row.account.name,
        "version": version,
        "descriptor": described(account, version.descriptor) if version.descriptor else None,
        "files": {name: at("connector_review_file", review=row.pk, file=name) for name in ("descriptor", "archive")},
    }
    if form.is_bound and form.is_valid():
        approved = form.cleaned_data["decision"] == "approve"
        try:
            decide_review(
                actor=visit.actor,
                at=visit.at,
                review=row.pk,
                approved=approved,
                answer=form.cleaned_data["answer"],
            )
        except Refused as refused:
            context |= placed(form, refused)
        else:
            messages.success(request, f"{row.connector.name} is {'approved' if approved else 'rejected'}.")
            return done(request, "connector_reviews")
    return dialog(request, "connectors/review_dialog.html", context, failed=form.is_bound)


@require_GET
@signed_in
def connector_review_file(request: HttpRequest) -> HttpResponse:
    """One of the files of the version that a review is about."""
    row = _asked(request)
    account = AccountId(row.account_id)
    version = version_of(account, row.connector.group_id, row.version)
    return file_of(account, version, request.GET.get("file", ""))
