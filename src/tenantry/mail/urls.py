"""The address of the Outbox."""

from django.urls import path

from tenantry.mail import console

urlpatterns = [path("outbox/", console.outbox, name="outbox")]
