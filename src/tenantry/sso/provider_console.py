"""The tabs OpenID Connect and Directory of SSO Options: both are read, edited, saved and tried alike (SSO-1)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.console.recently import proven_to_edit
from tenantry.console.visit import needs, visit_of
from tenantry.rules.vocabulary import AccountId
from tenantry.sso.directory import try_directory
from tenantry.sso.models import SignOnSettings
from tenantry.sso.oidc import try_provider
from tenantry.sso.provider_addresses import directory_sign_in_url, openid_redirect_url, openid_sign_in_url
from tenantry.sso.provider_forms import DirectoryForm, Line, OpenIdForm, ProviderForm
from tenantry.sso.provider_pages import Page, settings_page, trial_of
from tenantry.sso.provider_settings import set_directory_settings, set_openid_settings
from tenantry.sso.providers_of_accounts import (
    directory_of,
    directory_settings_of,
    openid_client,
    openid_settings_of,
    provider_settings,
)
from tenantry.sso.queries import check_licensed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """What is one protocol's own: its name in addresses and in templates, its form, what reads, saves and tries the
    settings, and the addresses that others want to know. Settings that `wants_secret` says so of let nobody in without.
    """

    name: str
    tab: str
    title: str
    form: type[ProviderForm]
    read: Callable[[SignOnSettings], Any]
    save: Callable[..., None]
    attempt: Callable[[SignOnSettings], str]
    wants_secret: Callable[[Any], bool]
    urls: Callable[[AccountId], list[Line]]


OPENID_TAB: Final = Tab(
    name="sso_openid",
    tab="openid",
    title="OpenID Connect",
    form=OpenIdForm,
    read=openid_settings_of,
    save=set_openid_settings,
    attempt=lambda row: try_provider(openid_client(row)),
    wants_secret=lambda _: True,
    urls=lambda account: [
        {"label": "Sign In URL", "value": openid_sign_in_url(account), "hint": "Where your people begin."},
        {
            "label": "Redirect URI",
            "value": openid_redirect_url(account),
            "hint": "Register it with the provider, exactly as it is.",
        },
    ],
)
DIRECTORY_TAB: Final = Tab(
    name="sso_directory",
    tab="directory",
    title="Directory (LDAP)",
    form=DirectoryForm,
    read=directory_settings_of,
    save=lambda *, secret, **told: set_directory_settings(password=secret, **told),
    attempt=lambda row: try_directory(directory_of(row)),
    wants_secret=lambda settings: bool(settings.bind_name),
    urls=lambda account: [{"label": "Sign In URL", "value": directory_sign_in_url(account), "hint": ""}],
)


@sensitive_post_parameters("client_secret", "bind_password")
@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
@proven_to_edit
def settings_of_provider(request: HttpRequest, tab: Tab) -> HttpResponse:
    """The OpenID provider or the directory of the account: read, edited and saved."""
    return _page(request, tab)


@require_POST
@needs("ACCOUNT_ADMIN")
def trial_of_provider(request: HttpRequest, tab: Tab) -> HttpResponse:
    """Test Connection: asks it as it is set, and says what works or what is wrong."""
    account = visit_of(request).account
    check_licensed(account)  # before anybody is asked
    row = provider_settings(account)
    return _page(request, tab, trial_of(request, lambda: tab.attempt(row)))


def _page(request: HttpRequest, tab: Tab, tried: Page | None = None) -> HttpResponse:
    visit = visit_of(request)
    row = provider_settings(visit.account)
    settings = tab.read(row)
    values = {**asdict(settings), "sign_out_url": row.sign_out_url}
    saving = request.method == "POST" and tried is None
    form = tab.form(request.POST if saving else None, initial=values)
    secret = bool(getattr(row, f"{form.secret}_sealed"))
    page = {
        "name": tab.name,
        "trial_name": f"{tab.name}_test",
        "tab": tab.tab,
        "title": tab.title,
        "set": bool(values[form.server]),
        "lacks_secret": settings.enabled and tab.wants_secret(settings) and not secret,
        "shown": form.as_read(values, secret=secret),
        "urls": tab.urls(visit.account),
    }

    def save() -> None:
        told = form.cleaned_data
        tab.save(
            actor=visit.actor,
            at=visit.at,
            account=visit.account,
            settings=form.settings(),
            secret=told[form.secret],
            sign_out_url=told["sign_out_url"],
        )

    return settings_page(request, page, form, save, tried=tried)
