"""The catalogue of privileges and the host platform's objects."""

from typing import Any

import pytest

from tenantry.objects.models import HostObject
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.vocabulary import AccountId
from tests.store.factories import ADMINISTRATOR, PARTNER, a_role, a_user, an_account
from tests.store.own_api.callers import own, problem
from tests.store.platform_api.callers import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> AccountId:
    """An account with tokens and custom roles."""
    return an_account("Home", PARTNER)


def all_of(calls: Caller, path: str) -> list[Any]:
    """The whole list, part by part."""
    found: list[Any] = []
    page = calls.get(path)
    while True:
        found += page["items"]
        if page["next"] is None:
            return found
        page = calls.get(f"{path}&cursor={page['next']}")


def test_priv_1_and_priv_2_and_priv_5_the_catalogue_is_told_as_it_is(home: AccountId) -> None:
    """Everybody who may call may read it; what is inert here says so."""
    calls = own(home, a_user(home, a_role(home, "calls", "API")))
    told = all_of(calls, "privileges?limit=20")
    assert [one["name"] for one in told] == list(PLATFORM.definitions)
    known = {one["name"]: one for one in told}
    assert known["USER_MANAGEMENT"]["implies"] == ["USER_MANAGEMENT_LIMITED"]
    assert (known["CLOUD_MANAGEMENT"]["feature"], known["CLOUD_MANAGEMENT"]["active"]) == ("cloud_management", False)
    assert (known["API"]["feature"], known["API"]["active"], known["API"]["host"]) == (None, True, False)
    for wrong in ("cursor=WzEsMl0", "cursor=W2ZhbHNlLC0xXQ", "type=x"):
        assert problem(calls.send("GET", f"privileges?{wrong}"))[0] == 422


def test_acc_1_the_hosts_objects_of_the_account_are_listed(home: AccountId) -> None:
    """By type, a part at a time, for whoever administers the account; those of another account are not there."""
    other = an_account("Other", PARTNER)
    for account, tag in ((home, "mine"), (other, "theirs")):
        HostObject.rows.of(account).bulk_create(
            HostObject(account_id=account, type=kind, object_id=f"{tag}-{number}", environment="env" if number else "")
            for kind in ("order", "stock")
            for number in range(3)
        )
    calls = own(home, a_user(home, ADMINISTRATOR))
    told = all_of(calls, "objects?limit=2")
    assert [(one["type"], one["id"]) for one in told] == [
        (kind, f"mine-{number}") for kind in ("order", "stock") for number in range(3)
    ]
    assert [one["environment"] for one in told[:2]] == [None, "env"]
    assert [one["type"] for one in all_of(calls, "objects?type=stock")] == ["stock"] * 3
    plain = own(home, a_user(home, a_role(home, "calls", "API")))
    assert problem(plain.send("GET", "objects")) == (403, "not_held")
