"""Acts that are dangerous in wrong hands: they ask once more who one is, unless that was proven lately.

Put `proven_recently` under `signed_in` or `needs`. It asks where the page or dialog would be, and goes on with what was
sent: nothing that was typed is lost. Templates that open such a dialog load `passkeys.js` in their block `scripts`.

What no hidden field carries, files and secrets, must not take that way round. A page with such fields is
`proven_to_edit`: it asks before it shows the form. Should the proof have ended when the form comes, `proof_at_save` has
the page show it again, with the question in it (`factors/again_here.html`).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from tenantry.console.visit import Visit, visit_of
from tenantry.factors.ceremonies import passkeys_possible
from tenantry.factors.forms import AgainForm
from tenantry.factors.proving import prove_again
from tenantry.factors.queries import passkeys_of, two_factor_on
from tenantry.rules.refusals import PasswordRefused, Refused, UserLocked
from tenantry.rules.sign_on import ProvenBy
from tenantry.rules.two_factor import check_recent
from tenantry.signin.session import PROVEN_AT, proven_at

ASKED: Final = "again"
"""The field that tells an answer from what was sent first; its value is the method to go on with."""

EDITING: Final = "edit"
"""What an address has in its query when a page is to be edited."""

FORM_TIME: Final = timedelta(hours=1)
"""How long a form may take that was opened in time."""

_OWN: Final = frozenset({ASKED, "again_password", "again_code", "again_passkey", "csrfmiddlewaretoken"})
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def proven_recently(view: View[P]) -> View[P]:
    """Only for people who have proven in the last ten minutes who they are; others are asked, by password, code or
    passkey. Wrong answers count (LOCK-1). Who came by an identity provider more than an hour ago signs in again.
    """

    @sensitive_post_parameters("again_password", "again_code")
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visit = visit_of(request)
        answering = request.method == "POST" and ASKED in request.POST
        if check_recent(visit.proof, proven_at(request), visit.at) is not None:
            if visit.proof.by is ProvenBy.IDP:
                return render(request, "factors/sign_in_again.html", {"back": _back(request)}, status=403)
            form = AgainForm(request.POST if answering else None)
            if not (form.is_valid() and _proves(request, visit, form)):
                return _asking(request, visit, form)
        if answering:
            if request.POST[ASKED] == "GET":
                return HttpResponseRedirect(request.get_full_path(), status=303)
            request.POST = _sent(request.POST)  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return page


def proven_recently_where(concerned: Callable[..., bool]) -> Callable[[View[P]], View[P]]:
    """The same only for requests that do what is dangerous; `concerned` judges, by all that the view is called with."""

    def decorate(view: View[P]) -> View[P]:
        asking = proven_recently(view)

        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            asks = ASKED in request.POST or concerned(request, *args, **kwargs)
            return asking(request, *args, **kwargs) if asks else view(request, *args, **kwargs)

        return page

    return decorate


def proven_to_edit(view: View[P]) -> View[P]:
    """A page that is read by whoever may, and edited (`?edit=1`) by people who have proven lately who they are.

    The view asks `proof_at_save` before it saves.
    """

    def edits(request: HttpRequest, **_: object) -> bool:
        return request.method == "GET" and EDITING in request.GET

    guarded: View[P] = sensitive_post_parameters()(proven_recently_where(edits)(view))
    return guarded


def proof_at_save(request: HttpRequest) -> dict[str, Any] | None:
    """What a form that was sent has to ask once more, for its page; nothing where it may be saved.

    The answer stands in the form itself. Wrong ones count (LOCK-1). Whoever came by an identity provider cannot answer
    here, so that a form which was opened in time may take an hour.
    """
    visit = visit_of(request)
    by_provider = visit.proof.by is ProvenBy.IDP
    if check_recent(visit.proof, proven_at(request), visit.at - (FORM_TIME if by_provider else timedelta())) is None:
        return None
    form = AgainForm(request.POST if any(request.POST.get(name) for name in AgainForm.base_fields) else None)
    if not by_provider and form.is_valid() and _proves(request, visit, form):
        return None
    return {"form": form, "elsewhere": by_provider, **_ways(visit)}


def _proves(request: HttpRequest, visit: Visit, form: AgainForm) -> bool:
    """Whether the answer is right; what is wrong with it shows on the form."""
    told = form.cleaned_data
    answer = {"password": told["again_password"], "code": told["again_code"], "passkey": told["again_passkey"]}
    if not any(answer.values()):  # pressed too early, which is no attempt
        form.add_error(
            "again_password" if visit.person.has_usable_password() else None, "Show in one way that it is you."
        )
        return False
    try:
        prove_again(request, visit.person, visit.at, answer)
    except Refused as refused:
        if isinstance(refused.refusal, UserLocked):
            raise
        by_password = isinstance(refused.refusal, PasswordRefused)
        place = "again_password" if by_password else "again_code" if answer["code"] else None
        form.add_error(None if answer["passkey"] else place, refused.refusal.message)
        return False
    request.session[PROVEN_AT] = visit.at.isoformat()
    return True


def _asking(request: HttpRequest, visit: Visit, form: AgainForm) -> HttpResponse:
    method = request.POST.get(ASKED, "POST") if request.method == "POST" else "GET"
    context = {
        "form": form,
        "method": "GET" if method == "GET" else "POST",
        "sent": [(name, value) for name, values in _sent(request.POST).lists() for value in values],
        "back": _back(request),
        **_ways(visit),
    }
    status = 422 if form.is_bound else 403 if request.method == "POST" else 200
    return render(request, "factors/again_dialog.html", context, status=status)


def _ways(visit: Visit) -> dict[str, bool]:
    """By what the person can show who it is."""
    return {
        "with_password": visit.person.has_usable_password(),
        "with_code": two_factor_on(visit.person.pk),
        "with_passkey": passkeys_possible() and bool(passkeys_of(visit.person.pk)),
    }


def _sent(data: QueryDict) -> QueryDict:
    """What was sent besides the answer."""
    sent = data.copy()
    for name in _OWN:
        sent.pop(name, None)
    return sent


def _back(request: HttpRequest) -> str:
    """The page that one came from, if it is one of ours and another one."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host() and came.path != request.path:
        return came.path + (f"?{came.query}" if came.query else "")
    return reverse("home")
