"""The whole way with a provider that nobody here wrote, over real HTTP."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.urls import reverse

from tests.openid.accounts import a_browser, come_back, is_in, signs_in_by_openid, start
from tests.openid.mock import a_provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_here")]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of oidc-provider-mock."""
    with a_provider(tmp_path_factory.mktemp("provider")) as url:
        yield url


def consent(url: str, sub: str) -> dict[str, str]:
    """What the provider sends the browser back with, after somebody has signed in there."""
    answer = requests.post(url, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def test_signing_in_and_not_twice_with_one_code(provider: str) -> None:
    """The person is in; the same answer in another browser, and somebody unknown, are not."""
    account, _ = signs_in_by_openid(provider)
    browser = a_browser()
    begun = start(browser, account, reverse("preferences"))
    told = consent(begun.url, "FED-1")
    other = a_browser()
    assert come_back(other, account, **told).status_code == 403
    assert come_back(browser, account, **told).status_code == 302
    assert is_in(browser)
    again = start(other, account)
    assert come_back(other, account, state=again.state, code=told["code"]).status_code == 403
    stranger = consent(start(other, account).url, "FED-2")
    assert come_back(other, account, **stranger).status_code == 403
    assert not is_in(other)


def test_whoever_says_no_there_is_not_in_here(provider: str) -> None:
    """The provider's error is an answer to the question."""
    account, _ = signs_in_by_openid(provider)
    browser = a_browser()
    begun = start(browser, account)
    answer = requests.post(begun.url, data={"action": "deny"}, allow_redirects=False, timeout=10)
    told = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert told["error"] == "access_denied"
    assert come_back(browser, account, **{"state": begun.state, **told}).status_code == 403
    assert not is_in(browser)
