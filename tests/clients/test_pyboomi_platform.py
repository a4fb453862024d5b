"""The package `pyboomi-platform`: an SDK that gives answers as plain dicts, and takes tokens alone."""

import pytest
from pyboomi_platform import BoomiAPIError, BoomiPlatformClient

from tests.clients.conftest import Key

pytestmark = pytest.mark.filterwarnings("ignore:Direct access to:DeprecationWarning")


@pytest.fixture
def sdk(key: Key) -> BoomiPlatformClient:
    """The SDK as its own documentation starts it, but for the address."""
    return BoomiPlatformClient(key.account, key.user, key.token, base_url=f"{key.url}/api/rest/v1")


def test_roles(sdk: BoomiPlatformClient) -> None:
    """Made, read, found, changed and deleted."""
    made = sdk.create_role("By the other SDK", ["EXECUTE", "API"])
    assert [one["name"] for one in made["Privileges"]["Privilege"]] == ["EXECUTE", "API"]
    assert sdk.get_role(made["id"]) == made
    assert sdk.modify_role(made["id"], description="told")["Description"] == "told"
    assert made["id"] in {one["id"] for one in sdk.query_role()["result"]}
    [answer] = sdk.get_role_bulk([made["id"]])["response"]
    assert answer["Result"]["name"] == "By the other SDK"
    assert sdk.delete_role(made["id"]) is True
    with pytest.raises(BoomiAPIError) as refused:
        sdk.get_role(made["id"])
    assert refused.value.status_code == 403
    assert "not yours to see" in str(refused.value)


def test_its_own_mistakes_are_told_as_such(sdk: BoomiPlatformClient) -> None:
    """It asks for an object of another name; the answer is an error that it understands, and not a failure."""
    with pytest.raises(BoomiAPIError) as refused:
        sdk.get_assignable_roles()
    assert refused.value.status_code == 404
