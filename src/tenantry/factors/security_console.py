"""Enforcing two-factor authentication, a section of the page Security under Security Options (MFA-9)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tenantry.console.recently import proven_recently
from tenantry.console.shown import dialog, done
from tenantry.console.visit import needs, visit_of
from tenantry.factors.commands import set_enforcement
from tenantry.factors.queries import enforces_two_factor, two_factor_on, users_without_two_factor


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
@proven_recently
def enforcement(request: HttpRequest) -> HttpResponse:
    """The warning before two-factor authentication is enforced, or is no more (MFA-9)."""
    visit = visit_of(request)
    enforced = enforces_two_factor(visit.account)
    if request.method == "POST":
        wanted = request.POST.get("enforced") == "1"
        set_enforcement(actor=visit.actor, at=visit.at, account=visit.account, enforced=wanted)
        said = "enforced from the next sign-in or switch on" if wanted else "not enforced any more"
        messages.success(request, f"Two-factor authentication is {said}.")
        return done(request, "security")
    context = {
        "enforced": enforced,
        "without": users_without_two_factor(visit.account),
        "self_without": not two_factor_on(visit.person.pk),
        "back": reverse("security"),
    }
    return dialog(request, "factors/enforcement_dialog.html", context)
