"""Addresses of the page that explains decisions."""

from django.urls import path

from tenantry.decisions import console

urlpatterns = [path("why/", console.why, name="why")]
