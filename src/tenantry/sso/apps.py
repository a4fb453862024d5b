"""Tells Django of this folder."""

from django.apps import AppConfig


class SingleSignOnConfig(AppConfig):
    """The app `sso`."""

    name = "tenantry.sso"
    label = "sso"
    default_auto_field = "django.db.models.BigAutoField"
