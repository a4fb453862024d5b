"""The page Account Libraries: what is uploaded, who may, and what the page says to the others (PRIV-10)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tenantry.account_libraries.models import AccountLibrary
from tenantry.content.store import storage
from tenantry.rules import libraries as law
from tenantry.rules.vocabulary import AccountId
from tests.console.people import signed_in
from tests.console.test_page_queries import counted
from tests.store.factories import ADMINISTRATOR, AT, PARTNER, a_role, a_user, an_account
from tests.store.jars import JAR, a_library

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> AccountId:
    """An account that can have custom roles."""
    return an_account("Acme", PARTNER)


@pytest.fixture
def client(account: AccountId) -> Client:
    """The browser of an administrator."""
    return signed_in(a_user(account, ADMINISTRATOR).id, account)


def send(client: Client, name: str = "tools.jar", data: bytes = JAR) -> Any:
    """Send the dialog "Upload Library"."""
    return client.post(reverse("account_library_upload"), {"library": SimpleUploadedFile(name, data)})


def page_of(client: Client, query: str = "") -> str:
    """What the page says."""
    return client.get(reverse("account_libraries") + query).content.decode()


def test_priv_10_a_library_is_uploaded_listed_downloaded_and_deleted(account: AccountId, client: Client) -> None:
    """It comes back byte for byte, as an attachment under its name."""
    assert "There is no library yet" in page_of(client)
    assert send(client, "Büro tools.jar").status_code == 303
    row = AccountLibrary.rows.of(account).get()
    page = page_of(client)
    assert "Büro tools.jar" in page
    assert "Delete" in page
    assert "No libraries found" in page_of(client, "?q=other")
    answer = client.get(reverse("account_library_file"), {"library": row.pk})
    assert b"".join(answer) == JAR
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/java-archive"
    address = f"{reverse('account_library_remove')}?library={row.pk}"
    assert "Büro tools.jar" in client.get(address).content.decode()
    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 404
    assert not AccountLibrary.rows.of(account).exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("tools.jar", b"no archive", "no zip or jar archive"),
        ("tools.exe", JAR, "end in .jar"),
        ("There.jar", JAR, "called “There.jar” already"),
        ("tools.jar", b"", "empty"),
    ],
    ids=["no archive", "name", "taken", "empty"],
)
def test_priv_10_what_is_refused_is_told_at_the_field(
    account: AccountId, client: Client, name: str, data: bytes, said: str
) -> None:
    """With 422, and nothing of it is kept."""
    a_library(account, "there.jar")
    before = len(list(storage().kept()))
    answer = send(client, name, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert len(list(storage().kept())) == before


def test_priv_10_a_file_that_is_too_large_is_dropped_while_it_comes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Library files have a limit of their own, less than that of other uploads."""
    monkeypatch.setattr("tenantry.web.uploads.LESS", {"library": 1000})
    answer = send(client, data=JAR + b"x" * 200_000)
    assert answer.status_code == 422
    assert "larger than can be taken" in answer.content.decode()


def test_priv_10_a_full_account_is_told_so_before_anything_is_sent(
    account: AccountId, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dialog has no field then."""
    monkeypatch.setattr(law, "FILES_LIMIT", 1)
    a_library(account)
    told = client.get(reverse("account_library_upload")).content.decode()
    assert "as many as it can have" in told
    assert 'type="file"' not in told
    assert send(client, "other.jar").status_code == 422


@pytest.mark.parametrize(("held", "lacks"), [("BUILD", "Developer"), ("DEVELOPER", "Build Read and Write Access")])
def test_priv_10_with_one_of_the_two_the_page_shows_and_says_what_is_missing(
    account: AccountId, held: str, lacks: str
) -> None:
    """Neither button is there, the addresses refuse, and downloading works."""
    library = a_library(account)
    client = signed_in(a_user(account, a_role(account, "Some", held)).id, account)
    page = page_of(client)
    assert "Account Libraries</a>" in page
    assert "tools.jar" in page
    assert f"<b>{lacks}</b>" in page
    for absent in (reverse("account_library_upload"), reverse("account_library_remove")):
        assert absent not in page
    assert send(client, "other.jar").status_code == 403
    for name in ("account_library_upload", "account_library_remove"):
        answer = client.get(reverse(name), {"library": library})
        assert answer.status_code == 403
        assert lacks in answer.content.decode()
    assert client.post(f"{reverse('account_library_remove')}?library={library}").status_code == 403
    assert AccountLibrary.rows.of(account).count() == 1
    assert client.get(reverse("account_library_file"), {"library": library}).status_code == 200


def test_priv_10_the_page_costs_the_same_whatever_there_is(account: AccountId, client: Client) -> None:
    """One library or a page and more of them, searched or not."""
    numbers: list[int] = []
    a_library(account, "tool.jar")
    for more in (0, 120):
        rows = [
            AccountLibrary(
                account_id=account, name=f"tool{n}.jar", name_key=f"tool{n}.jar", content=f"{n:032x}", size=n, at=AT
            )
            for n in range(more)
        ]
        AccountLibrary.rows.of(account).bulk_create(rows)
        for query in ("", "?q=tool"):
            with counted(numbers):
                assert "tool.jar" in page_of(client, query)
    assert len(set(numbers)) == 1, numbers
    assert 'rel="next"' in page_of(client)
