"""Addresses of the interface."""

from django.urls import path, re_path

from tenantry.own_api import document, doors, operator_doors

urlpatterns = [
    path("v1/openapi.json", document.served, name="own_api_document"),
    path("v1/accounts/<str:account>/<path:path>", doors.in_account, name="own_api"),
    path("v1/<path:path>", operator_doors.by_operator, name="own_api_of_the_operator"),
    re_path(r"^v1/", doors.nowhere, name="own_api_nowhere"),
]
