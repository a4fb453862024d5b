"""The mail to a person whose second factors the operator has reset (MFA-8)."""

from django.conf import settings
from django.core.mail import EmailMessage

from tenantry.mail.delivery import deliver_apart_after_commit


def tell_of_factor_reset_after_commit(email: str, first_name: str) -> None:
    """Tell a person that a password alone signs in now."""
    body = _RESET.format(name=first_name or email, url=settings.BASE_URL)
    subject = "Your two-factor authentication was reset"
    deliver_apart_after_commit([EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [email])])


_RESET = """Hello {name},

the operator of the platform has reset your two-factor authentication: your authenticator app, your backup codes and
your passkeys do not work any more. Sign in with your password, and set up what you want to use from now on under
My User Settings > Authentication.

If nobody has asked for this on your behalf, change your password at once and tell an administrator of your account.

{url}
"""
