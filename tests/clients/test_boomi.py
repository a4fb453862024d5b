"""The package `boomi`: an SDK with models, which gives the raw answer where one does not fit its model."""

from collections.abc import Callable

import pytest
from boomi import Boomi
from boomi.models import (
    AccountGroup,
    AccountGroupAccount,
    AccountUserRole,
    AuditLogQueryConfig,
    AuditLogQueryConfigQueryFilter,
    AuditLogSimpleExpression,
    BulkId,
    Environment,
    EnvironmentRole,
    Privilege,
    Privileges,
    Resource,
    Resources,
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


@pytest.fixture
def other(key: Key, token_for: Callable[[str, str], str]) -> Callable[[str, str], Boomi]:
    """The SDK of somebody else in another account."""

    def started(account: str, user: str) -> Boomi:
        return Boomi(
            base_url=f"{key.url}/api/rest/v1/{{accountId}}",
            account_id=account,
            username=f"BOOMI_TOKEN.{user}",
            password=token_for(account, user),
            timeout=30_000,
        )

    return started


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


def test_a_partner_shares_a_role_and_takes_it_back(sdk: Boomi, key: Key, other: Callable[[str, str], Boomi]) -> None:
    """Groups, their accounts, people and resources; in the customer's account it is there at once, and gone at once."""
    role = sdk.role.create_role(
        request_body=Role(name="Lent by the SDK", privileges=Privileges([Privilege("EXECUTE")]))
    )
    resource = Resource(resource_id=role.id_, resource_name="whatever", object_type="Role")
    group = sdk.account_group.create_account_group(
        request_body=AccountGroup(name="By the SDK", resources=Resources(resource=[resource]))
    )
    assert isinstance(group, AccountGroup)
    assert [one.resource_name for one in group.resources.resource] == ["Lent by the SDK"]
    member = sdk.account_group_account.create_account_group_account(
        request_body=AccountGroupAccount(account_group_id=group.id_, account_id="customer-PRG001")
    )
    assert isinstance(member, AccountGroupAccount)
    customer = other("customer-PRG001", "cleo@customer.example")
    offered = {one.id_: one for one in customer.get_assignable_roles.list_assignable_roles().role}
    assert offered[role.id_].account_id == key.account
    given = customer.account_user_role.create_account_user_role(
        request_body=AccountUserRole(
            user_id="new@customer.example", role_id=role.id_, first_name="New", last_name="Comer", notify_user=False
        )
    )
    assert isinstance(given, AccountUserRole)
    sdk.account_group.update_account_group(id_=group.id_, request_body=AccountGroup(resources=Resources(resource=[])))
    assert role.id_ not in {one.id_ for one in customer.get_assignable_roles.list_assignable_roles().role}
    assert sdk.account_group.get_account_group(id_=group.id_).resources.resource == []
    sdk.account_group_account.delete_account_group_account(id_=member.id_)
    names = {one.name for one in sdk.account.query_account().result}
    assert "Customer" in names
    assert sdk.account.get_account(id_=key.account).account_id == key.account


def test_environments_and_their_roles(sdk: Boomi) -> None:
    """Made, opened for a role, found and deleted."""
    made = sdk.environment.create_environment(request_body=Environment(name="By the SDK", classification="TEST"))
    assert isinstance(made, Environment)
    role = sdk.role.create_role(request_body=Role(name="Comes in", privileges=Privileges([Privilege("EXECUTE")])))
    opened = sdk.environment_role.create_environment_role(
        request_body=EnvironmentRole(environment_id=made.id_, role_id=role.id_)
    )
    assert sdk.environment_role.get_environment_role(id_=opened.id_).role_id == role.id_
    assert made.id_ in {one.id_ for one in sdk.environment.query_environment().result}
    sdk.environment_role.delete_environment_role(id_=opened.id_)
    sdk.environment.delete_environment(id_=made.id_)
    with pytest.raises(ApiError) as refused:
        sdk.environment.get_environment(id_=made.id_)
    assert refused.value.status == 403


def test_the_log_tells_of_calls(sdk: Boomi) -> None:
    """An entry is there at the next query, with its properties."""
    role = sdk.role.create_role(request_body=Role(name="In the log", privileges=Privileges([])))
    page = sdk.audit_log.query_audit_log(request_body=AuditLogQueryConfig(query_filter=None))
    assert page.number_of_results > 0
    expression = AuditLogSimpleExpression(operator="EQUALS", property="containerId", argument=["In the log"])
    query = AuditLogQueryConfig(query_filter=AuditLogQueryConfigQueryFilter(expression=expression))
    [entry] = sdk.audit_log.query_audit_log(request_body=query).result
    assert (entry.type_, entry.action, entry.source) == ("role", "ADD", "API")
    assert sdk.audit_log.get_audit_log(id_=entry.document_id).container_id == "In the log"
    sdk.role.delete_role(id_=role.id_)


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
