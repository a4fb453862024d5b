"""Tells Django of this folder."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The app `jobs`."""

    name = "tenantry.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
