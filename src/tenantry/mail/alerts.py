"""The mail with what happened in an account since the last collection, grouped by type (ALERT-2)."""

import logging
from collections.abc import Iterable
from smtplib import SMTPRecipientsRefused
from typing import Final, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage

from tenantry.rules.alerts import EventType
from tenantry.rules.vocabulary import Instant

log = logging.getLogger(__name__)

SHOWN: Final = 100
"""Events of a type that a mail lists; of more it tells the number."""


class Told(NamedTuple):
    """An event as a mail lists it."""

    type: EventType
    level: str
    at: Instant
    text: str


def mail_alerts(email: str, first_name: str, account: str, events: Iterable[Told]) -> None:
    """Send one mail at once. An address that the mail server does not take is logged; that the server does not answer
    is the caller's to try again.
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
    except SMTPRecipientsRefused:
        log.warning("alerts to %s could not be delivered: the mail server does not take the address", email)


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
