"""Tells Django of this folder."""

from django.apps import AppConfig


class LoadsConfig(AppConfig):
    """The app `loads`."""

    name = "tenantry.loads"
    label = "loads"
    default_auto_field = "django.db.models.BigAutoField"
