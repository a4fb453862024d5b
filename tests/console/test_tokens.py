"""The pages of tokens: one's own, shown once and never again."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import switch_feature
from tenantry.audit.models import Entry
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.tokens.models import UserToken
from tenantry.tokens.values import digest_of
from tests.console.people import a_token, signed_in
from tests.store.factories import ADMINISTRATOR, AT, AUS, Somebody, a_role, a_user, an_account

pytestmark = pytest.mark.django_db

TOKENS = AUS | {Feature.API_TOKENS}


@pytest.fixture
def account() -> AccountId:
    """An account with the token feature."""
    return an_account("Acme", TOKENS)


@pytest.fixture
def ada(account: AccountId) -> Somebody:
    """Its administrator."""
    return a_user(account, ADMINISTRATOR, email="ada@acme.example")


@pytest.fixture
def client(account: AccountId, ada: Somebody) -> Client:
    """The browser of the administrator."""
    return signed_in(ada.id, account)


def page_of(client: Client, name: str = "own_tokens", query: str = "") -> str:
    """What a page says."""
    answer = client.get(reverse(name) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def about(name: str, token: int) -> str:
    """The address of a page about a token."""
    return f"{reverse(name)}?token={token}"


def test_tok_1_and_tok_4_the_value_is_in_the_answer_that_makes_it_and_nowhere_else(
    account: AccountId, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in what the page says later, nor in the session, the log of the server or the audit log."""
    caplog.set_level(logging.DEBUG)
    assert "You have no token for this account" in page_of(client)
    answer = client.post(reverse("own_token_add"), {"name": "ci"})
    assert answer.status_code == 200
    value = answer.context["value"]
    assert f'value="{value}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    stored = UserToken.rows.of(account).get(name="ci")
    assert stored.digest == digest_of(value)
    page = page_of(client)
    assert f"{value[:6]}******" in page
    later = [page, page_of(client, "own_token_add"), page_of(client, "audit_log")]
    query = f"?token={stored.pk}"
    later += [page_of(client, name, query) for name in ("own_token_rename", "own_token_revoke")]
    told = [*later, caplog.text, str(dict(client.session)), str(list(Entry.rows.of(account).values()))]
    assert not [text for text in told if value in text or value[6:] in text]


def test_tok_5_rename_disable_enable_revoke(account: AccountId, ada: Somebody, client: Client) -> None:
    """Enabling is offered only where it is disabled; a revoked token is gone from the page."""
    token = a_token(account, ada.id, "ci")
    assert client.post(about("own_token_rename", token), {"name": "deploy"}).status_code == 303
    page = page_of(client)
    assert ">deploy</th>" in page
    assert about("own_token_enable", token) not in page
    assert client.post(about("own_token_disable", token)).status_code == 303
    page = page_of(client)
    assert "Disabled" in page
    assert about("own_token_disable", token) not in page
    assert client.post(about("own_token_enable", token)).status_code == 303
    assert "Enabled" in page_of(client)
    assert "cannot be undone" in client.get(about("own_token_revoke", token)).content.decode()
    assert client.post(about("own_token_revoke", token)).status_code == 303
    assert "You have no token for this account" in page_of(client)
    assert client.post(about("own_token_disable", token)).status_code == 409


@pytest.mark.parametrize("sent", [{}, {"name": " "}, {"name": "x" * 101}, {"name": "there"}], ids=str)
@pytest.mark.parametrize("name", ["own_token_add", "own_token_rename"])
def test_tok_3_what_is_wrong_with_a_name_is_told_at_the_field(
    account: AccountId, ada: Somebody, client: Client, name: str, sent: dict[str, str]
) -> None:
    """With 422, and nothing is made or changed."""
    a_token(account, ada.id, "there")
    token = a_token(account, ada.id, "ci")
    answer = client.post(about(name, token), sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]
    assert "aria-invalid" in answer.content.decode()
    assert sorted(UserToken.rows.of(account).values_list("name", flat=True)) == ["ci", "there"]


def test_tok_2_five_over_all_accounts_are_told_and_a_sixth_is_refused(
    account: AccountId, ada: Somebody, client: Client
) -> None:
    """The button is gone, the dialog has no field, and sending one all the same changes nothing."""
    other = an_account("Other", TOKENS)
    tokens = [a_token(account if n < 3 else other, ada.id, f"token {n}") for n in range(5)]
    UserToken.rows.of(account).filter(pk=tokens[0]).update(status="disabled")
    page = page_of(client)
    assert "5 of 5 tokens over all accounts." in page
    assert "2 of them are for Other" in page
    assert reverse("own_token_add") not in page
    assert "token 4" not in page
    told = page_of(client, "own_token_add")
    assert "at most 5 tokens" in told
    assert 'name="name"' not in told
    assert client.post(reverse("own_token_add"), {"name": "sixth"}).status_code == 422
    assert not UserToken.rows.of(account).filter(name="sixth").exists()


def test_tok_3_tokens_of_others_are_not_there(account: AccountId, client: Client) -> None:
    """Not even for an administrator: those are on another page."""
    bo = a_user(account, a_role(account, "Calls", "API"))
    token = a_token(account, bo.id, "theirs")
    assert "theirs" not in page_of(client)
    for name in ("own_token_rename", "own_token_revoke"):
        assert client.get(about(name, token)).status_code == 404
    for name in ("own_token_rename", "own_token_disable", "own_token_enable", "own_token_revoke"):
        assert client.post(about(name, token), {"name": "mine"}).status_code == 404
    assert UserToken.rows.of(account).filter(name="theirs", status="enabled").exists()


def test_tok_1_without_the_feature_or_the_privilege_the_page_is_not_in_the_menu(
    account: AccountId, ada: Somebody
) -> None:
    """And refuses whoever asks for it all the same."""
    bo = signed_in(a_user(account, a_role(account, "Nothing")).id, account)
    ada_here: Any = signed_in(ada.id, account)
    assert reverse("own_tokens") in page_of(ada_here, "user_information")
    assert reverse("own_tokens") not in page_of(bo, "user_information")
    assert bo.get(reverse("own_tokens")).status_code == 403
    switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.API_TOKENS, on=False)
    assert reverse("own_tokens") not in page_of(ada_here, "user_information")
    answer = ada_here.get(reverse("own_tokens"))
    assert answer.status_code == 409
    assert "TOK-1" in answer.content.decode()


# ---- Token Management ----------------------------------------------------------------------------------------------


def found(client: Client, query: str = "") -> list[str]:
    """The names of the tokens that Token Management lists, in order."""
    answer = client.get(reverse("tokens") + query)
    assert answer.status_code == 200
    return [token["name"] for token in answer.context["tokens"]]


@pytest.fixture
def several(account: AccountId, ada: Somebody) -> datetime:
    """Tokens of two people, made at different times before now."""
    bo = a_user(account, a_role(account, "Calls", "API"), email="Bo@acme.example")
    now = datetime.now(UTC)
    old = now - timedelta(days=30)
    a_token(account, bo.id, "Nightly", "aaa111", old)
    a_token(account, bo.id, "weekly", "bbb222", now - timedelta(days=3))
    a_token(account, ada.id, "daily", "ccc333", now - timedelta(hours=5))
    gone = a_token(account, ada.id, "gone", "ddd444", now - timedelta(minutes=20))
    off = a_token(account, ada.id, "off", "eee555", now - timedelta(minutes=10))
    for token, status in ((gone, "revoked"), (off, "disabled")):
        UserToken.rows.of(account).filter(pk=token).update(status=status)
    a_token(an_account("Other"), ada.id, "elsewhere", "fff666", now)
    return old


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["off", "daily", "weekly", "Nightly"]),
        ("?q=nightly", ["Nightly"]),
        ("?q=bo%40ACME", ["weekly", "Nightly"]),
        ("?q=CCC333", ["daily"]),
        ("?q=ccc33", ["daily"]),
        ("?q=cc333", []),
        ("?q=elsewhere", []),
        (f"?q={'x' * 3000}", []),
        ("?status=enabled", ["daily", "weekly", "Nightly"]),
        ("?status=disabled", ["off"]),
        ("?status=revoked", ["gone"]),
        ("?date=hour", ["off"]),
        ("?date=day", ["off", "daily"]),
        ("?date=week", ["off", "daily", "weekly"]),
        ("?date=week&q=bo%40", ["weekly"]),
        ("?date=range&date_from={day}&date_to={day}", ["Nightly"]),
        ("?date=range&date_to={day}", ["Nightly"]),
        ("?date=range&date_from=9999-12-31&date_to=9999-12-31", []),
        ("?date=range&date_from=nonsense", ["off", "daily", "weekly", "Nightly"]),
        ("?date=never&status=odd", ["off", "daily", "weekly", "Nightly"]),
        ("?date_from={day}&date_to={day}", ["off", "daily", "weekly", "Nightly"]),
    ],
)
def test_tok_8_tokens_are_found_by_name_user_or_first_characters_date_and_status(
    several: datetime, client: Client, query: str, names: list[str]
) -> None:
    """Newest first; revoked ones only where they are asked for, and those of other accounts never."""
    assert found(client, query.format(day=several.date())) == names


def test_tok_8_an_administrator_disables_enables_and_revokes_on_behalf_of_anybody(
    account: AccountId, client: Client
) -> None:
    """The list says whose it is; what is revoked has no button any more."""
    token = a_token(account, a_user(account, a_role(account, "Calls", "API"), email="bo@acme.example").id, "theirs")
    page = page_of(client, "tokens")
    assert "bo@acme.example" in page
    assert about("token_enable", token) not in page
    assert client.post(about("token_disable", token)).status_code == 303
    assert about("token_enable", token) in page_of(client, "tokens")
    assert client.post(about("token_enable", token)).status_code == 303
    assert "bo@acme.example" in client.get(about("token_revoke", token)).content.decode()
    assert client.post(about("token_revoke", token)).status_code == 303
    assert found(client) == []
    page = page_of(client, "tokens", "?status=revoked")
    assert "theirs" in page
    assert about("token_revoke", token) not in page
    assert [row.user for row in Entry.rows.of(account).filter(type="user.token")] == ["ada@acme.example"] * 3


@pytest.mark.parametrize("held", ["ACCOUNT_ADMIN", "API"])
def test_tok_8_it_takes_account_administration_and_api_access(account: AccountId, ada: Somebody, held: str) -> None:
    """With one of the two the page is not in the menu and refuses, and so does every act."""
    token = a_token(account, ada.id, "ci")
    one = signed_in(a_user(account, a_role(account, "One", held)).id, account)
    assert f'href="{reverse("tokens")}"' not in page_of(one, "user_information")
    assert one.get(reverse("tokens")).status_code == 403
    for name in ("token_disable", "token_enable", "token_revoke"):
        assert one.post(about(name, token)).status_code == 403
    both = signed_in(a_user(account, a_role(account, "Both", "ACCOUNT_ADMIN", "API")).id, account)
    assert f'href="{reverse("tokens")}"' in page_of(both, "user_information")
    assert found(both) == ["ci"]


def test_tok_8_pages_show_each_token_once(account: AccountId, ada: Somebody, client: Client) -> None:
    """Newest first, page after page."""
    for n in range(120):
        a_token(account, ada.id, f"token {n}")
    seen: list[str] = []
    query = ""
    while True:
        answer = client.get(reverse("tokens") + query)
        seen += [token["name"] for token in answer.context["tokens"]]
        if not (mark := answer.context["page"]["next"]):
            break
        query = f"?after={mark}"
    assert seen == [f"token {n}" for n in reversed(range(120))]
    assert "120 tokens" in page_of(client, "tokens")
