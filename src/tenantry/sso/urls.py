"""Addresses of single sign-on."""

from django.urls import path

from tenantry.sso import directory_door, oidc_door

urlpatterns = [
    path("sso/<str:account>/openid", oidc_door.openid_start, name="openid_start"),
    path("sso/<str:account>/openid/callback", oidc_door.openid_callback, name="openid_callback"),
    path("sso/<str:account>/directory", directory_door.directory_sign_in, name="directory_sign_in"),
]
