"""Addresses of impact previews."""

from django.urls import path

from tenantry.previews import console

urlpatterns = [path("previews/<str:preview>/", console.preview, name="preview")]
