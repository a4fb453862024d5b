"""Addresses of the platform API. Ids in them may hold anything, line breaks too, which `path` would not let pass."""

from django.urls import path, re_path

from tenantry.platform_api import document, doors

urlpatterns = [
    path("api/openapi.json", document.served, name="platform_api_document"),
    re_path(r"^api/rest/v1/(?P<account>[^/]+)/(?P<path>(?s:.*))\Z", doors.platform, name="platform_api"),
    re_path(r"^partner/api/rest/v1/(?P<account>[^/]+)/(?P<path>(?s:.*))\Z", doors.partner, name="partner_api"),
]
