"""What open pages ask every moment: has anything changed since this page was made?"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tenantry.console.visit import visit_of
from tenantry.signin.session import person_of_session

CHANGED = "Users, roles or access in this account have changed since this page was opened."
LOST = "You no longer have access to this account. Your next step here will tell you why."
SIGNED_OUT = "You have been signed out."


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """204 while the account's facts are those of `since`; else 200 with what to say and the stamp of now.

    The stamp is empty for whoever is signed out or has lost access: there is nothing to ask any more. These too are
    answers to the question and no errors; the reason is told to the next request of the user.
    """
    if getattr(request, "visit", None) is None:
        return JsonResponse({"stamp": "", "text": LOST if person_of_session(request) else SIGNED_OUT})
    visit = visit_of(request)
    if request.GET.get("since", "") == visit.stamp:
        return HttpResponse(status=204)
    return JsonResponse({"stamp": visit.stamp, "text": CHANGED})
