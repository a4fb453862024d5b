"""The addresses of the console, gathered from the folders."""

from django.urls import include, path

urlpatterns = [
    path("", include("tenantry.signin.urls")),
    path("", include("tenantry.factors.urls")),
    path("", include("tenantry.sso.saml.urls")),
    path("", include("tenantry.sessions.urls")),
    path("", include("tenantry.agreements.urls")),
    path("", include("tenantry.users.urls")),
    path("", include("tenantry.tokens.urls")),
    path("", include("tenantry.alerts.urls")),
    path("", include("tenantry.roles.urls")),
    path("", include("tenantry.accounts.urls")),
    path("", include("tenantry.sso.console_urls")),
    path("", include("tenantry.sharing.urls")),
    path("", include("tenantry.groups.urls")),
    path("", include("tenantry.build.urls")),
    path("", include("tenantry.connectors.urls")),
    path("", include("tenantry.account_libraries.urls")),
    path("", include("tenantry.platform_api.urls")),
    path("", include("tenantry.environments.urls")),
    path("", include("tenantry.runtimes.urls")),
    path("", include("tenantry.clouds.urls")),
    path("", include("tenantry.support.urls")),
    path("", include("tenantry.previews.urls")),
    path("", include("tenantry.audit.urls")),
    path("", include("tenantry.mail.urls")),
    path("", include("tenantry.console.urls")),
    path("", include("tenantry.decisions.urls")),
    path("", include("tenantry.deploy.urls")),
    path("", include("tenantry.schedules.urls")),
    path("", include("tenantry.packs.urls")),
    path("", include("tenantry.library.urls")),
    path("", include("tenantry.reporting.urls")),
    path("", include("tenantry.datahub.urls")),
    path("", include("tenantry.runtimes.api_urls")),
    path("", include("tenantry.platform_api.api_urls")),
    path("", include("tenantry.own_api.urls")),
    path("", include("tenantry.sso.urls")),
]

handler403 = "tenantry.console.answers.forbidden"
handler404 = "tenantry.console.answers.not_found"
handler500 = "tenantry.console.answers.failed"
