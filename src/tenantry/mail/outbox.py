"""Reading the mail folder, newest first."""

import mailbox
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Final

from django.conf import settings

SHOWN: Final = 50
"""Mails shown at most; the folder keeps them all."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as people read it."""

    key: str
    to: str
    subject: str
    at: datetime
    body: str


def latest_mails() -> tuple[Mail, ...]:
    """The newest mails of the folder; none if there is no folder yet."""
    if not settings.MAIL_FOLDER.exists():
        return ()
    box = mailbox.Maildir(settings.MAIL_FOLDER, create=False)
    newest = sorted(box.keys(), key=_moment, reverse=True)[:SHOWN]
    return tuple(_mail(key, box.get_bytes(key)) for key in newest)


def _moment(key: str) -> tuple[float, str]:
    """Maildir names begin with the second, then `M` and the microsecond."""
    second, _, rest = key.partition(".")
    micro = rest.partition("M")[2].partition("P")[0]
    return (float(second) + (int(micro) / 1e6 if micro.isdigit() else 0), key)


def _mail(key: str, raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(
        key=key,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=datetime.fromtimestamp(_moment(key)[0], UTC),
        body=str(body.get_content()) if body else "",
    )
