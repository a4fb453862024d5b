"""Mail goes to a real SMTP server by setting, and what cannot be delivered takes nothing with it."""

import logging
import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tenantry.rules.vocabulary import OPERATOR, RoleId
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.people import AT, make_house

pytestmark = [pytest.mark.django_db, pytest.mark.store]


class Kept(Message):
    """Keeps the mails it is handed."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[tuple[str, str]] = []

    def handle_message(self, message: object) -> None:
        """Remember recipient and text."""
        self.mails.append((str(message["To"]), message.get_payload(decode=True).decode()))  # type: ignore[index,attr-defined]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def by_smtp(settings: Settings, port: int) -> None:
    """What `TENANTRY_SMTP_URL=smtp://127.0.0.1:port` sets."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_SSL = False


def add_somebody(capture: DjangoCaptureOnCommitCallbacks) -> None:
    """Add a new person, and let happen what happens after the commit."""
    house = make_house("Acme")
    with capture(execute=True):
        add_user(
            actor=OPERATOR,
            at=AT,
            account=house.account,
            email="cy@acme.example",
            first_name="Cy",
            last_name="Acme",
            roles={RoleId("STANDARD_USER")},
        )


def test_user_4_the_welcome_mail_arrives_with_link_and_temporary_password(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """A new person gets one mail by which to choose a password, delivered by SMTP."""
    kept = Kept()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        by_smtp(settings, server.port)
        add_somebody(django_capture_on_commit_callbacks)
    finally:
        server.stop()
    ((to, text),) = kept.mails
    assert to == "cy@acme.example"
    assert f"{settings.BASE_URL}/welcome/" in text
    assert "temporary password" in text


def test_a_mail_that_cannot_be_delivered_leaves_the_user_added_and_no_secret_in_the_log(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """With the mail server gone the user exists, and the log says whose mail it was, without its link."""
    by_smtp(settings, free_port())
    with caplog.at_level(logging.ERROR):
        add_somebody(django_capture_on_commit_callbacks)
    assert User.objects.filter(email_key="cy@acme.example").exists()
    assert "cy@acme.example" in caplog.text
    assert "/welcome/" not in caplog.text
