"""The pages of signing in and out, of the first password, and of switching accounts."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.console.shown import place, shown_page, shown_refusal
from tenantry.console.visit import signed_in, visit_of
from tenantry.factors.ceremonies import passkeys_possible
from tenantry.factors.halfway import arrive_by_password
from tenantry.rules.password_policy import told
from tenantry.rules.refusals import LinkNotValid, Refused
from tenantry.rules.sign_on import Proof
from tenantry.rules.vocabulary import AccountId
from tenantry.signin.arrival import arrival_of, go_into, turn_back
from tenantry.signin.bounds import SIGN_INS, too_often
from tenantry.signin.commands import choose_first_password, person_of_link, prove_identity
from tenantry.signin.forms import ChoosePasswordForm, SignInForm, show_broken
from tenantry.signin.leaving import leave
from tenantry.signin.links import choose_password_path
from tenantry.signin.queries import password_policy_for, switch_list
from tenantry.users.own_passwords import shape_of_password
from tenantry.users.queries import PersonRow


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Sign in with e-mail and password."""
    if getattr(request, "visit", None) is not None and request.method == "GET":
        return HttpResponseRedirect(reverse("home"))
    form = SignInForm(request.POST if request.method == "POST" else None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        answer = too_often(request, SIGN_INS)
        if answer is not None:
            return answer
        at = datetime.now(UTC)
        try:
            person = prove_identity(email=form.cleaned_data["email"], password=form.cleaned_data["password"], at=at)
            if person.temporary_password:  # it is replaced first (PWD-8)
                return HttpResponseRedirect(choose_password_path(person))
            shape = shape_of_password(person, form.cleaned_data["password"])
            return arrive_by_password(request, person, at, form.cleaned_data["next"], shape)
        except Refused as refused:
            form.add_error(None, refused.refusal.message)
    context = {"form": form, "passkeys": passkeys_possible()}
    return render(request, "signin/sign_in.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    return leave(request)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest, person: str, token: str) -> HttpResponse:
    """Choose the first password by the link of the invitation, and go on into the account."""
    at = datetime.now(UTC)
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None)
    try:
        found = person_of_link(person=person, token=token)
    except Refused as refused:
        return _link_ended(request, refused)
    try:
        if request.method == "POST" and form.is_valid():
            found = choose_first_password(
                person=person,
                token=token,
                new=form.cleaned_data["new_password"],
                again=form.cleaned_data["new_password_again"],
                at=at,
            )
            shape = shape_of_password(found, form.cleaned_data["new_password"])
            answer = arrive_by_password(request, found, at, shape=shape)
            messages.success(request, "Welcome. Your password is set.")
            return answer
    except Refused as refused:
        if isinstance(refused.refusal, LinkNotValid):  # used by somebody else a moment ago
            return _link_ended(request, refused)
        show_broken(form, refused)
    context = {
        "form": form,
        "password_rules": told(password_policy_for(found, at)),
        "reason": "Choose the password with which you will sign in from now on.",
    }
    return render(request, "signin/choose_password.html", context, status=422 if request.method == "POST" else 200)


def _link_ended(request: HttpRequest, refused: Refused) -> HttpResponse:
    return render(request, "signin/link_ended.html", {"refusal": shown_refusal(refused.refusal)}, status=410)


@never_cache
@require_GET
def enter_account(request: HttpRequest) -> HttpResponse:
    """Go on into the account that the session is on the way into, once a page has seen to what it asked for."""
    arrival = arrival_of(request)
    if arrival is None:
        return HttpResponseRedirect(reverse("home"))
    return go_into(request, arrival.person, arrival.proof, arrival.account, arrival.onward)


@require_POST
def stay_out(request: HttpRequest) -> HttpResponse:
    """Leave the way into an account: back to where one was or, at sign-in, to the sign-in page."""
    return turn_back(request)


@require_http_methods(["GET", "POST"])
def switch_account(request: HttpRequest) -> HttpResponse:
    """Switch Account: the accounts one can enter, and entering one of them (ENTRY-2).

    Open as well to people on the way into their first account: what keeps them out of it may not concern others.
    """
    arrival = arrival_of(request)
    if getattr(request, "visit", None) is None and arrival is not None:
        return _switch(request, arrival.person, arrival.proof, None)
    return _switch_from_inside(request)


@signed_in
def _switch_from_inside(request: HttpRequest) -> HttpResponse:
    visit = visit_of(request)
    return _switch(request, visit.person, visit.proof, visit.account)


def _switch(request: HttpRequest, person: PersonRow, proof: Proof, inside: AccountId | None) -> HttpResponse:
    context = {}
    status = 200
    if request.method == "POST":
        account = AccountId(request.POST.get("account", "").replace("\0", ""))  # not every database looks for that
        try:
            return go_into(request, person, proof, account)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
            status = 403
    query = request.GET.get("q", "")[:200]
    page = switch_list(person, datetime.now(UTC), proof, query, place(request))
    accounts = [{"id": row.id, "name": row.name, "current": row.id == inside} for row in page.rows]
    shown = {"accounts": accounts, "query": query, "page": shown_page(page), **context}
    return render(request, "signin/switch_account.html", shown, status=status)


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page: users for those who manage them, one's own settings for everybody else (PRIV-11)."""
    manages = visit_of(request).privileges & {"USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED"}
    return HttpResponseRedirect(reverse("users" if manages else "user_information"))
