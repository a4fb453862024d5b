"""Tells Django of this folder."""

from django.apps import AppConfig


class DataHubConfig(AppConfig):
    """The app `datahub`."""

    name = "tenantry.datahub"
    label = "datahub"
    default_auto_field = "django.db.models.BigAutoField"
