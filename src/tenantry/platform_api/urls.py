"""Addresses of the pages about calls of the platform API."""

from django.urls import path

from tenantry.platform_api import origin_console, trusted_console

urlpatterns = [
    path("trusted-addresses/", trusted_console.trusted_addresses, name="trusted_addresses"),
    path("trusted-addresses/switch/", trusted_console.trusted_switch, name="trusted_switch"),
    path("trusted-addresses/add/", trusted_console.trusted_add, name="trusted_add"),
    path("trusted-addresses/edit/", trusted_console.trusted_edit, name="trusted_edit"),
    path("trusted-addresses/delete/", trusted_console.trusted_delete, name="trusted_delete"),
    path("cors/", origin_console.origins, name="origins"),
    path("cors/add/", origin_console.origin_add, name="origin_add"),
    path("cors/edit/", origin_console.origin_edit, name="origin_edit"),
    path("cors/delete/", origin_console.origin_delete, name="origin_delete"),
]
