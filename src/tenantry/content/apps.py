"""Tells Django of this folder."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """The app `content`."""

    name = "tenantry.content"
    label = "content"
    default_auto_field = "django.db.models.BigAutoField"
