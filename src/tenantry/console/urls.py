"""Addresses that all pages use."""

from django.urls import path

from tenantry.console import notice

urlpatterns = [path("changes/", notice.changes, name="changes")]
