"""Tells Django of this folder."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The app `audit`."""

    name = "tenantry.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
