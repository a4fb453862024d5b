"""The route table: every address with what it needs, asked by everybody who must and must not get in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.rules.vocabulary import AccountId, EnvironmentId, FolderId, GroupId, RoleId, RuntimeId
from tests.console import heavens
from tests.console.packs import NO_PACKS
from tests.console.people import House, make_house, signed_in
from tests.console.reports import NOWHERE
from tests.store.modellers import NO_HUB
from tests.store.partners import around_all_tests
from tests.store.workshops import NO_WORKSHOP

pytestmark = pytest.mark.django_db  # on both engines they are asked in test_isolation


@dataclass(frozen=True)
class Route:
    """One address: the privilege it needs (none: being signed in is enough; "open": not even that), and the answers.

    `thing` names what the address is about, which must be the account's own. `out` is the answer to people who are
    signed out.
    """

    name: str
    needs: str
    thing: str = ""
    get: int = 200
    post: int = 405
    data: dict[str, str] = field(default_factory=dict)
    out: int = 302


MANAGE = "USER_MANAGEMENT"
GROUPS = "ACCOUNT_GROUP_MANAGEMENT"
READ = "BUILD_READ_ONLY"
RUNTIMES = "ATOM_MANAGEMENT"
ENVIRONMENTS = "ENV_MANAGEMENT"
SCHEDULES = "SCHEDULE_MAINTENANCE"
CLOUDS = "CLOUD_MANAGEMENT"
PACKS = "INTEGRATION_PACK"
DEVELOPER = "DEVELOPER"
MODELS = "MDM_VIEW_MODELS"
EDIT_MODELS = "MDM_EDIT_MODELS"
REPOSITORIES = "MDM_VIEW_REPOSITORIES"

ROUTES = (
    Route("home", "", get=302),
    Route("sign_in", "open", get=200, post=422),
    Route("sign_out", "open", get=405, post=302),
    Route("choose_password", "open", thing="link", get=410, post=410),
    Route("request_reset", "open", get=200, post=422),
    Route("reset_password", "open", thing="reset link", get=410, post=410),
    Route("enter_account", "open", get=302),
    Route("stay_out", "open", get=405, post=302),
    Route("renew_password", "open", get=302, post=302),
    Route("sso", "open", get=200, post=422),
    Route("choose_session", "open", get=302, post=302),
    Route("accept_agreement", "open", get=302, post=302),
    Route("decline_agreement", "open", get=405, post=302),
    Route("session_state", "open"),
    Route("session_active", "open", get=405, post=204),
    Route("unlock", "open", get=405, post=302),
    Route("switch_account", "", post=403, data={"account": "nowhere"}),
    Route("own_alerts", ""),
    Route("own_alert_add", "", post=422),
    Route("own_alert_account", ""),
    Route("own_alert_edit", "", thing="alert", post=422),
    Route("own_alert_delete", "", thing="alert", post=303),
    Route("notices", "ACCOUNT_ADMIN"),
    Route("notice_add", "ACCOUNT_ADMIN", post=422),
    Route("notice_end", "ACCOUNT_ADMIN", thing="notice", post=303),
    Route("notice_dismiss", "", thing="notice", get=405, post=302),
    Route("user_information", "", post=200),
    Route("second_factor", "open", get=302, post=302),
    Route("passkey_question", "open", get=405, post=200),
    Route("passkey_sign_in", "open", get=405, post=422),
    Route("two_factor_required", "open", get=302, post=302),
    Route("authentication", ""),
    Route("two_factor_set_up", "", post=422),
    Route("backup_codes", "", get=303, post=409),
    Route("two_factor_off", "", get=303, post=422),
    Route("passkey_add", "", post=422),
    Route("passkey_remove", "", get=404, post=404),
    Route("two_factor_enforcement", "ACCOUNT_ADMIN", post=303),
    Route("own_sessions", ""),
    Route("own_session_end", "", get=405, post=303),
    Route("own_sessions_end", "", get=405, post=303),
    Route("preferences", "", post=422),
    Route("own_tokens", "API"),
    Route("own_token_add", "API", post=422),
    Route("own_token_rename", "API", thing="token", post=422),
    Route("own_token_disable", "API", thing="token", get=405, post=303),
    Route("own_token_enable", "API", thing="token", get=405, post=303),
    Route("own_token_revoke", "API", thing="token", post=303),
    Route("openid_start", "open", thing="way to sign in", get=403),
    Route("directory_sign_in", "open", thing="way to sign in", get=403, post=403),
    Route("openid_callback", "open", thing="way to sign in", get=403),
    Route("users", MANAGE),
    Route("user_add", MANAGE, post=422),
    Route("user_edit", MANAGE, thing="user", post=422),
    Route("user_remove", MANAGE, thing="user", post=303),
    Route("user_unlock", "ACCOUNT_ADMIN", thing="user", get=409, post=409),
    Route("user_invite", MANAGE, thing="user", get=405, post=303),
    Route("user_role_remove", MANAGE, thing="user and role", get=405, post=303),
    Route("roles", MANAGE),
    Route("role_add", MANAGE, post=422),
    Route("role_edit", MANAGE, thing="role", post=422),
    Route("role_remove", MANAGE, thing="role", post=303),
    Route("account_information", "ACCOUNT_ADMIN", post=422),
    Route("features", "ACCOUNT_ADMIN", post=303),
    Route("password_policy", "ACCOUNT_ADMIN", post=422),
    Route("sso_openid", "ACCOUNT_ADMIN", post=422),
    Route("sso_openid_test", "ACCOUNT_ADMIN", get=405, post=200),
    Route("sso_directory", "ACCOUNT_ADMIN", post=422),
    Route("sso_directory_test", "ACCOUNT_ADMIN", get=405, post=200),
    Route("sso_options", "ACCOUNT_ADMIN", post=422),
    Route("security", "ACCOUNT_ADMIN"),
    Route("security_sessions", "ACCOUNT_ADMIN", get=405, post=303),
    Route("security_sign_out", "ACCOUNT_ADMIN", post=302),
    Route("usage_agreement", "ACCOUNT_ADMIN", post=303),
    Route("tokens", "ACCOUNT_ADMIN"),
    Route("token_disable", "ACCOUNT_ADMIN", thing="token", get=405, post=303),
    Route("token_enable", "ACCOUNT_ADMIN", thing="token", get=405, post=303),
    Route("token_revoke", "ACCOUNT_ADMIN", thing="token", post=303),
    Route("trusted_addresses", "ACCOUNT_ADMIN"),
    Route("trusted_switch", "ACCOUNT_ADMIN", get=405, post=303),
    Route("trusted_add", "ACCOUNT_ADMIN", post=422),
    Route("trusted_edit", "ACCOUNT_ADMIN", thing="trusted address", post=422),
    Route("trusted_delete", "ACCOUNT_ADMIN", thing="trusted address", post=303),
    Route("origins", "ACCOUNT_ADMIN"),
    Route("origin_add", "ACCOUNT_ADMIN", post=422),
    Route("origin_edit", "ACCOUNT_ADMIN", thing="origin", post=422),
    Route("origin_delete", "ACCOUNT_ADMIN", thing="origin", post=303),
    Route("audit_log", "VIEW_AUDIT_LOGS"),
    Route("outbox", "", get=404),
    Route("changes", "", out=200),
    Route("groups", GROUPS, thing="group"),
    Route("group_choose", GROUPS),
    Route("group_add", GROUPS, post=422),
    Route("group_edit", GROUPS, thing="group", post=422),
    Route("group_remove", GROUPS, thing="group", post=409),
    Route("group_accounts_add", GROUPS, thing="group", post=422),
    Route("group_accounts_remove", GROUPS, thing="account in group", post=409),
    Route("account_groups", GROUPS, thing="managed account"),
    Route("account_users", GROUPS, thing="managed account"),
    Route("group_user_add", GROUPS, thing="group", post=422),
    Route("group_user_edit", GROUPS, thing="user in group", post=422),
    Route("group_user_remove", GROUPS, thing="user in group", post=409),
    Route("user_groups", GROUPS, thing="user in group"),
    Route("group_resources", GROUPS, thing="group"),
    Route("share_add", GROUPS, thing="kind in group", post=422),
    Route("share_remove", GROUPS, thing="role in group", post=409),
    Route("support_requests", "", get=403, post=403),
    Route("support_set_up", "ACCOUNT_ADMIN", post=422),
    Route("support_extend", "ACCOUNT_ADMIN", thing="grant", post=422),
    Route("support_expire", "ACCOUNT_ADMIN", thing="grant", post=303),
    Route("support_deny", "ACCOUNT_ADMIN", thing="grant", get=409, post=409),
    Route("preview", GROUPS, thing="preview"),
    Route("why", ""),
    Route("runtime_management", RUNTIMES),
    Route("environment", RUNTIMES, thing="environment", post=422),
    Route("environment_add", ENVIRONMENTS, post=422),
    Route("environment_remove", ENVIRONMENTS, thing="environment", post=303),
    Route("environment_attach", ENVIRONMENTS, thing="environment", get=405, post=303),
    Route("environment_detach", ENVIRONMENTS, thing="environment", post=303),
    Route("leaks", ENVIRONMENTS),
    Route("runtimes_unattached", RUNTIMES),
    Route("runtime_install", RUNTIMES, post=200),
    Route("runtime_rename", RUNTIMES, thing="runtime", post=422),
    Route("runtime_attach", RUNTIMES, thing="runtime", post=422),
    Route("runtime_detach", RUNTIMES, thing="runtime", post=303),
    Route("runtime_remove", RUNTIMES, thing="runtime", post=303),
    Route("attachment_add", RUNTIMES, post=422),
    Route("attachment_browse", RUNTIMES, thing="attachment"),
    Route("clouds", CLOUDS),
    Route("cloud_add", CLOUDS, post=422),
    Route("cloud", CLOUDS, thing="cloud", post=422),
    Route("cloud_remove", CLOUDS, thing="cloud", post=422),
    Route("cluster_install", CLOUDS, thing="cloud", post=200),
    Route("cluster_remove", CLOUDS, thing="cluster", post=303),
    Route("cloud_quotas", CLOUDS, thing="cloud"),
    Route("quota_add", CLOUDS, thing="cloud", post=422),
    Route("quota_edit", CLOUDS, thing="quota in cloud", post=422),
    Route("quota_remove", CLOUDS, thing="quota in cloud", post=303),
    Route("build", READ, thing="folder"),
    Route("build_level", READ, thing="folder"),
    Route("build_deleted", READ),
    Route("build_restore", "BUILD", thing="folder", get=405, post=404),
    Route("folder_add", "BUILD", thing="folder", post=422),
    Route("folder_rename", "BUILD", thing="folder", post=422),
    Route("folder_copy", READ, thing="folder", post=422),
    Route("folder_move", "BUILD", thing="folder", post=422),
    Route("folder_delete", "BUILD", thing="folder", post=303),
    Route("folder_permissions", READ, thing="folder", post=200),
    Route("component_add", "BUILD", thing="folder", post=422),
    Route("component_save", "BUILD", thing="component", get=405, post=422),
    Route("component_copy", READ, thing="component", post=422),
    Route("component_move", "BUILD", thing="component", post=422),
    Route("component_delete", "BUILD", thing="component", post=303),
    Route("component_usage", READ, thing="component"),
    Route("component_revision_restore", "BUILD", thing="component", get=405, post=303),
    Route("publisher", "ACCOUNT_ADMIN", post=422),
    Route("publisher_enable", "ACCOUNT_ADMIN", post=303),
    Route("developer", DEVELOPER, thing="connector group"),
    Route("connector_group_add", DEVELOPER, post=422),
    Route("connector_group_edit", DEVELOPER, thing="connector group", post=422),
    Route("connector_group_remove", DEVELOPER, thing="spare connector group", post=303),
    Route("connector_version_add", DEVELOPER, thing="connector group", post=422),
    Route("connector_version", DEVELOPER, thing="connector version"),
    Route("connector_file", DEVELOPER, thing="connector version"),
    Route("connector_add", DEVELOPER, thing="connector group", post=422),
    Route("connector_edit", DEVELOPER, thing="connector", post=422),
    Route("connector_remove", DEVELOPER, thing="fresh connector", post=303),
    Route("connector_release", DEVELOPER, thing="connector", post=422),
    Route("connector_release_cancel", DEVELOPER, thing="planned connector", post=303),
    Route("connector_visibility", DEVELOPER, thing="connector", post=422),
    Route("connector_submit", DEVELOPER, thing="connector", post=422),
    Route("connector_review_cancel", DEVELOPER, thing="asked connector", post=303),
    Route("connector_reviews", "", get=403),
    Route("connector_review", "", get=403, post=403),
    Route("connector_review_file", "", get=403),
    Route("connectors", READ),
    Route("account_libraries", "BUILD"),
    Route("account_library_upload", "BUILD", post=422),
    Route("account_library_file", "BUILD", thing="library file"),
    Route("account_library_remove", "BUILD", thing="library file", post=303),
    Route("packages", "PACKAGE_MANAGEMENT"),
    Route("package_add", "BUILD", post=422),
    Route("package", "PACKAGE_MANAGEMENT", thing="package"),
    Route("package_deploy", "DEPLOY", thing="package", post=422),
    Route("package_remove", "PACKAGE_MANAGEMENT", thing="package", post=422),
    Route("deployments", "DEPLOY", thing="reporting environment"),
    Route("deployment_add", "PACKAGE_MANAGEMENT", post=422),
    Route("deployment_end", "DEPLOY", thing="deployment", post=303),
    Route("schedule_edit", SCHEDULES, thing="scheduled process", post=422),
    Route("schedule_pause", SCHEDULES, thing="scheduled process", get=405, post=303),
    Route("schedule_resume", SCHEDULES, thing="scheduled process", get=405, post=303),
    Route("schedule_remove", SCHEDULES, thing="scheduled process", post=303),
    Route("packs", PACKS),
    Route("pack_add", PACKS, post=422),
    Route("pack", PACKS, thing="pack"),
    Route("pack_edit", PACKS, thing="pack", post=422),
    Route("pack_remove", PACKS, thing="pack", post=303),
    Route("pack_release", PACKS, thing="pack", post=422),
    Route("pack_release_day", PACKS, thing="pack", post=422),
    Route("pack_component_add", PACKS, thing="pack", post=422),
    Route("pack_component_version", PACKS, thing="component in pack", post=303),
    Route("pack_component_remove", PACKS, thing="component in pack", get=405, post=303),
    Route("pack_component_undelete", PACKS, thing="component in pack", get=405, post=303),
    Route("installed_packs", "DEPLOY"),
    Route("browse_packs", "DEPLOY"),
    Route("browse_pack", "DEPLOY", thing="pack"),
    Route("pack_install", "DEPLOY", thing="other pack", post=303),
    Route("installed_pack", "DEPLOY", thing="instance"),
    Route("pack_attach", "DEPLOY", thing="instance", get=405, post=303),
    Route("pack_detach", "DEPLOY", thing="instance", get=405, post=303),
    Route("pack_update", RUNTIMES, thing="instance", post=303),
    Route("pack_uninstall", "DEPLOY", thing="instance", post=303),
    Route("library", READ),
    Route("library_process", READ, thing="process", get=404),  # a primary shares nothing with itself
    Route("library_install", "BUILD", thing="process", get=404, post=404),
    Route("library_installed", READ, thing="component"),
    Route("library_manage", "PROCESS_LIBRARY", thing="process"),
    Route("library_publish", "PROCESS_LIBRARY", thing="process", post=422),
    Route("library_republish", "PROCESS_LIBRARY", thing="process", post=303),
    Route("dashboard", "DASHBOARD"),
    Route("reporting", "VIEW_RESULT", thing="reporting environment"),
    Route("execution", "VIEW_RESULT", thing="execution"),
    Route("document", "VIEW_RESULT", thing="document"),
    Route("document_download", "VIEW_RESULT", thing="document"),
    Route("document_test", "VIEW_RESULT", thing="document", get=405, post=303),
    Route("document_rerun", "VIEW_RESULT", thing="document", get=405, post=303),
    Route("models", MODELS),
    Route("model_add", EDIT_MODELS, post=422),
    Route("model_copy", EDIT_MODELS, post=422),
    Route("model", MODELS, thing="model"),
    Route("model_rename", EDIT_MODELS, thing="model", post=422),
    Route("model_remove", EDIT_MODELS, thing="model", post=303),
    Route("model_version", MODELS, thing="published model"),
    Route("model_publish", EDIT_MODELS, thing="model", post=422),
    Route("model_field", EDIT_MODELS, thing="model", post=422),
    Route("model_step", EDIT_MODELS, thing="model", post=422),
    Route("model_move", EDIT_MODELS, thing="part of a model", get=405, post=422),
    Route("model_part_remove", EDIT_MODELS, thing="part of a model", post=422),
    Route("model_deploy", "MDM_MODEL_DEPLOYMENT", thing="published model", post=422),
    Route("model_undeploy", "MDM_MODEL_REMOVAL", thing="published model", post=303),
    Route("repositories", REPOSITORIES),
    Route("repository", REPOSITORIES, thing="repository"),
    Route("repository_add", "MDM_REPOSITORY_MANAGEMENT", post=422),
    Route("repository_rename", "MDM_REPOSITORY_MANAGEMENT", thing="repository", post=422),
    Route("repository_remove", "MDM_REPOSITORY_MANAGEMENT", thing="repository", post=303),
)


def address(route: Route, house: House) -> str:
    """The route's address, with the things of this house in it."""
    parts: dict[str, dict[str, str | int]] = {
        "user": {"user": house.bystander},
        "user and role": {"user": house.bystander, "role": house.role},
        "role": {"role": house.role},
        "link": {"person": "MQ", "token": "no-token"},
        "reset link": {"token": "no-token"},
        "way to sign in": {"account": house.account},
        "user in group": {"user": house.guest},
        "kind in group": {"kind": "role"},
        "role in group": {"kind": "role"},
        "grant": {"grant": house.grant},
        "preview": {"preview": house.preview},
        "package": {"package": house.reports.package},
        "deployment": {"deployment": house.reports.deployment},
        "execution": {"execution": house.reports.execution},
        "document": {"document": house.reports.document},
        "part of a model": {"part": "fields"},
    }
    asked = {**about_the_account(house), **about_connectors(house), **about_packs(house), **in_data_hub(house)}
    query = asked.get(route.thing, {"group": house.group} if "group" in route.thing else {})
    query = query or heavens.named(route.thing, house.heaven)
    return reverse(route.name, kwargs=parts.get(route.thing)) + ("?" + urlencode(query) if query else "")


def about_the_account(house: House) -> dict[str, dict[str, str]]:
    """What addresses about groups, places and what is in them are asked with."""
    return {
        "account in group": {"group": house.group, "account": house.member},
        "managed account": {"account": house.member},
        "role in group": {"group": house.group, "resource": house.role},
        "environment": {"environment": house.environment},
        "runtime": {"runtime": house.runtime},
        "folder": {"folder": house.folder},
        "library file": {"library": str(house.jar)},
        "token": {"token": str(house.token)},
        "origin": {"rule": str(house.origin)},
        "alert": {"alert": str(house.alert)},
        "notice": {"notice": str(house.notice)},
        "trusted address": {"entry": str(house.trusted)},
        "component": {"component": house.reports.process, "revision": "1"},
        "process": {"process": house.reports.process, "number": "1"},
        "reporting environment": {"environment": house.reports.environment},
        "scheduled process": {"environment": house.reports.environment, "component": house.reports.process},
    }


def about_connectors(house: House) -> dict[str, dict[str, str]]:
    """The same about connectors."""
    here = house.workshop
    return {
        "connector group": {"group": str(here.group)},
        "spare connector group": {"group": str(here.spare)},
        "connector version": {"group": str(here.group), "version": "1", "file": "archive"},
        "connector": {"connector": here.released},
        "fresh connector": {"connector": here.fresh},
        "planned connector": {"connector": here.planned},
        "asked connector": {"connector": here.asked},
    }


def about_packs(house: House) -> dict[str, dict[str, str]]:
    """The same about integration packs."""
    here = house.packs
    return {
        "pack": {"pack": here.pack},
        "other pack": {"pack": here.other},
        "component in pack": {"pack": here.pack, "component": here.process},
        "instance": {"instance": here.instance},
    }


def in_data_hub(house: House) -> dict[str, dict[str, str]]:
    """The same about models and repositories."""
    hub = house.hub
    return {
        "model": {"model": hub.ready, "kind": "rule"},
        "part of a model": {"model": hub.ready, "name": "Name"},
        "published model": {"model": hub.deployed, "version": "1", "repository": hub.repository},
        "repository": {"repository": hub.empty},
    }


def names(patterns: list[URLPattern | URLResolver]) -> list[str]:
    """The names of all addresses below."""
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += names(pattern.url_patterns)
        else:
            found.append(str(pattern.name))
    return found


OF_RUNTIMES = (
    "runtime_install_call",
    "runtime_deployments",
    "runtime_deployment",
    "runtime_pack_deployment",
    "runtime_updates",
    "runtime_executions",
    "runtime_work",
    "runtime_work_done",
    "cluster_install_call",
    "cluster_call",
    "cluster_attachments",
    "attachment_deployments",
    "attachment_deployment",
    "attachment_pack_deployment",
    "attachment_updates",
    "attachment_executions",
    "attachment_work",
    "attachment_work_done",
)
"""Addresses that no person asks: tests/store/test_runtime_api.py and test_cluster_api.py tell what they answer."""


OF_PROVIDERS = ("saml", "saml_renewed", "saml_unasked")
"""Addresses that identity providers send browsers to, with forms of their own: tests/sso tells what they answer."""


OF_PROGRAMS = (
    *("platform_api_document", "platform_api", "partner_api"),
    *("own_api_document", "own_api", "own_api_of_the_operator", "own_api_nowhere"),
)
"""Addresses that programs call: tests/store/platform_api and tests/store/own_api tell what they answer."""


def test_every_route_is_in_the_table() -> None:
    """A new address has to say here what it needs."""
    told = sorted((*OF_RUNTIMES, *OF_PROVIDERS, *OF_PROGRAMS, *(route.name for route in ROUTES)))
    assert sorted(names(get_resolver().url_patterns)) == told


@pytest.fixture(scope="module")
def houses(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, House]]:
    """Three houses, made once for all routes; what a test does in them is rolled back."""
    with around_all_tests(django_db_blocker):
        yield {name: make_house(name) for name in ("Acme", "Rival", "Gone")}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
class TestRoutes:
    """What each address answers to whom."""

    def test_an_administrator_gets_in(self, route: Route, houses: dict[str, House]) -> None:
        """With the right, both methods answer as the table says."""
        house = houses["Acme"]
        client = signed_in(house.administrator, house.account)
        expected = 302 if route.name == "sign_in" else route.get
        assert client.get(address(route, house)).status_code == expected
        assert client.post(address(route, house), route.data).status_code == route.post

    def test_without_the_right_it_is_refused_by_name(self, route: Route, houses: dict[str, House]) -> None:
        """Without it the answer is 403 and names the privilege and its rule; nothing else needs a right."""
        house = houses["Acme"]
        client = signed_in(house.bystander, house.account)
        for method, allowed in (("get", route.get), ("post", route.post)):
            if allowed == 405:
                continue
            answer = getattr(client, method)(address(route, house), route.data)
            if route.needs in {"", "open"}:
                others = {404} if route.thing == "alert" else set()  # it is the administrator's own
                assert answer.status_code in {allowed, 302} | others
            else:
                assert answer.status_code == 403
                assert route.needs in answer.content.decode()
                assert "ROLE-11" in answer.content.decode()

    def test_nobody_gets_in_without_signing_in(self, route: Route, houses: dict[str, House]) -> None:
        """Signed out, every page but the open ones leads to the sign-in page."""
        house = houses["Acme"]
        client = Client(headers={"host": "127.0.0.1"})
        for method, allowed in (("get", route.get), ("post", route.post)):
            if allowed == 405:
                continue
            answer = getattr(client, method)(address(route, house), route.data)
            if route.needs == "open":
                assert answer.status_code == allowed
            else:
                assert answer.status_code == route.out
                assert route.out != 302 or answer["Location"].startswith(reverse("sign_in"))

    def test_what_belongs_to_another_account_is_not_there(self, route: Route, houses: dict[str, House]) -> None:
        """An administrator who names something of another account learns nothing and changes nothing."""
        if route.thing in {"", "link", "reset link", "way to sign in"}:
            return
        mine, theirs = houses["Acme"], houses["Rival"]
        client = signed_in(mine.administrator, mine.account)
        nobody = houses["Gone"]
        invented = replace(
            nobody,
            bystander=987654,
            role=RoleId("no-such-role"),
            group=GroupId("no-such-group"),
            member=AccountId("no-such-account"),
            guest=987654,
            grant=987654,
            preview="no-such-preview",
            folder=FolderId("no-such-folder"),
            environment=EnvironmentId("no-such-environment"),
            runtime=RuntimeId("no-such-runtime"),
            reports=NOWHERE,
            heaven=heavens.NOWHERE,
            packs=NO_PACKS,
            workshop=NO_WORKSHOP,
            hub=NO_HUB,
            jar=987654,
            token=987654,
            trusted=987654,
            origin=987654,
            alert=987654,
            notice=987654,
        )
        for method, allowed in (("get", route.get), ("post", route.post)):
            if allowed == 405:
                continue
            foreign = getattr(client, method)(address(route, theirs))
            missing = getattr(client, method)(address(route, invented))
            assert foreign.status_code == missing.status_code == 404
            assert b"rival" not in foreign.content.lower()

    def test_forms_from_elsewhere_are_refused(self, route: Route, houses: dict[str, House]) -> None:
        """A post without the form's token is refused before anything happens (CSRF)."""
        if route.post == 405:
            assert route.get != 405
            return
        house = houses["Acme"]
        browser = signed_in(house.administrator, house.account)
        strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
        strict.cookies = browser.cookies
        answer = strict.post(address(route, house), route.data)
        assert answer.status_code == 403
        assert "its form came from elsewhere" in answer.content.decode()  # and not refused for another reason


@pytest.mark.parametrize("selected", ["user", "role"])
def test_a_selection_of_another_account_is_not_there(selected: str) -> None:
    """The right pane of a list shows things of one's own account only."""
    mine, theirs = make_house("Acme"), make_house("Rival")
    client = signed_in(mine.administrator, mine.account)
    page, thing = ("users", theirs.bystander) if selected == "user" else ("roles", theirs.role)
    answer = client.get(reverse(page), {"selected": str(thing)})
    assert answer.status_code == 404
    assert b"rival" not in answer.content.lower()


def test_every_answer_carries_the_security_headers() -> None:
    """Nothing inline, nothing from elsewhere, no frames, no caching."""
    answer = Client(headers={"host": "127.0.0.1"}).get(reverse("sign_in"))
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


def test_a_foreign_host_name_is_refused() -> None:
    """Links in mails never carry a host name that the request invented."""
    assert Client(headers={"host": "evil.example"}).get(reverse("sign_in")).status_code == 400
