"""Tells Django of this folder."""

from django.apps import AppConfig


class FactorsConfig(AppConfig):
    """The app `factors`."""

    name = "tenantry.factors"
    label = "factors"
    default_auto_field = "django.db.models.BigAutoField"
