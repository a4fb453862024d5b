"""Tells Django of this folder."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """The app `users`."""

    name = "tenantry.users"
    label = "users"
    default_auto_field = "django.db.models.BigAutoField"
