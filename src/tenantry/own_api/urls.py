"""Addresses of the interface."""

from django.urls import path, re_path

from tenantry.own_api import document, doors

urlpatterns = [
    path("v1/openapi.json", document.served, name="own_api_document"),
    path("v1/accounts/<str:account>/<path:path>", doors.in_account, name="own_api"),
    re_path(r"^v1/", doors.nowhere, name="own_api_nowhere"),
]
