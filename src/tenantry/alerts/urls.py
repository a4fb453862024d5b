"""Addresses of the pages about alerts and account notifications."""

from django.urls import path

from tenantry.alerts import console, notice_console

urlpatterns = [
    path("me/alerts/", console.own_alerts, name="own_alerts"),
    path("me/alerts/add/", console.own_alert_add, name="own_alert_add"),
    path("me/alerts/accounts/", console.own_alert_account, name="own_alert_account"),
    path("me/alerts/edit/", console.own_alert_edit, name="own_alert_edit"),
    path("me/alerts/delete/", console.own_alert_delete, name="own_alert_delete"),
    path("notifications/", notice_console.notices, name="notices"),
    path("notifications/add/", notice_console.notice_add, name="notice_add"),
    path("notifications/end/", notice_console.notice_end, name="notice_end"),
    path("notifications/dismiss/", notice_console.notice_dismiss, name="notice_dismiss"),
]
