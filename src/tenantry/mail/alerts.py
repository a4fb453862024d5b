"""The mail with what happened in an account since the last collection, grouped by type (ALERT-2)."""

import logging
from collections.abc import Iterable
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Final, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage

from tenantry.rules.alerts import EventType
from tenantry.rules.vocabulary import Instant

log = logging.getLogger(__name__)

_PERMANENT: Final = 500
"""From this answer of a mail server on, trying again is of no use (RFC 5321)."""

SHOWN: Final = 100
"""Events of a type that a mail lists; of more it tells the number."""


class Told(NamedTuple):
    """An event as a mail lists it."""

    type: EventType
    level: str
    at: Instant
    text: str


def mail_alerts(email: str, first_name: str, account: str, events: Iterable[Told]) -> None:
    """Send one mail at once. That the mail server refuses the address or the mail for good is logged, and others go on;
    that it refuses for now, or does not answer, is the caller's to try again.
    """
    told = list(events)
    parts = [_part(kind, [one for one in told if one.type is kind]) for kind in EventType]
    body = _ALERTS.format(
        name=first_name or email,
        account=account,
        events="\n\n".join(part for part in parts if part),
        url=settings.BASE_URL,
    )
    subject = f"Alerts of {' '.join(account.split())}: {len(told)} event{'' if len(told) == 1 else 's'}"
    try:
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [email]).send()
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        if not _for_good(error):
            raise
        log.warning("alerts to %s could not be delivered: the mail server does not take them", email)


def _for_good(error: SMTPException) -> bool:
    """Whether a mail server has refused so that trying again is of no use: its answer begins with 5."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= _PERMANENT


def _part(kind: EventType, events: list[Told]) -> str:
    if not events:
        return ""
    lines = [f"- {one.at:%Y-%m-%d %H:%M} UTC  {one.level.upper()}  {one.text}" for one in events[:SHOWN]]
    if len(events) > SHOWN:
        lines.append(f"- and {len(events) - SHOWN} more")
    return "\n".join([kind.label, *lines])


_ALERTS = """Hello {name},

this has happened in {account}:

{events}

You have subscribed to these alerts, or an account group has done it for you. See My User Settings > Email Alerts:

{url}
"""
