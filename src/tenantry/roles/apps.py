"""Tells Django of this folder."""

from django.apps import AppConfig


class RolesConfig(AppConfig):
    """The app `roles`."""

    name = "tenantry.roles"
    label = "roles"
    default_auto_field = "django.db.models.BigAutoField"
