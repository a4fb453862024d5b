"""Addresses of signing in, out and over to another account."""

from django.urls import path

from tenantry.signin import console, entry_console, lock_console, password_console, reset_console

urlpatterns = [
    path("", console.home, name="home"),
    path("sign-in/", console.sign_in_page, name="sign_in"),
    path("sign-out/", console.sign_out, name="sign_out"),
    path("welcome/<str:person>/<str:token>/", console.choose_password, name="choose_password"),
    path("reset-password/", reset_console.request_link, name="request_reset"),
    path("reset-password/<str:token>/", reset_console.reset_password, name="reset_password"),
    path("enter/", console.enter_account, name="enter_account"),
    path("enter/password/", password_console.renew_password, name="renew_password"),
    path("enter/sessions/", entry_console.choose_session, name="choose_session"),
    path("enter/agreement/", entry_console.accept_agreement, name="accept_agreement"),
    path("enter/agreement/decline/", entry_console.decline_agreement, name="decline_agreement"),
    path("enter/cancel/", console.stay_out, name="stay_out"),
    path("session/", lock_console.session_state, name="session_state"),
    path("session/active/", lock_console.session_active, name="session_active"),
    path("session/unlock/", lock_console.unlock, name="unlock"),
    path("switch-account/", console.switch_account, name="switch_account"),
]
