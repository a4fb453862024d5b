"""Passkeys, with an authenticator made of software: kept, signed in with, refused in every way they can be wrong."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tenantry.factors import commands as factors
from tenantry.factors.models import Passkey
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.users.commands import set_lock
from tenantry.users.models import User
from tests.console.authenticators import ORIGIN, PRESENT, Authenticator, text
from tests.console.factors import EMAIL, account, ada, bind, client, is_in, knock
from tests.console.people import AT, known, signed_in

__all__ = ["account", "ada", "client"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named")]


@pytest.fixture
def named(settings: Settings) -> None:
    """An installation that is reached under a name."""
    settings.BASE_URL = ORIGIN


def keep(inside: Client, device: Authenticator, name: str = "Phone") -> int:
    """Add a passkey on the page; the status."""
    options = inside.get(reverse("passkey_add")).context["options"]
    return inside.post(reverse("passkey_add"), {"name": name, "passkey": device.make(options)}).status_code


def asked(client: Client) -> str:
    """What the browser is asked for."""
    answer = client.post(reverse("passkey_question"))
    assert answer.status_code == 200
    return answer.content.decode()


def offer(client: Client, said: str, onward: str = "") -> tuple[int, str]:
    """Sign in with this: the status, and where it leads or what it says."""
    answer = client.post(reverse("passkey_sign_in"), {"passkey": said, "next": onward})
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def test_a_passkey_signs_in_without_password_and_code(client: Client, ada: int, account: AccountId) -> None:
    """Also somebody with two-factor authentication, and into an account that enforces it (MFA-9)."""
    device = Authenticator(count=1)
    assert keep(signed_in(ada, account), device) == 303
    factors.set_enforcement(actor=OPERATOR, at=AT, account=account, enforced=True)
    assert "Sign in with a passkey" in client.get(reverse("sign_in")).content.decode()
    options = asked(client)
    assert json.loads(options)["allowCredentials"] == []
    assert json.loads(options)["userVerification"] == "required"
    assert offer(client, device.answer(options), "/me/preferences/") == (302, "/me/preferences/")
    assert is_in(client)
    assert client.session["proven_by"] == "passkey"
    row = Passkey.objects.get()
    assert (row.sign_count, row.used_at is not None) == (2, True)
    assert "Phone" in client.get(reverse("authentication")).content.decode()


def test_mfa_3_a_passkey_instead_of_a_code(client: Client, ada: int, account: AccountId) -> None:
    """Of the person whose password was right; somebody else's does not do, and counts (LOCK-1)."""
    mine, theirs = Authenticator(), Authenticator()
    keep(signed_in(ada, account), mine)
    assert keep(signed_in(known(account, "gil@acme.example"), account), theirs) == 303
    bind()
    knock(client)
    options = asked(client)
    assert [one["id"] for one in json.loads(options)["allowCredentials"]] == [text(mine.credential)]
    wrong = client.post(reverse("second_factor"), {"passkey": theirs.answer(options)})
    assert wrong.status_code == 422
    assert "This passkey cannot be used here." in wrong.content.decode()
    assert User.objects.get(pk=ada).failed_attempts == 1
    late = asked(client)
    session = client.session
    was = datetime.now(UTC) - timedelta(minutes=5)
    session["passkey_challenge"] = {**session["passkey_challenge"], "at": was.isoformat()}
    session.save()
    assert client.post(reverse("second_factor"), {"passkey": mine.answer(late)}).status_code == 422
    assert User.objects.get(pk=ada).failed_attempts == 1, "who was slow has guessed nothing"
    assert client.post(reverse("second_factor"), {"passkey": mine.answer(asked(client))}).status_code == 302
    assert is_in(client)
    assert User.objects.get(pk=ada).failed_attempts == 0


WRONG: dict[str, Callable[[Authenticator, str], str]] = {
    "of another site": lambda device, asked: _with(device, origin="https://evil.example").answer(asked),
    "of nobody": lambda _, asked: Authenticator().answer(asked),
    "without verification": lambda device, asked: _with(device, flags=PRESENT).answer(asked),
    "about another question": lambda device, _: device.answer(json.dumps({"challenge": text(b"x" * 64)})),
    "of a copy": lambda device, asked: _with(device, count=0).answer(asked),
    "with another signature": lambda device, asked: device.answer(asked, signature=text(b"x" * 70)),
    "in a page of another site": lambda device, asked: _with(device, framed=True).answer(asked),
    "without an owner": lambda device, asked: device.answer(asked, userHandle=""),
    "with another owner": lambda device, asked: device.answer(asked, userHandle=text(b"somebody")),
    "no answer": lambda _, __: "{}",
    "no JSON": lambda _, __: "[",
    "nothing": lambda _, __: "",
    "nonsense": lambda _, __: json.dumps({"id": 1, "rawId": [], "response": "x", "type": "public-key"}),
}


def _with(device: Authenticator, **otherwise: Any) -> Authenticator:
    return Authenticator(**{**vars(device), **otherwise})


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_answer_is_refused_like_any_other(how: str, client: Client, ada: int, account: AccountId) -> None:
    """Nothing tells what was wrong, and nobody is in."""
    device = Authenticator(count=4)
    keep(signed_in(ada, account), device)
    status, said = offer(client, WRONG[how](device, asked(client)))
    assert status == 422
    assert "This passkey cannot be used here." in said
    assert not is_in(client)


def test_a_question_is_answered_once_in_its_session_within_five_minutes(
    client: Client, ada: int, account: AccountId
) -> None:
    """Not again, not elsewhere, not later."""
    device = Authenticator()
    keep(signed_in(ada, account), device)
    said = device.answer(asked(client))
    elsewhere = Client(headers={"host": "127.0.0.1"})
    asked(elsewhere)
    assert offer(elsewhere, said)[0] == 422
    late = asked(client)
    session = client.session
    was = datetime.now(UTC) - timedelta(minutes=5)
    session["passkey_challenge"] = {**session["passkey_challenge"], "at": was.isoformat()}
    session.save()
    assert offer(client, device.answer(late))[0] == 422
    again = asked(client)
    offer(client, "{}")
    assert offer(client, device.answer(again))[0] == 422
    said = device.answer(asked(client))
    assert offer(client, said)[0] == 302
    client.post(reverse("sign_out"))
    assert offer(client, said)[0] == 422


def test_a_question_that_another_request_brings_back_is_still_answered_once(
    client: Client, ada: int, account: AccountId
) -> None:
    """One that had read the session before the answer, and writes it after: the answer counts no second time."""
    device = Authenticator()
    keep(signed_in(ada, account), device)
    said = device.answer(asked(client))
    question = client.session["passkey_challenge"]
    assert offer(client, said)[0] == 302
    client.post(reverse("sign_out"))
    asked(client)
    session = client.session
    session["passkey_challenge"] = question
    session.save()
    assert offer(client, said)[0] == 422
    assert not is_in(client)


def test_a_question_counts_for_what_it_was_asked_about_alone(client: Client, ada: int, account: AccountId) -> None:
    """What somebody signed in was asked signs in nobody, and what makes a passkey shows nobody to be there."""
    device = Authenticator()
    inside = signed_in(ada, account, datetime.now(UTC) - timedelta(minutes=10))
    keep(signed_in(ada, account), device)
    assert offer(inside, device.answer(asked(inside)))[0] == 422
    page = reverse("two_factor_enforcement")
    again = {"again": "GET", "again_passkey": ""}
    making = signed_in(ada, account)
    options = making.get(reverse("passkey_add")).context["options"]
    session = making.session
    session["proven_at"] = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    session.save()
    assert making.post(page, again | {"again_passkey": device.answer(options)}).status_code == 422
    assert making.post(page, again | {"again_passkey": device.answer(asked(making))}).status_code == 303


def test_lock_7_a_locked_person_is_not_told_apart(client: Client, ada: int, account: AccountId) -> None:
    """From a passkey that nobody has."""
    device = Authenticator()
    keep(signed_in(ada, account), device)
    set_lock(actor=OPERATOR, at=AT, user=EMAIL, locked=True)
    status, said = offer(client, device.answer(asked(client)))
    stranger = offer(client, Authenticator().answer(asked(client)))[1]
    assert status == 422
    start, end = said.index("notice bad"), said.index("</div>", said.index("notice bad"))
    assert said[start:end] in stranger


def test_passkeys_are_kept_named_and_removed(ada: int, account: AccountId) -> None:
    """With a name of their own; the browser is not asked for a second one of the same device; a removed one is none."""
    inside = signed_in(ada, account)
    device = Authenticator()
    assert keep(inside, device) == 303
    options = inside.get(reverse("passkey_add")).context["options"]
    assert [one["id"] for one in json.loads(options)["excludeCredentials"]] == [text(device.credential)]
    assert json.loads(options)["user"]["id"] == device.handle
    assert keep(inside, Authenticator(), "phone") == 422
    assert keep(inside, Authenticator(origin="https://evil.example"), "Key") == 422
    assert keep(inside, Authenticator(flags=PRESENT), "Key") == 422
    assert keep(inside, Authenticator(framed=True), "Key") == 422
    assert keep(inside, Authenticator(credential=bytes(1024)), "Key") == 422, "longer than any is"
    assert keep(inside, device, "Key") == 422
    assert inside.post(reverse("passkey_add"), {"name": "Key"}).status_code == 422
    [row] = Passkey.objects.all()
    remove = f"{reverse('passkey_remove')}?passkey={row.pk}"
    assert "Phone" in inside.get(remove).content.decode()
    assert inside.post(remove).status_code == 303
    assert not Passkey.objects.exists()
    for nobodys in (remove, reverse("passkey_remove") + "?passkey=" + "9" * 5000, reverse("passkey_remove")):
        assert inside.post(nobodys).status_code == 404


@pytest.mark.parametrize("address", ["HTTP://LocalHost:8080/", "http://localhost:80", "https://localhost:443"])
def test_an_address_is_the_origin_that_browsers_make_of_it(
    address: str, ada: int, account: AccountId, settings: Settings
) -> None:
    """However it is written in the settings: in small letters, without the port that goes without saying."""
    settings.BASE_URL = address
    origins = {"http://localhost:80": "http://localhost", "https://localhost:443": "https://localhost"}
    assert keep(signed_in(ada, account), Authenticator(origin=origins.get(address, ORIGIN))) == 303


def test_an_address_made_of_numbers_has_no_passkeys(
    client: Client, ada: int, account: AccountId, settings: Settings
) -> None:
    """Browsers would refuse; the pages say so, and offer none."""
    settings.BASE_URL = "http://127.0.0.1:8080"
    assert "Sign in with a passkey" not in client.get(reverse("sign_in")).content.decode()
    page = signed_in(ada, account).get(reverse("authentication")).content.decode()
    assert "Add Passkey" not in page
    assert "names only" in page
