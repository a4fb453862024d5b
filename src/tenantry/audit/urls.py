"""The address of the audit log."""

from django.urls import path

from tenantry.audit import console

urlpatterns = [path("audit/", console.audit_log, name="audit_log")]
