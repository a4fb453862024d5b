"""Addresses of the pages about second factors."""

from django.urls import path

from tenantry.factors import console, security_console, set_up_console, sign_in_console

urlpatterns = [
    path("sign-in/code/", sign_in_console.second_factor, name="second_factor"),
    path("sign-in/passkey/", sign_in_console.passkey_sign_in, name="passkey_sign_in"),
    path("sign-in/passkey/question/", sign_in_console.passkey_question, name="passkey_question"),
    path("enter/two-factor/", set_up_console.two_factor_required, name="two_factor_required"),
    path("me/authentication/", console.authentication, name="authentication"),
    path("me/authentication/set-up/", set_up_console.two_factor_set_up, name="two_factor_set_up"),
    path("me/authentication/backup-codes/", console.backup_codes, name="backup_codes"),
    path("me/authentication/off/", console.two_factor_off, name="two_factor_off"),
    path("me/authentication/passkeys/add/", console.passkey_add, name="passkey_add"),
    path("me/authentication/passkeys/remove/", console.passkey_remove, name="passkey_remove"),
    path("account/security/two-factor/", security_console.enforcement, name="two_factor_enforcement"),
]
