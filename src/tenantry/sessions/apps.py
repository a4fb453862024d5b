"""Tells Django of this folder."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """The app `sessions`."""

    name = "tenantry.sessions"
    label = "sessions"
    default_auto_field = "django.db.models.BigAutoField"
