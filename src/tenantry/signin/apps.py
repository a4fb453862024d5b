"""Tells Django of this folder."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """The app `signin`."""

    name = "tenantry.signin"
    label = "signin"
    default_auto_field = "django.db.models.BigAutoField"
