"""Accounts whose people sign in by OpenID Connect, as rows; and the way of a browser through it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse

from tenantry.rules.vocabulary import AccountId
from tenantry.runtimes.bounds import Buckets
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.sso.openid_providers import KEYS, PROVIDERS
from tenantry.sso.sealing import seal
from tests.openid.liar import CLIENT_ID, SECRET
from tests.store.factories import STANDARD_USER, Somebody, a_user, an_account


@contextmanager
def this_machine_allowed() -> Iterator[None]:
    """Providers and directories of this machine may be asked, without TLS; nothing is known of any yet."""
    PROVIDERS.forget()
    KEYS.forget()
    patient = Buckets(rate=1000, burst=1000)  # all tests knock from one place
    with ExitStack() as changed:
        changed.enter_context(override_settings(SIGN_ON_NETWORKS=[ip_network("127.0.0.0/8")], SIGN_ON_WITHOUT_TLS=True))
        for door in ("oidc_door", "directory_door"):
            changed.enter_context(patch(f"tenantry.sso.{door}.SIGN_INS", patient))
        yield


def federate(account: AccountId, who: Somebody, federation_id: str) -> None:
    """Tell by what name the identity provider of the account knows somebody."""
    row = Federation(account_id=account, user_id=who.id, federation_id=federation_id, key=federation_id)
    Federation.rows.of(account).bulk_create([row])


def signs_in_by_openid(issuer: str, name: str = "Acme", **settings: Any) -> tuple[AccountId, Somebody]:
    """An account with this provider, and a user of it who is `FED-1` there."""
    account = an_account(name)
    told = {"issuer": issuer, "client_id": CLIENT_ID, "client_secret_sealed": seal(SECRET), **settings}
    row = SignOnSettings(account_id=account, enabled=True, protocol="oidc", **told)
    SignOnSettings.rows.of(account).bulk_create([row])
    who = a_user(account, STANDARD_USER)
    federate(account, who, "FED-1")
    return account, who


def a_browser() -> Client:
    """Nobody's, so far."""
    return Client(headers={"host": "127.0.0.1"})


@dataclass
class Start:
    """What the browser was sent to the provider with."""

    url: str
    asked: dict[str, str]

    @property
    def state(self) -> str:
        """Binds the answer to this browser."""
        return self.asked["state"]

    @property
    def nonce(self) -> str:
        """Binds the token to this answer."""
        return self.asked["nonce"]


def start(browser: Client, account: AccountId, onward: str = "") -> Start:
    """Begin to sign in."""
    answer = browser.get(reverse("openid_start", kwargs={"account": account}), {"next": onward} if onward else {})
    assert answer.status_code == 302, answer.content.decode()
    parts = urlsplit(answer["Location"])
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return Start(answer["Location"], asked)


def come_back(browser: Client, account: AccountId, **told: str) -> HttpResponseBase:
    """Return from the provider with this answer."""
    return browser.get(reverse("openid_callback", kwargs={"account": account}), told)


def is_in(browser: Client) -> bool:
    """Whether somebody is signed in here."""
    return browser.get(reverse("user_information")).status_code == 200
