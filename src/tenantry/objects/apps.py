"""Tells Django of this folder."""

from django.apps import AppConfig


class ObjectsConfig(AppConfig):
    """The app `objects`."""

    name = "tenantry.objects"
    label = "objects"
    default_auto_field = "django.db.models.BigAutoField"
