"""Addresses of Process Reporting and of the dashboard."""

from django.urls import path

from tenantry.reporting import console, dashboard_console

urlpatterns = [
    path("dashboard/", dashboard_console.dashboard, name="dashboard"),
    path("reporting/", console.reporting, name="reporting"),
    path("reporting/executions/<int:execution>/", console.execution, name="execution"),
    path("reporting/documents/<int:document>/", console.document, name="document"),
    path("reporting/documents/<int:document>/download/", console.document_download, name="document_download"),
    path("reporting/documents/<int:document>/test/", console.document_test, name="document_test"),
    path("reporting/documents/<int:document>/rerun/", console.document_rerun, name="document_rerun"),
]
