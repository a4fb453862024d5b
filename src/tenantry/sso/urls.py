"""Addresses of single sign-on."""

from django.urls import path

from tenantry.sso.directory_door import directory_sign_in
from tenantry.sso.oidc_door import openid_callback, openid_start
from tenantry.sso.provider_console import DIRECTORY_TAB, OPENID_TAB, settings_of_provider, trial_of_provider

urlpatterns = [
    path("account/sso/openid/", settings_of_provider, {"tab": OPENID_TAB}, name="sso_openid"),
    path("account/sso/openid/test/", trial_of_provider, {"tab": OPENID_TAB}, name="sso_openid_test"),
    path("account/sso/directory/", settings_of_provider, {"tab": DIRECTORY_TAB}, name="sso_directory"),
    path("account/sso/directory/test/", trial_of_provider, {"tab": DIRECTORY_TAB}, name="sso_directory_test"),
    path("sso/<str:account>/openid", openid_start, name="openid_start"),
    path("sso/<str:account>/openid/callback", openid_callback, name="openid_callback"),
    path("sso/<str:account>/directory", directory_sign_in, name="directory_sign_in"),
]
