"""The mail with the link by which a password is reset (PWD-10)."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from tenantry.mail.delivery import deliver_apart_after_commit
from tenantry.rules.password_policy import LINK_LIFETIME


def mail_reset_link_after_commit(email: str, first_name: str, token: str) -> None:
    """Send the link, apart from the request. It begins with `BASE_URL`, never with what a request calls its host."""
    body = _RESET.format(
        name=first_name or email,
        link=settings.BASE_URL + reverse("reset_password", kwargs={"token": token}),
        minutes=LINK_LIFETIME.seconds // 60,
    )
    deliver_apart_after_commit([EmailMessage("Reset your password", body, settings.DEFAULT_FROM_EMAIL, [email])])


def mail_no_reset_after_commit(email: str, first_name: str) -> None:
    """Tell somebody who asked for a link that an identity provider vouches for them, and no password (LOCK-6)."""
    body = _NO_RESET.format(name=first_name or email)
    deliver_apart_after_commit([EmailMessage("Sign in without a password", body, settings.DEFAULT_FROM_EMAIL, [email])])


_RESET = """Hello {name},

choose a new password here (within {minutes} minutes, once):

{link}

It ends your sessions, and unlocks you if you are locked. If you have not asked for it, do nothing: your password stays
as it is.
"""

_NO_RESET = """Hello {name},

somebody, perhaps you, has asked for a link to reset your password here. You need none: you sign in through the identity
provider of your organization, as before. If you have forgotten the password there, ask those who run it.

If you are locked here, an administrator of your account unlocks you.
"""
