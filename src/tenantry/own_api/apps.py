"""Tells Django of this folder."""

from django.apps import AppConfig


class OwnApiConfig(AppConfig):
    """The app `own_api`."""

    name = "tenantry.own_api"
    label = "own_api"
    default_auto_field = "django.db.models.BigAutoField"
