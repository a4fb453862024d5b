"""Tells Django of this folder."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The app `mail`."""

    name = "tenantry.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"
