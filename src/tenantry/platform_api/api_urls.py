"""Addresses of the platform API."""

from django.urls import path

from tenantry.platform_api import document, doors

urlpatterns = [
    path("api/openapi.json", document.served, name="platform_api_document"),
    path("api/rest/v1/<str:account>/<path:path>", doors.platform, name="platform_api"),
    path("partner/api/rest/v1/<str:account>/<path:path>", doors.partner, name="partner_api"),
]
