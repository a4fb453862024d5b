"""What the pages of OpenID Connect and of the directory share: shown, edited, saved, tried (SSO-1)."""

from collections.abc import Callable
from math import ceil
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenantry.console.recently import EDITING, proof_at_save
from tenantry.console.shown import done
from tenantry.console.visit import visit_of
from tenantry.rules.refusals import DirectoriesNotInstalled, Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.runtimes.bounds import Buckets
from tenantry.sso.directory import NotInstalled
from tenantry.sso.failures import ProviderFault
from tenantry.sso.provider_forms import ProviderForm
from tenantry.sso.providers_of_accounts import DIRECTORY, OPENID
from tenantry.sso.queries import check_licensed, protocol_in_force
from tenantry.sso.sealing import NotOurs

TRIALS: Final = Buckets(rate=0.2, burst=10)
"""Connections that an account may try: each holds up a server for a while."""

_INCOMPLETE: Final = "Nobody can sign in this way yet: the secret is not set, as after a load of an estate file."

Page = dict[str, Any]


def settings_page(
    request: HttpRequest, page: Page, form: ProviderForm, save: Callable[[], None], *, tried: Page | None = None
) -> HttpResponse:
    """The settings: read, or edited after "Edit" and saved by "Save"; what is wrong is told at its field."""
    check_licensed(visit_of(request).account)
    saving = form.is_bound
    again = proof_at_save(request) if saving else None
    if again:
        form.tell_lost()
    elif saving and form.is_valid():
        try:
            save()
        except Refused as refused:
            form.show_broken(refused)
        else:
            messages.success(request, "Saved. It counts for everybody who signs in from now on.")
            return done(request, page["name"])
    context = {
        **page,
        "form": form,
        "editing": saving or EDITING in request.GET,
        "again": again,
        "tried": tried,
        "warnings": [
            *_warnings(visit_of(request).account, page["tab"], page["title"]),
            *([_INCOMPLETE] if page["lacks_secret"] else []),
        ],
        "address": reverse(page["name"]),
        "trial": reverse(page["trial_name"]),
    }
    return render(request, "sso/provider_settings.html", context, status=422 if saving else 200)


def _warnings(account: AccountId, tab: str, title: str) -> list[str]:
    """What an administrator should know before enabling this protocol."""
    in_force = protocol_in_force(account)
    if in_force in {"", {"openid": OPENID, "directory": DIRECTORY}[tab]}:
        return []
    return [f"Another protocol is enabled. Enabling {title} takes its place."]


def trial_of(request: HttpRequest, attempt: Callable[[], str]) -> Page:
    """Try the connection as it is set; what works, or what is wrong, in a sentence without a secret."""
    wait = TRIALS.wait(visit_of(request).account)
    if wait:
        return {"good": False, "sentence": f"This was tried often. Wait {ceil(wait)} seconds."}
    try:
        return {"good": True, "sentence": attempt()}
    except NotInstalled:
        return {"good": False, "sentence": DirectoriesNotInstalled().message}
    except (ProviderFault, NotOurs) as fault:
        return {"good": False, "sentence": str(fault)}
