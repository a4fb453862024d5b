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


_RESET = """Hello {name},

choose a new password here (within {minutes} minutes, once):

{link}

It ends your sessions, and unlocks you if you are locked. If you have not asked for it, do nothing: your password stays
as it is.
"""
