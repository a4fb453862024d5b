"""Tells Django of this folder."""

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """The app `connectors`."""

    name = "tenantry.connectors"
    label = "connectors"
    default_auto_field = "django.db.models.BigAutoField"
