"""Tells Django of this folder."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """The app `agreements`."""

    name = "tenantry.agreements"
    label = "agreements"
    default_auto_field = "django.db.models.BigAutoField"
