"""Addresses of the settings of single sign-on."""

from django.urls import path

from tenantry.sso import saml_console

urlpatterns = [
    path("account/sso/", saml_console.sso_options, name="sso_options"),
]
