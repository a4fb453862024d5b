"""Tells Django of this folder."""

from django.apps import AppConfig


class PlatformApiConfig(AppConfig):
    """The app `platform_api`."""

    name = "tenantry.platform_api"
    label = "platform_api"
    default_auto_field = "django.db.models.BigAutoField"
