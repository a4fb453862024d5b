"""Tells Django of this folder."""

from django.apps import AppConfig


class PrivilegesConfig(AppConfig):
    """The app `privileges`."""

    name = "tenantry.privileges"
    label = "privileges"
    default_auto_field = "django.db.models.BigAutoField"
