"""Tells Django of this folder."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """The app `sharing`."""

    name = "tenantry.sharing"
    label = "sharing"
    default_auto_field = "django.db.models.BigAutoField"
