"""Tells Django of this folder."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """The app `library`."""

    name = "tenantry.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"
