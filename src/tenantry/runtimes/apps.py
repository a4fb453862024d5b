"""Tells Django of this folder."""

from django.apps import AppConfig


class RuntimesConfig(AppConfig):
    """The app `runtimes`."""

    name = "tenantry.runtimes"
    label = "runtimes"
    default_auto_field = "django.db.models.BigAutoField"
