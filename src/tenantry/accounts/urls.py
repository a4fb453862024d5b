"""Addresses of the account's pages."""

from django.urls import path

from tenantry.accounts import console

urlpatterns = [
    path("account/", console.account_information, name="account_information"),
    path("account/features/", console.features, name="features"),
]
