"""Deeds of a worker about single sign-on: several browsers bring what counts once."""

import threading
import time
from typing import Any


def provider(name: str) -> dict[str, Any]:
    """Make an account with single sign-on; with an answer of its identity provider that is signed."""
    from tests.sso.provider import assertion_of, encoded, pair, response, sign
    from tests.sso.world import make_world

    world = make_world(name)
    answer = encoded(sign(assertion_of(response(world.url)), pair("provider")))
    return {"account": world.account, "user": world.ann.id, "answer": answer}


def hand_in_at(moment: int, account: str, answer: str, threads: int) -> list[int]:
    """Hand an answer in from so many browsers at a moment agreed on: the statuses of the pages."""
    from django.db import connection

    from tenantry.rules.vocabulary import AccountId
    from tests.sso.world import browser, hand_in

    found: list[int] = []

    def run() -> None:
        client = browser()
        while time.monotonic_ns() < moment:
            pass
        found.append(hand_in(client, AccountId(account), answer).status_code)
        connection.close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return found


def key_at(moment: int) -> str:
    """Ask for the platform's key pair at a moment agreed on: its certificate."""
    from datetime import UTC, datetime

    from tenantry.sso.saml.keys import signing_key

    while time.monotonic_ns() < moment:
        pass
    return signing_key(at=datetime.now(UTC)).certificate


def sessions_of(user: int) -> int:
    """How many sessions somebody has."""
    from tenantry.sessions.models import Session

    return Session.objects.filter(user_id=user).count()


JOBS = (provider, hand_in_at, key_at, sessions_of)
