"""The address of the page Usage Agreement."""

from django.urls import path

from tenantry.agreements import console

urlpatterns = [path("account/usage-agreement/", console.usage_agreement, name="usage_agreement")]
