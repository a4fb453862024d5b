"""Addresses of the platform API."""

from django.urls import path

from tenantry.platform_api import doors

urlpatterns = [
    path("api/rest/v1/<str:account>/<path:path>", doors.platform, name="platform_api"),
    path("partner/api/rest/v1/<str:account>/<path:path>", doors.partner, name="partner_api"),
]
