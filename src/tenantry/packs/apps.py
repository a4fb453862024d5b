"""Tells Django of this folder."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """The app `packs`."""

    name = "tenantry.packs"
    label = "packs"
    default_auto_field = "django.db.models.BigAutoField"
