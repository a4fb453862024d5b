"""Mail into a folder: what an installation without a mail server does, and what a demo shows as its Outbox."""

import mailbox
from collections.abc import Sequence

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class FolderBackend(BaseEmailBackend):
    """Delivers into the Maildir at `settings.MAIL_FOLDER`; safe with several processes writing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store each message; returns how many."""
        settings.MAIL_FOLDER.parent.mkdir(parents=True, exist_ok=True)
        box = mailbox.Maildir(settings.MAIL_FOLDER, create=True)
        for message in email_messages:
            box.add(message.message().as_bytes())
        return len(email_messages)
