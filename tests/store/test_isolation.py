"""ACC-1: rows of an account are read by naming it, and what belongs to another account is not to be had."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tenantry.accounts.commands import change_support_access_role
from tenantry.accounts.models import Account
from tenantry.accounts.queries import account_row
from tenantry.audit.models import Entry
from tenantry.audit.queries import Filters, audit_page
from tenantry.objects.models import HostObject
from tenantry.roles.models import Role
from tenantry.roles.queries import custom_roles, owner_of_role
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sessions.models import Session
from tenantry.store.crossings import Crossing
from tenantry.store.ownership import AccountNotNamed, AccountOwned, AccountRows
from tenantry.support import commands as support
from tenantry.support.models import SupportGrant
from tenantry.users.models import AccountUser, UserRole
from tenantry.users.queries import grants_in, grants_of, holders_of, linked_count
from tests.store.every_command import LATE, VERBS, World
from tests.store.factories import AT, SUPPORT, everything

pytestmark = pytest.mark.usefixtures("db")


def owned() -> list[type[models.Model]]:
    """Every table whose rows belong to accounts, found by asking Django for all tables."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("tenantry.")]
    ours = [m for m in ours if m is not Session]  # a person's, and for a while in one account after the other
    return [m for m in ours if any(f.name == "account" for f in m._meta.concrete_fields) or m is Account]


def test_acc_1_these_tables_belong_to_accounts() -> None:
    """Whatever has a column `account` can be read only through it; a new table joins this list by itself."""
    assert set(owned()) >= {Account, AccountUser, UserRole, Role, Entry, HostObject}
    for model in owned():
        assert issubclass(model, AccountOwned) or model in {Account, Role}
        assert isinstance(model._default_manager, AccountRows)
        assert isinstance(model.__dict__.get("rows", model._default_manager), AccountRows) or hasattr(model, "rows")


WAYS: dict[str, Callable[[Any], object]] = {
    "all": lambda rows: rows.all(),
    "filter": lambda rows: rows.filter(pk=1),
    "exclude": lambda rows: rows.exclude(pk=1),
    "get": lambda rows: rows.get(pk=1),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "values": lambda rows: rows.values_list("pk"),
    "update": lambda rows: rows.update(),
    "create": lambda rows: rows.create(),
    "bulk_create": lambda rows: rows.bulk_create([]),
    "raw": lambda rows: rows.raw("SELECT 1"),
    "iterator": lambda rows: list(rows.iterator()),
    "queryset": lambda rows: rows.get_queryset(),
}


@pytest.mark.parametrize("model", owned(), ids=lambda model: model.__name__)
@pytest.mark.parametrize("ask", WAYS.values(), ids=list(WAYS))
def test_acc_1_no_row_is_read_without_naming_the_account(
    model: type[models.Model], ask: Callable[[Any], object]
) -> None:
    """A forgotten account is a loud defect, never somebody else's rows."""
    for rows in (model._default_manager, getattr(model, "rows")):  # noqa: B009 - not every model declares it
        with pytest.raises(AccountNotNamed):
            ask(rows)


@pytest.mark.parametrize("model", owned(), ids=lambda model: model.__name__)
def test_acc_1_crossing_accounts_needs_a_listed_purpose(model: type[models.Model]) -> None:
    """A purpose is one of the list, with its reason; a word that looks like one is none."""
    rows: AccountRows[models.Model] = getattr(model, "rows")  # noqa: B009 - not every model declares it
    assert rows.across(Crossing.ESTATE) is not None
    for purpose in ("ESTATE", None, ""):
        with pytest.raises(AccountNotNamed):
            rows.across(purpose)  # type: ignore[arg-type]
    for crossing in Crossing:
        assert len(crossing.value) > 20


def test_acc_1_reads_stay_in_the_account_named(world: World) -> None:
    """Each account sees its own rows, all of them, and none of the other's."""
    for model in owned():
        if model in {Account, HostObject}:
            continue
        rows: AccountRows[models.Model] = getattr(model, "rows")  # noqa: B009 - not every model declares it
        keys = {a: set(rows.of(a).values_list("pk", flat=True)) for a in (world.here, world.there)}
        assert keys[world.here], model
        assert keys[world.there], model
        assert not keys[world.here] & keys[world.there]
        assert not rows.of("nowhere").exists()
        assert not rows.of("").exists()
    assert [row.id for row in Account.rows.of(world.here)] == [world.here]


def test_acc_1_queries_stay_in_the_account_named(world: World) -> None:
    """Users, grants, roles and the log of one account say nothing of another."""
    here, there = world.here, world.there
    assert {row[0] for row in grants_in(there)} == {"bob@example.com", "dot@example.com"}
    assert {row[0] for row in grants_in(here)} == {"ann@example.com", "bob@example.com", "cy@example.com"}
    assert [grant.role for grant in grants_of(there, world.bob.id)] == ["SUPPORT"]
    assert (linked_count(here), linked_count(there)) == (3, 2)
    assert {role.name for role in custom_roles(there)} == {"Theirs", "Lent", LATE}
    assert {entry.account_id for entry in audit_page(there, Filters()).rows} == {there}
    assert account_row("nowhere") is None
    assert owner_of_role(world.theirs) == there
    assert owner_of_role("ADMINISTRATOR") is None
    assert holders_of(world.held, AT) == {here: 1}


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.self_service and not verb.part])
def test_api_8_an_administrator_of_one_account_does_nothing_in_another(name: str, world: World) -> None:
    """By no command: refused, and not one row has changed in any table. Managing an account gives no right in it, and
    being a user of a managed account none in its primary.
    """
    before = everything()
    for actor in (world.dot.actor, world.mia.actor, world.gus.actor):
        with pytest.raises(Refused):
            VERBS[name].run(world, actor)
    assert everything() == before


def swapped(world: World) -> World:
    """The same questions asked of the account `there`, about people, roles and groups of `here`."""
    return replace(world, here=world.there, there=world.here, ann=world.dot, bob=world.ann, dot=world.ann)


FOREIGN = {
    **dict.fromkeys(
        ("change_connector_group", "remove_connector_group", "add_version", "add_connector"),
        no.ConnectorGroupNotFound(),
    ),
    **dict.fromkeys(
        (
            *("rename_connector", "remove_connector", "release_version", "plan_release", "cancel_release"),
            *("hide_connector", "submit_for_review", "cancel_review"),
        ),
        no.ConnectorNotFound(),
    ),
    "change_user_roles": no.UserNotLinked(),
    "remove_user": no.UserNotLinked(),
    "remove_user_role": no.UserNotLinked(),
    "change_role_validity": no.UserNotLinked(),
    "invite_again": no.UserNotLinked(),
    "edit_role": no.RoleNotFound(),
    "changed_role": no.RoleNotFound(),
    "remove_role": no.RoleNotFound(),
    "removed_role": no.RoleNotFound(),
    "edit_group": no.GroupNotFound(),
    "remove_group": no.GroupNotFound(),
    "add_accounts_to_group": no.GroupNotFound(),
    "remove_accounts_from_group": no.GroupNotFound(),
    "add_user_to_group": no.GroupNotFound(),
    "change_group_user_roles": no.GroupNotFound(),
    "change_group_role_validity": no.GroupNotFound(),
    "remove_user_from_group": no.GroupNotFound(),
    "share": no.GroupNotFound(),
    "withdraw": no.GroupNotFound(),
    "create_folder": no.FolderNotFound(),
    "rename_folder": no.FolderNotFound(),
    "move_folder": no.FolderNotFound(),
    "copy_folder": no.FolderNotFound(),
    "remove_folder": no.FolderNotFound(),
    "restore_folder": no.FolderNotFound(),
    "set_folder_roles": no.FolderNotFound(),
    "edit_cloud": no.CloudNotFound(),
    "remove_cloud": no.CloudNotFound(),
    "add_quota": no.CloudNotFound(),
    "edit_quota": no.CloudNotFound(),
    "remove_quota": no.CloudNotFound(),
    "issue_cluster_token": no.CloudNotFound(),
    "remove_cluster": no.ClusterNotFound(),
    "create_attachment": no.CloudNotFound(),
    "create_component": no.FolderNotFound(),
    "save_component": no.ComponentNotFound(),
    "restore_revision": no.ComponentNotFound(),
    "move_component": no.ComponentNotFound(),
    "copy_component": no.ComponentNotFound(),
    "remove_component": no.ComponentNotFound(),
    "restore_component": no.ComponentNotFound(),
    "edit_pack": no.PackNotFound(),
    "add_to_pack": no.PackNotFound(),
    "choose_version": no.PackNotFound(),
    "mark_deleted": no.PackNotFound(),
    "release_pack": no.PackNotFound(),
    "change_release_day": no.PackNotFound(),
    "remove_pack": no.PackNotFound(),
    "install_pack": no.PackNotFound(),
    "uninstall_pack": no.InstanceNotFound(),
    "attach_environments": no.InstanceNotFound(),
    "detach_environments": no.InstanceNotFound(),
    "apply_pending_update": no.InstanceNotFound(),
    "remove_library": no.AccountLibraryNotFound(),
    "rename_model": no.ModelNotFound(),
    "save_draft": no.ModelNotFound(),
    "publish_model": no.ModelNotFound(),
    "remove_model": no.ModelNotFound(),
    "rename_repository": no.RepositoryNotFound(),
    "remove_repository": no.RepositoryNotFound(),
    "deploy_model": no.ModelNotFound(),
    "undeploy_model": no.ModelNotFound(),
}
"""The refusal of another account's ids: that of ids that nobody has."""


@pytest.mark.parametrize("name", FOREIGN)
def test_api_8_another_accounts_ids_are_no_ids_here(name: str, world: World) -> None:
    """Who administers `there` reaches nobody and nothing of `here` by naming it there; nor does the operator."""
    before = everything()
    for actor in (world.dot.actor, OPERATOR):
        with pytest.raises(Refused) as caught:
            VERBS[name].run(swapped(world), actor)
        assert caught.value.refusal == FOREIGN[name]
    assert everything() == before


SUPPORT_ACTS: dict[str, Callable[..., None]] = {
    "grant": lambda grant, **where: support.grant_support_access(grants={grant}, role=SUPPORT, hours=4, **where),
    "deny": lambda grant, **where: support.deny_support_access(grant=grant, **where),
    "extend": lambda grant, **where: support.extend_support_access(grant=grant, hours=4, **where),
    "expire": lambda grant, **where: support.expire_support_access(grant=grant, **where),
}


@pytest.mark.parametrize("act", SUPPORT_ACTS)
def test_api_8_another_accounts_requests_of_support_staff_are_not_there(act: str, world: World) -> None:
    """Another account's request is refused like one that does not exist, whatever state it is in."""
    change_support_access_role(actor=OPERATOR, at=AT, account=world.there, role=None)
    theirs = SupportGrant.rows.of(world.here).get().pk
    answers = []
    before = everything()
    for grant in (theirs, 999_999, 2**70):
        for actor in (world.dot.actor, OPERATOR):
            with pytest.raises(Refused) as caught:
                SUPPORT_ACTS[act](grant, actor=actor, at=AT, account=world.there)
            answers.append(caught.value.refusal)
    assert set(answers) == {no.SupportGrantNotOpen(needed="requested or active", status="not there")}
    assert everything() == before


def test_api_8_foreign_and_unknown_are_told_apart_by_nobody(world: World) -> None:
    """The refusal for another account's user is the one for a user who does not exist."""
    from tenantry.users.commands import remove_user

    answers = []
    for user in (world.ann.id, 999_999):
        with pytest.raises(Refused) as caught:
            remove_user(actor=world.dot.actor, at=AT, account=world.there, user=user)
        answers.append(caught.value.refusal)
    assert answers[0] == answers[1]


def test_acc_1_an_id_that_is_a_pattern_names_nothing(world: World) -> None:
    """Account ids are compared whole and exactly."""
    for name in (world.here.upper(), world.here[:-1], world.here + " ", "%", "_" * len(world.here)):
        assert not UserRole.rows.of(AccountId(name)).exists()
