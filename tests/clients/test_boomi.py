"""The package `boomi`: an SDK with models, which gives the raw answer where one does not fit its model."""

import pytest
from boomi import Boomi
from boomi.models import (
    BulkId,
    Privilege,
    Privileges,
    Role,
    RoleBulkRequest,
    RoleQueryConfig,
    RoleQueryConfigQueryFilter,
    RoleSimpleExpression,
)
from boomi.net.transport.api_error import ApiError

from tests.clients.conftest import Key


@pytest.fixture
def sdk(key: Key) -> Boomi:
    """The SDK as its own documentation starts it, but for the address."""
    return Boomi(
        base_url=f"{key.url}/api/rest/v1/{{accountId}}",
        account_id=key.account,
        username=f"BOOMI_TOKEN.{key.user}",
        password=key.token,
        timeout=30_000,
    )


def test_roles(sdk: Boomi) -> None:
    """Made, read, found, changed and deleted, each answer as the SDK's own model."""
    wanted = Privileges(privilege=[Privilege(name="API"), Privilege(name="EXECUTE")])
    made = sdk.role.create_role(request_body=Role(name="By the SDK", description="d", privileges=wanted))
    assert isinstance(made, Role)
    assert [one.name for one in made.privileges.privilege] == ["API", "EXECUTE"]
    found = sdk.role.get_role(id_=made.id_)
    assert (found.name, found.description) == ("By the SDK", "d")
    renamed = sdk.role.update_role(id_=made.id_, request_body=Role(name="Renamed"))
    assert (renamed.name, len(renamed.privileges.privilege)) == ("Renamed", 2)
    expression = RoleSimpleExpression(operator="EQUALS", property="name", argument=["Renamed"])
    query = RoleQueryConfig(query_filter=RoleQueryConfigQueryFilter(expression=expression))
    page = sdk.role.query_role(request_body=query)
    assert [(type(one), one.id_) for one in page.result] == [(Role, made.id_)]
    assert sdk.role.query_role().number_of_results > 1
    bulk = RoleBulkRequest(type_="GET", request=[BulkId(id_=made.id_), BulkId(id_="nonesuch")])
    answers = sdk.role.bulk_role(request_body=bulk).response
    assert [(one.status_code, getattr(one, "error_message", "")) for one in answers] == [
        (200, ""),
        (400, "No such Role: nonesuch"),
    ]
    assert made.id_ in {one.id_ for one in sdk.get_assignable_roles.list_assignable_roles().role}
    sdk.role.delete_role(id_=made.id_)
    with pytest.raises(ApiError) as refused:
        sdk.role.get_role(id_=made.id_)
    assert refused.value.status == 403
    assert "not yours to see" in refused.value.response.body["message"]


def test_a_wrong_token_is_told_as_401(key: Key) -> None:
    """And the SDK raises what it raises for that."""
    sdk = Boomi(
        base_url=f"{key.url}/api/rest/v1/{{accountId}}",
        account_id=key.account,
        username="BOOMI_TOKEN.nobody@x.test",
        password="wrong",
        timeout=30_000,
    )
    with pytest.raises(ApiError) as refused:
        sdk.role.query_role()
    assert refused.value.status == 401
