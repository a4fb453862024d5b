"""Tells Django of this folder."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """The app `reporting`."""

    name = "tenantry.reporting"
    label = "reporting"
    default_auto_field = "django.db.models.BigAutoField"
