"""What attackers try at the doors: forged forms, fixed sessions, invented hosts, redirects, guessing, listening."""

import logging
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib.auth import hashers
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenantry.mail.delivery import settle
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.runtimes.bounds import Buckets
from tenantry.sessions.models import Session
from tenantry.signin import bounds
from tenantry.users.commands import add_user, set_lock
from tenantry.users.models import User
from tenantry.web.logs import WithoutLinks
from tests.console.people import PASSWORD, signed_in
from tests.console.test_routes import OF_PROGRAMS, OF_RUNTIMES
from tests.store.factories import ADMINISTRATOR, AT, STANDARD_USER, Somebody, a_user, an_account

pytestmark = [pytest.mark.django_db]

ADA: Final = "ada@acme.example"
WRONG: Final = "Wrong-Horse-7-battery"


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with full buckets."""
    for name in ("SIGN_INS", "RESETS", "MAILS"):
        old = getattr(bounds, name)
        new = Buckets(old.rate, old.burst)
        monkeypatch.setattr(bounds, name, new)
        for door in ("console", "reset_console"):
            monkeypatch.setattr(f"tenantry.signin.{door}.{name}", new, raising=False)


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


@pytest.fixture
def ada(account: AccountId) -> Somebody:
    """Its administrator."""
    return a_user(account, ADMINISTRATOR, email=ADA, password=PASSWORD)


def browser(**headers: str) -> Client:
    """Somebody who is not signed in."""
    return Client(headers={"host": "127.0.0.1", **headers})


def sign_in(client: Client, email: str = ADA, password: str = PASSWORD, **told: Any) -> Any:
    """Sign in by the page."""
    kept = {key: told.pop(key) for key in list(told) if key == "REMOTE_ADDR"}
    return client.post(reverse("sign_in"), {"email": email, "password": password, **told}, **kept)


def views() -> Iterator[URLPattern]:
    """All addresses."""

    def below(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns)
            else:
                yield pattern

    return below(get_resolver().url_patterns)


def test_what_takes_posts_without_a_forms_token_takes_no_cookies_either(ada: Somebody, account: AccountId) -> None:
    """What is exempt from the check asks for a secret that no browser sends by itself: that of a runtime or a program,
    or the signature of an identity provider, from whose page a browser comes.
    """
    exempt = {str(view.name) for view in views() if getattr(view.callback, "csrf_exempt", False)}
    assert exempt <= {*OF_RUNTIMES, *OF_PROGRAMS, "saml"}
    client = signed_in(ada.id, account)
    for path in ("runtime_executions", "runtime_updates", "cluster_call"):
        assert client.post(reverse(path), b"{}", content_type="application/json").status_code in {401, 405}
    for path in ("/api/rest/v1/{}/Role", "/partner/api/rest/v1/{}/Role", "/v1/accounts/{}/grants", "/v1/previews"):
        assert client.post(path.format(account), b"{}", content_type="application/json").status_code == 401
    unsigned = client.post(reverse("saml", args=[account]), {"SAMLResponse": "PFJlc3BvbnNlLz4="})
    assert unsigned.status_code >= 400
    assert client.get(reverse("user_information")).context["person"].pk == ada.id


def test_a_session_that_somebody_prepared_is_not_the_one_that_signs_in(ada: Somebody) -> None:
    """Neither one that is stored nor an invented one; the key after signing in is new, and the old one is nobody's."""
    attacker = browser()
    attacker.session.save()
    prepared = attacker.session
    prepared["note"] = "mine"
    prepared.save()
    victim = browser()
    for key in (str(prepared.session_key), "a" * 32):
        victim.cookies["tenantry_session"] = key
        assert sign_in(victim).status_code == 302
        new = victim.cookies["tenantry_session"].value
        assert new != key
        assert Session.objects.get(session_key=new).user_id == ada.id
        assert not Session.objects.filter(session_key=key, user_id=ada.id).exists()
        thief = browser()
        thief.cookies["tenantry_session"] = str(key)
        assert thief.get(reverse("users"))["Location"].startswith(reverse("sign_in"))


@override_settings(ALLOWED_HOSTS=["127.0.0.1", "other.example"], BASE_URL="https://console.example")
def test_links_in_mails_begin_with_the_base_url_whatever_the_request_says(
    ada: Somebody,
    account: AccountId,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Also under a host name that is allowed, and whatever a proxy is said to have seen."""
    client = browser(**{"host": "other.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"})
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("request_reset"), {"email": ADA}).status_code == 200
        told: dict[str, Any] = {
            "actor": OPERATOR,
            "at": AT,
            "account": account,
            "first_name": "New",
            "last_name": "One",
        }
        add_user(**told, email="new@acme.example", roles={STANDARD_USER})
    settle()
    links = [word for mail in mailoutbox for word in str(mail.body).split() if "://" in word]
    assert len(links) >= 3
    assert {link.split("/")[2] for link in links} == {"console.example"}


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "http://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "\t//evil.example/",
        "http://127.0.0.1@evil.example/",
        "http:///evil.example/",
    ],
)
def test_after_signing_in_nobody_is_sent_elsewhere(onward: str, ada: Somebody) -> None:
    """Only addresses of the console are followed."""
    assert sign_in(browser(), next=onward)["Location"] == reverse("home")
    assert sign_in(browser(), next="/users/?q=x")["Location"] == "/users/?q=x"


def cost(monkeypatch: pytest.MonkeyPatch, ask: Any) -> tuple[int, int, int, str]:
    """The status of an answer, its text without what was typed, and what it took: queries and hashes."""
    made = []
    hasher = hashers.get_hasher()
    for name in ("encode", "verify"):
        real = getattr(type(hasher), name)

        def counted(self: object, *told: Any, real: Any = real, **more: Any) -> Any:
            made.append(1)
            return real(self, *told, **more)

        monkeypatch.setattr(type(hasher), name, counted)
    with CaptureQueriesContext(connection) as queries:
        answer, email = ask()
    monkeypatch.undo()
    text = answer.content.decode().replace(email, "")
    start = text.find("csrfmiddlewaretoken")
    text = text if start < 0 else text[:start] + text[text.index(">", start) :]
    return answer.status_code, len(queries), len(made), text


def test_unknown_and_known_people_are_answered_alike_and_it_takes_as_much(
    ada: Somebody, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At signing in and at asking for a link: status, text, number of queries, number of hashes."""
    locked = a_user(account, STANDARD_USER, email="locked@acme.example", password=PASSWORD)
    set_lock(actor=OPERATOR, at=AT, user=locked.email, locked=True)
    without = a_user(account, STANDARD_USER, email="without@acme.example")
    User.objects.filter(pk=without.id).update(password="!none")
    emails = (ADA, locked.email, without.email, "nobody@acme.example", "nobody@acme.example")
    sign_in(browser(), "nobody@acme.example", WRONG)  # the row of strangers is there

    def tried(email: str) -> Any:
        return lambda: (sign_in(browser(), email, WRONG), email)

    def asked(email: str) -> Any:
        return lambda: (browser().post(reverse("request_reset"), {"email": email}), email)

    for ask in (tried, asked):
        costs = {cost(monkeypatch, ask(email)) for email in emails}
        assert len(costs) == 1, [one[:3] for one in costs]
    [(_, _, hashes, _)] = {cost(monkeypatch, tried(email)) for email in emails[:1]}
    assert hashes == 1


def test_many_people_are_not_tried_from_one_place(ada: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with the time to wait, before any hash is made; saying to come from elsewhere does not help, being does."""
    monkeypatch.setattr("tenantry.signin.console.SIGN_INS", Buckets(rate=0.001, burst=5))
    client = browser()
    for number in range(5):
        assert sign_in(client, f"p{number}@acme.example", WRONG).status_code == 422
    for header in ("x-forwarded-for", "x-real-ip", "forwarded"):
        answer = sign_in(browser(**{header: "10.1.2.3"}))
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
    assert sign_in(browser(), REMOTE_ADDR="10.9.9.9").status_code == 302


def test_lock_1_one_person_tried_from_many_places_is_locked(ada: Somebody) -> None:
    """The seventh place does not get in with the right password."""
    for number in range(6):
        assert sign_in(browser(), ADA, WRONG, REMOTE_ADDR=f"10.0.0.{number}").status_code == 422
    assert sign_in(browser(), REMOTE_ADDR="10.0.1.1").status_code == 422
    assert ada.row.locked


def test_no_password_reaches_a_log(
    ada: Somebody, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of what is refused nor of a defect in the middle, with its trace."""
    caplog.set_level(logging.DEBUG)
    sign_in(browser(), ADA, WRONG)
    sign_in(browser())

    def broken(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("tenantry.signin.console.prove_identity", broken)
    client = browser()
    client.raise_request_exception = False
    assert sign_in(client, ADA, WRONG).status_code == 500
    traces = [logging.Formatter().format(record) for record in caplog.records]
    assert any("RuntimeError" in trace for trace in traces)
    assert not [trace for trace in traces if WRONG in trace or PASSWORD in trace]


def test_no_link_reaches_a_log() -> None:
    """The secret part of links is taken out of every record."""
    record = logging.LogRecord("x", logging.ERROR, "", 0, "GET %s", ("/reset-password/s3cret-s3cret/",), None)
    assert WithoutLinks().filter(record)
    assert "s3cret" not in record.getMessage()


def test_passwords_are_masked_taken_as_typed_and_as_long_as_people_like(ada: Somebody) -> None:
    """With what password managers look for; blanks, other letters and a hundred characters count."""
    page = browser().get(reverse("sign_in")).content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    person = ada.row
    long = f"  {'long phrases are fine, ' * 5}Ünïcödé \U0001f40e "
    person.set_password(long)
    person.save()
    assert sign_in(browser(), password=long.strip()).status_code == 422
    assert sign_in(browser(), password=long.lower()).status_code == 422
    assert sign_in(browser(), password=long).status_code == 302


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(ada: Somebody, account: AccountId) -> None:
    """Nothing is left of it, and going back shows nothing, as no page was kept."""
    client = signed_in(ada.id, account)
    kept = client.cookies["tenantry_session"].value
    page = client.get(reverse("users"))
    assert "no-store" in page["Cache-Control"]
    assert reverse("sign_out") in page.content.decode()
    client.post(reverse("sign_out"))
    assert not Session.objects.filter(session_key=kept).exists()
    thief = browser()
    thief.cookies["tenantry_session"] = kept
    assert thief.get(reverse("users"))["Location"].startswith(reverse("sign_in"))
