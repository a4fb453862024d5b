"""Tells Django of this folder."""

from django.apps import AppConfig


class PreviewsConfig(AppConfig):
    """The app `previews`."""

    name = "tenantry.previews"
    label = "previews"
    default_auto_field = "django.db.models.BigAutoField"
