"""Tells Django of this folder."""

from django.apps import AppConfig


class DeployConfig(AppConfig):
    """The app `deploy`."""

    name = "tenantry.deploy"
    label = "deploy"
    default_auto_field = "django.db.models.BigAutoField"
