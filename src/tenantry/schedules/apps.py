"""Tells Django of this folder."""

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    """The app `schedules`."""

    name = "tenantry.schedules"
    label = "schedules"
    default_auto_field = "django.db.models.BigAutoField"
