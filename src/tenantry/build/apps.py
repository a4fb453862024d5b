"""Tells Django of this folder."""

from django.apps import AppConfig


class BuildConfig(AppConfig):
    """The app `build`."""

    name = "tenantry.build"
    label = "build"
    default_auto_field = "django.db.models.BigAutoField"
