"""Addresses of single sign-on by SAML."""

from django.urls import path

from tenantry.sso.saml import console

urlpatterns = [
    path("sso/", console.choose_account, name="sso"),
    path("sso/<str:account>/saml", console.sign_in_url, name="saml"),
    path("sso/<str:account>/saml/renewed", console.renewed, name="saml_renewed"),
    path("sso/<str:account>/saml/unasked", console.unasked, name="saml_unasked"),
]
