"""Addresses of temporary support access."""

from django.urls import path

from tenantry.support import console

urlpatterns = [
    path("me/support/", console.support_requests, name="support_requests"),
    path("account/support/set-up/", console.support_set_up, name="support_set_up"),
    path("account/support/<int:grant>/extend/", console.support_extend, name="support_extend"),
    path("account/support/<int:grant>/expire/", console.support_expire, name="support_expire"),
    path("account/support/<int:grant>/deny/", console.support_deny, name="support_deny"),
]
