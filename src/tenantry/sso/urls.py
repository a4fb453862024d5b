"""Addresses of single sign-on."""

from django.urls import path

from tenantry.sso import directory_door, oidc_door, provider_console

urlpatterns = [
    path("account/sso/openid/", provider_console.openid_settings, name="sso_openid"),
    path("account/sso/openid/test/", provider_console.openid_trial, name="sso_openid_test"),
    path("account/sso/directory/", provider_console.directory_settings, name="sso_directory"),
    path("account/sso/directory/test/", provider_console.directory_trial, name="sso_directory_test"),
    path("sso/<str:account>/openid", oidc_door.openid_start, name="openid_start"),
    path("sso/<str:account>/openid/callback", oidc_door.openid_callback, name="openid_callback"),
    path("sso/<str:account>/directory", directory_door.directory_sign_in, name="directory_sign_in"),
]
