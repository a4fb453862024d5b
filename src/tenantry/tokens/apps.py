"""Tells Django of this folder."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """The app `tokens`."""

    name = "tenantry.tokens"
    label = "tokens"
    default_auto_field = "django.db.models.BigAutoField"
