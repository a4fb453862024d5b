"""The example data: a partner that serves four customers, as the rule book tells it, and one role that it shares."""

import json

import pytest

from tenantry.command_line.serving import DEMO_FILE
from tenantry.decisions.engine import Engine
from tenantry.estate.invariants import findings
from tenantry.rules.password_choice import check_shape
from tenantry.rules.password_policy import BASELINE
from tenantry.rules.vocabulary import AccountId
from tenantry.users.models import User
from tenantry.users.own_passwords import shape_of_password
from tests.estate.loading import AT, Loader, exported

pytestmark = [pytest.mark.store, pytest.mark.django_db]


@pytest.fixture
def ids(loader: Loader) -> dict[str, AccountId]:
    """The demo loaded; its accounts by the letters of their names."""
    loader.text(DEMO_FILE.read_text())
    accounts = [line for line in map(json.loads, DEMO_FILE.read_text().splitlines()) if line["kind"] == "account"]
    return {name: AccountId(line["id"]) for line in accounts for name in line["name"].split() if name.isupper()} | {
        "partner": AccountId(accounts[0]["id"])
    }


def may(user: str, privilege: str, account: AccountId) -> bool:
    """Whether somebody of the demo may do something."""
    return Engine().decide(user=user, privilege=privilege, account=account, at=AT).allowed


def test_the_demo_is_in_order(ids: dict[str, AccountId]) -> None:
    """No check of the doctor finds anything, and it goes out and in as it is."""
    assert list(findings(AT)) == []
    assert set(ids) == {"ABC", "DEF", "GHI", "JKL", "partner"}
    assert exported().count("\n") == DEMO_FILE.read_text().count("\n")


def test_everybody_of_the_demo_can_sign_in() -> None:
    """Each person has a password and has signed in before."""
    people = [line for line in map(json.loads, DEMO_FILE.read_text().splitlines()) if line["kind"] == "user"]
    assert all(line["signed_in"] and len(line["password"]) >= 12 for line in people)
    assert len({line["password"] for line in people}) == len(people) == 17


@pytest.mark.usefixtures("ids")
def test_pwd_12_nobody_of_the_demo_has_to_change_the_password_first() -> None:
    """No password of the demo breaks the baseline, so that a first look is not interrupted."""
    people = [line for line in map(json.loads, DEMO_FILE.read_text().splitlines()) if line["kind"] == "user"]
    for line in people:
        person = User.objects.get(email=line["id"])
        assert check_shape(shape_of_password(person, line["password"]), BASELINE) == (), line["id"]


def test_scn_1_to_4_of_the_partner_example(ids: dict[str, AccountId]) -> None:
    """Who serves a group builds there, and everybody who serves supports everywhere; not at the partner's own."""
    for number, (own, other) in {1: ("ABC", "GHI"), 2: ("DEF", "JKL"), 3: ("GHI", "ABC"), 4: ("JKL", "DEF")}.items():
        user = f"servuser{number}@documentation.example"
        assert may(user, "BUILD", ids[own])
        assert may(user, "VIEW_DATA", ids[own])
        assert may(user, "EXECUTE", ids[other])
        assert not may(user, "BUILD", ids[other])
        assert not may(user, "EXECUTE", ids["partner"])


def test_somebody_of_a_customer_holds_a_shared_role_alone(ids: dict[str, AccountId]) -> None:
    """So that its withdrawal can be tried: it would lock the person out."""
    freya = "freya.holm@docdef.example"
    assert may(freya, "EXECUTE", ids["DEF"])
    assert User.objects.get(email=freya).default_account_id == ids["DEF"]
