"""The tab Directory of the page SSO Options."""

from dataclasses import asdict
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.console.visit import needs, visit_of
from tenantry.sso.directory import try_directory
from tenantry.sso.provider_addresses import directory_sign_in_url
from tenantry.sso.provider_forms import DirectoryForm
from tenantry.sso.provider_pages import Page, lines, settings_page, trial_of
from tenantry.sso.provider_settings import set_directory_settings
from tenantry.sso.providers_of_accounts import directory_of, directory_settings_of, provider_settings


@sensitive_post_parameters("bind_password")
@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def directory_settings(request: HttpRequest) -> HttpResponse:
    """The directory of the account: read, edited and saved."""
    return _page(request, None)


@require_POST
@needs("ACCOUNT_ADMIN")
def directory_trial(request: HttpRequest) -> HttpResponse:
    """Test Connection: asks the directory as it is set, and says what works or what is wrong."""
    row = provider_settings(visit_of(request).account)
    return _page(request, trial_of(request, lambda: try_directory(directory_of(row))))


def _page(request: HttpRequest, tried: Page | None) -> HttpResponse:
    visit = visit_of(request)
    row = provider_settings(visit.account)
    settings = directory_settings_of(row)
    saving = request.method == "POST" and tried is None
    form = DirectoryForm(
        request.POST if saving else None,
        initial={
            **asdict(settings),
            "enabled": "1" if settings.enabled else "",
            "start_tls": "1" if settings.start_tls else "",
        },
    )
    page = {
        "name": "sso_directory",
        "trial_name": "sso_directory_test",
        "tab": "directory",
        "title": "Directory (LDAP)",
        "set": bool(settings.directory_url),
        "shown": lines(
            form,
            {
                "enabled": "Enabled" if settings.enabled else "Disabled",
                "directory_url": settings.directory_url,
                "start_tls": "StartTLS" if settings.start_tls else "TLS from the beginning",
                "directory_certificate": "Set" if settings.directory_certificate else "",
                "bind_name": settings.bind_name,
                "bind_password": "Set" if row.bind_password_sealed else "Not set",
                "search_base": settings.search_base,
                "search_filter": settings.search_filter,
                "attribute": settings.attribute,
            },
        ),
        "urls": [
            {
                "label": "Sign In URL",
                "value": directory_sign_in_url(visit.account),
                "hint": "",
            }
        ],
    }

    def save() -> None:
        act = partial(set_directory_settings, actor=visit.actor, at=visit.at, account=visit.account)
        act(settings=form.settings(), password=form.cleaned_data["bind_password"])

    return settings_page(request, page, form, save, tried=tried)
