"""Previews of what the operator does to an account: seen, confirmed, changed in between."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tenantry.accounts.commands import delete_account
from tenantry.accounts.queries import existing_account
from tenantry.audit.models import Entry
from tenantry.platform_api import bounds
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tenantry.runtimes.bounds import Buckets
from tenantry.tokens.operator_tokens import issue_operator_token
from tests.store.factories import ADMINISTRATOR, AT, PARTNER, SUPPORT, a_user, an_account
from tests.store.own_api.callers import body, own, problem

pytestmark = pytest.mark.django_db


class Program:
    """A program of the operator's."""

    def __init__(self, name: str) -> None:
        self.secret = issue_operator_token(actor=OPERATOR, at=AT, name=name)

    def send(self, method: str, path: str, sent: object = None) -> HttpResponse:
        """Send a call."""
        data = b"" if sent is None else json.dumps(sent).encode()
        headers = {"authorization": f"Bearer {self.secret}"}
        answer: HttpResponse = Client().generic(method, f"/v1/{path}", data, "application/json", headers=headers)  # type: ignore[assignment]
        return answer

    def look(self, account: AccountId) -> Any:
        """A preview of suspending an account."""
        answer = self.send("POST", "previews", {"change": {"kind": "account_suspended", "account": account}})
        assert answer.status_code == 201, answer.content
        told = body(answer)
        assert answer.headers["Location"] == f"/v1/previews/{told['id']}"
        assert body(self.send("GET", f"previews/{told['id']}")) == told
        return told

    def confirm(self, seen: Any) -> HttpResponse:
        """Make the change as it was seen."""
        return self.send("POST", f"previews/{seen['id']}/confirmation", {"digest": seen["digest"]})


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """One that may call as often as it likes."""
    monkeypatch.setattr(bounds, "FAILURES", Buckets(rate=1, burst=60))
    monkeypatch.setattr(bounds, "calls", lambda: None)
    return Program("billing")


def test_acc_4_an_account_is_suspended_as_it_was_seen(program: Program) -> None:
    """Everybody in it is locked out; the log says which program; confirmed again nothing more happens."""
    home = an_account("Home", PARTNER)
    people = {a_user(home, role).email for role in (ADMINISTRATOR, SUPPORT)}
    seen = program.look(home)
    assert (seen["change"], seen["totals"]["locked_out"]) == ({"kind": "account_suspended", "account": home}, 2)
    effects = body(program.send("GET", f"{seen['effects'].removeprefix('/v1/')}?limit=1"))
    assert (effects["items"][0]["account"], effects["next"] is not None) == (home, True)
    assert effects["items"][0]["user"] in people
    assert effects["items"][0]["locked_out"]
    assert body(program.send("GET", seen["losses"].removeprefix("/v1/")))["items"] == []
    assert existing_account(home).status is not Status.SUSPENDED
    assert body(program.confirm(seen)) == {"preview": seen["id"], "change": seen["change"]}
    assert existing_account(home).status is Status.SUSPENDED
    entry = Entry.rows.of(home).order_by("-id")[0]
    assert (entry.user, entry.source, entry.reason) == ("operator", "API", "By billing")
    assert program.confirm(seen).status_code == 200
    assert Entry.rows.of(home).order_by("-id")[0].pk == entry.pk


def test_ui_5_what_has_become_another_is_refused_with_the_difference(program: Program) -> None:
    """Somebody has come in between; and another sum is no confirmation."""
    home = an_account("Home", PARTNER)
    a_user(home, ADMINISTRATOR)
    seen = program.look(home)
    assert problem(program.confirm({**seen, "digest": "0"})) == (404, "preview_not_found")
    late = a_user(home, SUPPORT)
    answer = program.confirm(seen)
    assert problem(answer) == (409, "impact_changed")
    assert late.email in json.dumps(body(answer))
    assert existing_account(home).status is not Status.SUSPENDED


def test_previews_of_the_operator_are_the_operators(program: Program) -> None:
    """Any of its programs may confirm; nobody in the account sees them, and the operator sees none of theirs."""
    home = an_account("Home", PARTNER)
    ann = a_user(home, ADMINISTRATOR)
    seen = program.look(home)
    theirs = own(home, ann)
    assert problem(theirs.send("GET", f"previews/{seen['id'].partition('.')[2]}")) == (404, "preview_not_found")
    mine = theirs.post("previews", {"change": {"kind": "support_access_role_changed", "role": None}})
    for id in (f"{seen['id'].partition('.')[0]}.{mine['id']}", "x", "x.y", ".", "AA.y", "é.é"):
        assert problem(program.send("GET", f"previews/{id}")) == (404, "preview_not_found")
    assert Program("other").confirm(seen).status_code == 200


def test_acc_14_accounts_that_are_gone_are_refused(program: Program) -> None:
    """As are changes that the operator's programs cannot look at."""
    home = an_account("Home", PARTNER)
    delete_account(actor=OPERATOR, at=AT, account=home)

    def looked(**change: object) -> tuple[int, str]:
        return problem(program.send("POST", "previews", {"change": change}))

    assert looked(kind="account_suspended", account=home) == (409, "account_deleted")
    assert looked(kind="account_suspended", account="nowhere") == (404, "unknown_account")
    assert looked(kind="account_suspended", account="") == (422, "body_invalid")
    assert looked(kind="group_deleted", group="x") == (422, "body_invalid")
