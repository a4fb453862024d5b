"""Addresses of the account's pages."""

from django.urls import path

from tenantry.accounts import console, policy_console

urlpatterns = [
    path("account/", console.account_information, name="account_information"),
    path("account/features/", console.features, name="features"),
    path("account/password-policy/", policy_console.password_policy, name="password_policy"),
]
