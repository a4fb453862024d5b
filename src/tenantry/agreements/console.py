"""The page Usage Agreement: what everybody accepts who enters the account (AGR-1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenantry.agreements.commands import set_usage_agreement
from tenantry.agreements.forms import AgreementForm
from tenantry.agreements.queries import agreement_of
from tenantry.console.shown import done
from tenantry.console.visit import needs, visit_of
from tenantry.rules.refusals import AgreementTextMissing, AgreementTextTooLong, Refused


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def usage_agreement(request: HttpRequest) -> HttpResponse:
    """The text and its switch; what is wrong shows at its field."""
    visit = visit_of(request)
    agreement = agreement_of(visit.account)
    initial = {"on": agreement.on, "title": agreement.title, "message": agreement.message}
    form = AgreementForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            set_usage_agreement(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                on=data["on"],
                title=data["title"],
                message=data["message"],
            )
        except Refused as refused:
            if not isinstance(refused.refusal, (AgreementTextMissing, AgreementTextTooLong)):
                raise
            form.add_error(refused.refusal.member, refused.refusal.message)
        else:
            messages.success(request, "Saved. It is shown from the next sign-in or switch on.")
            return done(request, "usage_agreement")
    return render(request, "agreements/usage_agreement.html", {"form": form}, status=422 if form.is_bound else 200)
