"""The page SSO Options, under Security Options: single sign-on by SAML (SSO-1, SSO-2)."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenantry.connectors.shown import tell_oversized
from tenantry.console.recently import EDITING, proof_at_save, proven_to_edit
from tenantry.console.shown import done
from tenantry.console.visit import needs, visit_of
from tenantry.rules.refusals import CertificateInvalid, Refused
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sso.addresses import metadata_path, sign_in_path
from tenantry.sso.certificates import Certificate, read_certificate
from tenantry.sso.forms import SamlForm, as_read, as_sent
from tenantry.sso.queries import check_licensed, federation_count, protocol_in_force, saml_settings_of
from tenantry.sso.saml_settings import set_saml_settings

SOON: Final = timedelta(days=30)
"""How long before its end the page warns of a certificate."""


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
@proven_to_edit
def sso_options(request: HttpRequest) -> HttpResponse:
    """What the account has set for SAML, read, and edited after "Edit"; the addresses that its provider wants to know.

    A certificate that was imported with a form that has to be shown again goes along with it.
    """
    visit = visit_of(request)
    check_licensed(visit.account)
    before = saml_settings_of(visit.account)
    saving = request.method == "POST"
    form = SamlForm(request.POST, request.FILES) if saving else SamlForm(initial=as_sent(before))
    again = proof_at_save(request) if saving else None
    if saving and not again and form.is_valid():
        try:
            set_saml_settings(actor=visit.actor, at=visit.at, account=visit.account, settings=form.settings(before))
        except Refused as refused:
            for refusal in refused.refusals:
                place = "certificate" if isinstance(refusal, CertificateInvalid) else getattr(refusal, "member", None)
                form.add_error(place, refusal.message)
        else:
            messages.success(request, "Saved. It counts from the next request of everybody in this account.")
            return done(request, "sso_options")
    tell_oversized(request, form)
    certificate, imported = _known(before.certificate), _known(form.imported_certificate()) if saving else None
    if saving:
        form.keep_imported(imported.pem if imported else "")
    context: dict[str, Any] = {
        "form": form,
        "tab": "saml",
        "editing": saving or EDITING in request.GET,
        "again": again,
        "shown": as_read(form, before),
        "certificate": imported or certificate,
        "imported": imported,
        "sign_in_url": installation.BASE_URL + sign_in_path(visit.account),
        "metadata_url": installation.BASE_URL + metadata_path(visit.account),
        "warnings": _warnings(visit.account, certificate, visit.at, enabled=before.enabled),
    }
    return render(request, "sso/saml.html", context, status=422 if saving else 200)


def _known(pem: str) -> Certificate | None:
    try:
        return read_certificate(pem) if pem else None
    except Refused:  # stored before today's checks: the next import replaces it
        return None


def _warnings(account: AccountId, certificate: Certificate | None, at: Instant, *, enabled: bool) -> list[str]:
    """What an administrator should know before somebody stands outside."""
    found = []
    if certificate and certificate.expires <= at:
        found.append("The certificate has expired. Ask the provider for the one with which it signs now.")
    elif certificate and certificate.expires <= at + SOON:
        found.append(f"The certificate ends on {certificate.expires:%Y-%m-%d}.")
    in_force = protocol_in_force(account)
    if in_force and in_force != "saml":
        found.append("Another protocol is enabled. Enabling SAML takes its place.")
    federated = federation_count(account)
    if enabled and not federated:
        found.append(
            "Nobody has a Federation ID yet, so nobody can sign in this way. It is set under User Management, by Edit."
        )
    return found
