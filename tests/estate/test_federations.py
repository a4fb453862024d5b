"""Lines of kind federation: in, out, and what is wrong with them (SSO-5, SSO-7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenantry.rules.vocabulary import AccountId
from tenantry.sso.queries import federation_id_of, person_of_federation
from tenantry.users.models import AccountUser, User
from tests.estate.loading import ACME, ANN, BOB, PARTNER, WORLD, Fields, counts, entries, exported, serves

if TYPE_CHECKING:
    from tests.estate.loading import Loader

pytestmark = [pytest.mark.django_db, pytest.mark.store]

FOLDING: Fields = {**ACME, "features": ["advanced_user_security", "case_insensitive_federation_id"]}
CY: Fields = {"kind": "user", "id": "cy@acme.test"}


def calls(user: Fields, federation_id: str, account: str = "acme", **more: str) -> Fields:
    """A federation line."""
    return {"kind": "federation", "account": account, "user": user["id"], "federation_id": federation_id, **more}


def test_sso_5_ids_are_loaded_once_and_come_out_byte_for_byte(loader: Loader) -> None:
    """Sorted by account and person; loading the same again changes nothing; an empty database gets the same."""
    world = (*WORLD, calls(BOB, "b-1"), calls({"id": "ANN@acme.test"}, "A 1"))
    assert counts(loader(*world))["federation"] == (2, 0, 0)
    assert counts(loader(*world))["federation"] == (0, 0, 2)
    told = exported()
    assert told.splitlines()[-2:] == [
        '{"kind":"federation","account":"acme","user":"ann@acme.test","federation_id":"A 1"}',
        '{"kind":"federation","account":"acme","user":"bob@acme.test","federation_id":"b-1"}',
    ]
    assert exported("acme") == told


def test_sso_5_the_export_of_one_account_tells_ids_of_whom_it_tells(loader: Loader) -> None:
    """Its users and the people of its groups; others are not in that file, which loads by itself."""
    world = (*PARTNER, serves({"id": "Serv@p.test"}, "Support"))
    loader(*world, calls({"id": "serv@p.test"}, "s", "p"), calls({"id": "uri@m.test"}, "u", "p"))
    assert '"user":"uri@m.test"' in exported()
    alone = exported("p")
    assert '"user":"uri@m.test"' not in alone
    assert '"user":"Serv@p.test","federation_id":"s"' in alone


def test_sso_5_changes_are_acts_of_the_account(loader: Loader) -> None:
    """As if each had been made by hand; two may change places; what no line names stays."""
    loader(*WORLD, CY, calls(ANN, "one"), calls(BOB, "two"), calls(CY, "three"))
    before = len(entries())
    loaded = loader(calls(ANN, "two"), calls(BOB, "one"))
    assert counts(loaded)["federation"] == (0, 2, 0)
    assert loaded.touched == {"acme"}
    assert sorted(entries()[before:]) == [
        ("acme", "user", "UPDATE", "NONE", "ann@acme.test"),
        ("acme", "user", "UPDATE", "NONE", "bob@acme.test"),
    ]
    ids = {user.email: federation_id_of("acme", user.pk) for user in User.objects.all()}
    assert ids == {"ann@acme.test": "two", "bob@acme.test": "one", "cy@acme.test": "three"}


def test_sso_7_an_id_makes_nobody_a_user(loader: Loader) -> None:
    """It is kept, and that is all."""
    loader(ACME, CY, calls(CY, "c"))
    assert federation_id_of("acme", User.objects.get().pk) == "c"
    assert not AccountUser.rows.of(AccountId("acme")).exists()


def test_sso_5_problems_are_named_by_line(loader: Loader) -> None:
    """Unknown people and accounts, two ids of one person, one id of two people: in the file or with what is stored."""
    assert loader.refused(*WORLD, calls(CY, "c")) == [(7, "user", "there is no user 'cy@acme.test'")]
    assert loader.refused(*WORLD, calls(ANN, "a", "nowhere")) == [(7, "account", "there is no account 'nowhere'")]
    [(line, field, what)] = loader.refused(*WORLD, calls(ANN, "a"), calls({"id": "Ann@acme.test"}, "b"))
    assert (line, field) == (8, "federation_id")
    assert "contradicts" in what
    taken = "'a' is the Federation ID of ann@acme.test in this account (SSO-5)"
    assert loader.refused(*WORLD, calls(ANN, "a"), calls(BOB, "a")) == [(8, "federation_id", taken)]
    loader(*WORLD, calls(ANN, "a"))
    assert loader.refused(calls(BOB, "a")) == [(1, "federation_id", taken)]
    assert loader.refused(calls(BOB, "b", colour="red"))[0][:2] == (1, "colour")


def test_sso_5_the_licence_to_compare_without_case_compares_anew(loader: Loader) -> None:
    """Ids of before are found by it at once, and it is refused where two would become one."""
    loader(*WORLD, calls(ANN, "One"), calls(BOB, "ONE"))
    [(line, field, what)] = loader.refused(FOLDING)
    assert (line, field) == (1, "features")
    assert "SSO-5" in what
    loader(FOLDING, calls(BOB, "Two"))
    found = person_of_federation("acme", "one")
    assert found is None  # single sign-on is not enabled
    assert loader.refused(calls(BOB, "one"))[0][1] == "federation_id"
    loader(ACME, calls(BOB, "one"))


def test_sso_5_a_plan_says_what_would_change(loader: Loader) -> None:
    """And changes nothing."""
    loader(*WORLD)
    assert counts(loader.plan(calls(ANN, "a")).loaded)["federation"] == (1, 0, 0)
    assert federation_id_of("acme", User.objects.get(email_key="ann@acme.test").pk) == ""
