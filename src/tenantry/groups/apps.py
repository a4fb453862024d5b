"""Tells Django of this folder."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """The app `groups`."""

    name = "tenantry.groups"
    label = "groups"
    default_auto_field = "django.db.models.BigAutoField"
