"""Handing mails to the mail server: at once, or apart from the request that causes them."""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from django.core.mail import EmailMessage
from django.db import transaction

log = logging.getLogger(__name__)

_APART: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def deliver(message: EmailMessage) -> None:
    """Deliver a mail; one that cannot be delivered is logged."""
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors; the account of what happened stays in the log
        log.error("mail to %s could not be delivered: %s", message.to[0], error)  # noqa: TRY400 - no secrets in traces


def deliver_apart_after_commit(messages: Iterable[EmailMessage]) -> None:
    """Deliver once the transaction is committed, without keeping whoever asked waiting.

    How long an answer takes then does not tell whether a mail was sent, and so whether an address is known. A process
    that ends delivers first what it has taken.
    """
    for message in messages:
        transaction.on_commit(partial(_APART.submit, deliver, message), robust=True)


def settle() -> None:
    """Wait until the mails that were handed over so far are delivered."""
    _APART.submit(int).result()
