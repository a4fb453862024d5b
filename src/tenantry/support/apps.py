"""Tells Django of this folder."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """The app `support`."""

    name = "tenantry.support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"
