"""What answers of every kind say to browsers: pages, errors, files, interfaces, redirects; and the cookies."""

import os
import subprocess
import sys
from typing import Any, Final

import pytest
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse, reverse_lazy

from tests.console.people import PASSWORD, signed_in
from tests.store.factories import ADMINISTRATOR, a_user, an_account

pytestmark = [pytest.mark.django_db]

EXPECTED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

KINDS: Final[dict[str, tuple[Any, int]]] = {
    "page": ("/sign-in/", 200),
    "redirect": ("/users/", 302),
    "not found": ("/nowhere/", 404),
    "zero character": ("/sign-in/?x=%00", 400),
    "file": ("/static/tenantry/app.js", 200),
    "interface": (reverse_lazy("runtime_deployments"), 401),
    "method not allowed": ("/sign-out/", 405),
}


def browser() -> Client:
    """Somebody who is not signed in."""
    return Client(headers={"host": "127.0.0.1"})


def get(url: str) -> HttpResponseBase:
    """What somebody who is not signed in is answered; files are closed."""
    answer = browser().get(url)
    answer.close()
    return answer


def check(answer: HttpResponseBase) -> None:
    """That an answer says all it has to."""
    assert {name: answer[name] for name in EXPECTED} == EXPECTED
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(answer["Permissions-Policy"].split(", "))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_carries_the_security_headers(kind: str) -> None:
    """Nothing inline, nothing from elsewhere, no frames, no guessed types, no devices; HTTPS alone where it is used."""
    url, status = KINDS[kind]
    answer = get(url)
    assert answer.status_code == status
    check(answer)
    assert "Strict-Transport-Security" not in answer
    with override_settings(HTTPS=True):
        assert get(url)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_host_that_is_not_ours_and_a_defect_carry_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what the framework answers by itself."""
    answer = Client(headers={"host": "evil.example"}).get("/sign-in/")
    assert answer.status_code == 400
    check(answer)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("tenantry.signin.console.SignInForm", broken)
    client = browser()
    client.raise_request_exception = False
    answer = client.get("/sign-in/")
    assert answer.status_code == 500
    check(answer)
    assert "no-store" in answer["Cache-Control"]


def test_no_page_is_kept_by_caches_and_files_are() -> None:
    """Whoever uses the browser next finds nothing; what is the same for all is kept."""
    account = an_account("Acme")
    inside = signed_in(a_user(account, ADMINISTRATOR).id, account)
    for client, url in ((browser(), "/sign-in/"), (inside, reverse("users")), (inside, reverse("audit_log"))):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    assert "no-store" not in get("/static/tenantry/app.js")["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites() -> None:
    """That of the session and that of forms: HttpOnly, and not sent with what other sites post."""
    account = an_account("Acme")
    a_user(account, ADMINISTRATOR, email="ada@acme.test", password=PASSWORD)
    client = browser()
    client.get("/sign-in/")
    client.post("/sign-in/", {"email": "ada@acme.test", "password": PASSWORD})
    assert {"tenantry_session", "tenantry_csrf"} <= client.cookies.keys()
    for name in ("tenantry_session", "tenantry_csrf"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


def test_by_https_cookies_are_secure_and_bound_to_the_host() -> None:
    """The prefix keeps other hosts of the same domain, and unencrypted connections, from setting them."""
    script = (
        "from tenantry.web import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.HTTPS)"
    )
    environment = {**os.environ, "TENANTRY_BASE_URL": "https://console.example", "TENANTRY_SECRET_KEY": "x"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__Host-tenantry_session", "__Host-tenantry_csrf", "True", "True", "True"]
