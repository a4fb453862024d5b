"""Tells Django of this folder."""

from django.apps import AppConfig


class CloudsConfig(AppConfig):
    """The app `clouds`."""

    name = "tenantry.clouds"
    label = "clouds"
    default_auto_field = "django.db.models.BigAutoField"
