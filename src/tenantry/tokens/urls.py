"""Addresses of the pages about tokens."""

from django.urls import path

from tenantry.tokens import console, management_console

urlpatterns = [
    path("me/tokens/", console.own_tokens, name="own_tokens"),
    path("me/tokens/add/", console.own_token_add, name="own_token_add"),
    path("me/tokens/rename/", console.own_token_rename, name="own_token_rename"),
    path("me/tokens/disable/", console.own_token_disable, name="own_token_disable"),
    path("me/tokens/enable/", console.own_token_enable, name="own_token_enable"),
    path("me/tokens/revoke/", console.own_token_revoke, name="own_token_revoke"),
    path("tokens/", management_console.tokens, name="tokens"),
    path("tokens/disable/", management_console.token_disable, name="token_disable"),
    path("tokens/enable/", management_console.token_enable, name="token_enable"),
    path("tokens/revoke/", management_console.token_revoke, name="token_revoke"),
]
