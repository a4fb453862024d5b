"""The pages of tokens: one's own, shown once and never again."""

import logging
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
