"""Tells Django of this folder."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "tenantry.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
