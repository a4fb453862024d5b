"""Tells Django of this folder."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """The app `alerts`."""

    name = "tenantry.alerts"
    label = "alerts"
    default_auto_field = "django.db.models.BigAutoField"
