"""The tab OpenID Connect of the page SSO Options."""

from dataclasses import asdict
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.console.visit import needs, visit_of
from tenantry.sso.oidc import try_provider
from tenantry.sso.provider_addresses import openid_redirect_url, openid_sign_in_url
from tenantry.sso.provider_forms import OpenIdForm
from tenantry.sso.provider_pages import Page, lines, settings_page, trial_of
from tenantry.sso.provider_settings import set_openid_settings
from tenantry.sso.providers_of_accounts import openid_client, openid_settings_of, provider_settings


@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def openid_settings(request: HttpRequest) -> HttpResponse:
    """The OpenID provider of the account: read, edited and saved."""
    return _page(request, None)


@require_POST
@needs("ACCOUNT_ADMIN")
def openid_trial(request: HttpRequest) -> HttpResponse:
    """Test Connection: asks the provider as it is set, and says what works or what is wrong."""
    row = provider_settings(visit_of(request).account)
    return _page(request, trial_of(request, lambda: try_provider(openid_client(row))))


def _page(request: HttpRequest, tried: Page | None) -> HttpResponse:
    visit = visit_of(request)
    row = provider_settings(visit.account)
    settings = openid_settings_of(row)
    saving = request.method == "POST" and tried is None
    form = OpenIdForm(
        request.POST if saving else None, initial={**asdict(settings), "enabled": "1" if settings.enabled else ""}
    )
    page = {
        "name": "sso_openid",
        "trial_name": "sso_openid_test",
        "tab": "openid",
        "title": "OpenID Connect",
        "set": bool(settings.issuer),
        "shown": lines(
            form,
            {
                "enabled": "Enabled" if settings.enabled else "Disabled",
                "issuer": settings.issuer,
                "client_id": settings.client_id,
                "client_secret": "Set" if row.client_secret_sealed else "Not set",
                "claim": settings.claim,
            },
        ),
        "urls": [
            {"label": "Sign In URL", "value": openid_sign_in_url(visit.account), "hint": "Where your people begin."},
            {
                "label": "Redirect URI",
                "value": openid_redirect_url(visit.account),
                "hint": "Register it with the provider, exactly as it is.",
            },
        ],
    }

    def save() -> None:
        act = partial(set_openid_settings, actor=visit.actor, at=visit.at, account=visit.account)
        act(settings=form.settings(), secret=form.cleaned_data["client_secret"])

    return settings_page(request, page, form, save, tried=tried)
