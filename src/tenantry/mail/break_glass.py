"""The mail to an account's other administrators when the operator has restored one."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage

from tenantry.mail.delivery import deliver_apart_after_commit


def tell_of_break_glass_after_commit(administrators: Iterable[str], *, person: str, account: str, reason: str) -> None:
    """Tell these administrators whom the platform operator has restored, and why."""
    body = _BROKEN.format(person=person, account=account, reason=reason, url=settings.BASE_URL)
    subject = f"{person} was restored as an administrator"
    deliver_apart_after_commit(
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [administrator]) for administrator in administrators
    )


_BROKEN = """Hello,

the platform operator has restored {person} as an administrator of {account}: unlocked, without second factors, and
with a link to choose a new password. The reason that was given:

{reason}

The audit log of the account tells all of it. If you know nothing of it, ask the platform operator.

{url}
"""
