"""What open pages ask every moment: has anything changed since this page was made?"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tenantry.console.visit import visit_of

CHANGED = "Users, roles or access in this account have changed since this page was opened."


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """204 while the account's facts are those of `since`; else 200 with what to say and the stamp of now.

    Whoever is signed out gets 401, whoever has lost access 403; the reason is told to the next request of the user.
    """
    if getattr(request, "visit", None) is None:
        return HttpResponse(status=401)
    visit = visit_of(request)
    if request.GET.get("since", "") == visit.stamp:
        return HttpResponse(status=204)
    return JsonResponse({"stamp": visit.stamp, "text": CHANGED})
