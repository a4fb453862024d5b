"""Addresses of one's sessions, and of the page Security."""

from django.urls import path

from tenantry.sessions import console, security_console

urlpatterns = [
    path("sessions/", console.own_sessions, name="own_sessions"),
    path("sessions/end/", console.own_session_end, name="own_session_end"),
    path("sessions/end-all/", console.own_sessions_end, name="own_sessions_end"),
    path("account/security/", security_console.security, name="security"),
    path("account/security/sessions/", security_console.security_sessions, name="security_sessions"),
    path("account/security/sign-out/", security_console.security_sign_out, name="security_sign_out"),
]
