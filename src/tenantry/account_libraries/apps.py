"""Tells Django of this folder."""

from django.apps import AppConfig


class AccountLibrariesConfig(AppConfig):
    """The app `account_libraries`."""

    name = "tenantry.account_libraries"
    label = "account_libraries"
    default_auto_field = "django.db.models.BigAutoField"
