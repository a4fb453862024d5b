"""Tells Django of this folder."""

from django.apps import AppConfig


class EnvironmentsConfig(AppConfig):
    """The app `environments`."""

    name = "tenantry.environments"
    label = "environments"
    default_auto_field = "django.db.models.BigAutoField"
