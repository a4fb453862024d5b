"""Chapter ENV against the tables: environments, their role lists, and runtimes that attach."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tenantry.accounts import commands as accounts
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.guard import access_in, facts_of, require_in
from tenantry.environments import commands as environments
from tenantry.environments.models import Environment, EnvironmentRole
from tenantry.environments.queries import accessible_environments, environments_in, environments_opened_by
from tenantry.roles.commands import remove_role
from tenantry.rules import refusals as no
from tenantry.rules.answers import Allowed, Denied
from tenantry.rules.features import Feature
from tenantry.rules.places import Classification
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, RoleId, RuntimeId
from tenantry.runtimes import commands as runtimes
from tenantry.runtimes.models import InstallerToken, Runtime
from tenantry.runtimes.queries import names_attached
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    AUS,
    DAY,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    an_account,
    changes,
    entries,
    lend,
    refused,
    watched,
    words,
)
from tests.store.skies import a_cloud, an_attachment

pytestmark = [pytest.mark.store, pytest.mark.django_db]

UNLIMITED = AUS | {Feature.ENVIRONMENTS_UNLIMITED}


@dataclass(frozen=True)
class Home:
    """An account with an Administrator, somebody with Runtime Management only, and an environment without roles."""

    account: AccountId
    ann: Somebody
    ron: Somebody
    test: EnvironmentId
    ops: RoleId


@pytest.fixture
def home(db: None) -> Home:
    """The account."""
    account = an_account("Home", UNLIMITED)
    ops = a_role(account, "Ops", "ATOM_MANAGEMENT", "DEPLOY")
    test = environments.create_environment(actor=OPERATOR, at=AT, account=account, name="Test", classification="TEST")
    return Home(account, a_user(account, ADMINISTRATOR), a_user(account, ops), test, ops)


def restrict(home: Home, *roles: RoleId, environment: EnvironmentId | None = None) -> None:
    """Attach roles."""
    where = environment or home.test
    environments.attach_roles(actor=OPERATOR, at=AT, account=home.account, environment=where, roles=frozenset(roles))


def a_runtime(account: AccountId, name: str = "Engine", cloud: Classification | None = None) -> RuntimeId:
    """A runtime, installed as one installs itself, or an attachment in a cloud of this classification."""
    if cloud is not None:
        return an_attachment(account, a_cloud(account, f"Cloud of {name}", classification=cloud), name)
    token = runtimes.issue_installer_token(actor=OPERATOR, at=AT, account=account)
    return runtimes.install_runtime(at=AT, token=token, name=name)[0]


class TestCreating:
    """Making, renaming and deleting environments."""

    def test_env_1_an_environment_has_a_name_an_id_and_a_classification(self, home: Home) -> None:
        """It is there for the next request, recorded, and the account decides anew."""
        with watched() as written:
            made = environments.create_environment(
                actor=home.ann.actor, at=AT, account=home.account, name=" Dev # 1 ", classification="TEST"
            )
        found = environments_in(home.account)[made]
        assert (found.name, found.classification, found.roles) == ("Dev # 1", Classification.TEST, frozenset())
        entry = written.only(home.account)
        assert words(entry) == ("as.environment", "ADD", "NONE")
        assert changes(entry) == {"name": (None, "Dev # 1"), "classification": (None, "TEST")}
        assert written.raised == {home.account: 1}
        assert made in facts_of(home.account).environments

    @pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b"])
    def test_env_1_names_have_1_to_80_characters(self, home: Home, name: str) -> None:
        """Anything else is refused, in making and in renaming."""
        with refused(no.EnvironmentNameInvalid, "ENV-1"):
            environments.create_environment(actor=home.ann.actor, at=AT, account=home.account, name=name)
        with refused(no.EnvironmentNameInvalid, "ENV-1"):
            environments.rename_environment(
                actor=home.ann.actor, at=AT, account=home.account, environment=home.test, name=name
            )

    def test_env_1_a_name_is_unique_in_its_account(self, home: Home) -> None:
        """Elsewhere it is free; other letters are another name."""
        with refused(no.EnvironmentNameTaken, "ENV-1"):
            environments.create_environment(actor=home.ann.actor, at=AT, account=home.account, name="Test")
        environments.create_environment(actor=home.ann.actor, at=AT, account=home.account, name="TEST")
        other = an_account("Other", UNLIMITED)
        environments.create_environment(actor=OPERATOR, at=AT, account=other, name="Test")

    def test_env_2_basic_accounts_have_production_only(self) -> None:
        """Test is refused there, and so is nonsense."""
        basic = an_account("Basic")
        for classification, why in (("TEST", no.TestNotOffered), ("prod", no.ClassificationUnknown)):
            with refused(why, "ENV-2"):
                environments.create_environment(
                    actor=OPERATOR, at=AT, account=basic, name="E", classification=classification
                )

    @pytest.mark.parametrize("right", ["ATOM_MANAGEMENT", "ENV_MANAGEMENT"])
    def test_env_5_creating_deleting_and_lists_need_both_rights(self, home: Home, right: str) -> None:
        """One of the two is not enough for any of them."""
        only = a_user(home.account, a_role(home.account, f"Only {right}", right))
        acting: dict[str, Any] = {"actor": only.actor, "at": AT, "account": home.account}
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            environments.create_environment(**acting, name="New")
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            environments.remove_environment(**acting, environment=home.test)
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            environments.attach_roles(**acting, environment=home.test, roles=frozenset({home.ops}))
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            environments.detach_roles(**acting, environment=home.test, roles=frozenset({home.ops}), confirmed=True)

    def test_env_5_runtime_management_alone_renames_what_is_accessible(self, home: Home) -> None:
        """Scenario 46; behind a gate that does not open it is refused."""
        acting: dict[str, Any] = {"actor": home.ron.actor, "at": AT, "account": home.account, "environment": home.test}
        restrict(home, home.ops)
        with watched() as written:
            environments.rename_environment(**acting, name="Staging")
        assert words(written.only(home.account)) == ("as.environment", "UPDATE", "NAME")
        environments.attach_roles(
            actor=OPERATOR, at=AT, account=home.account, environment=home.test, roles=frozenset({SUPPORT})
        )
        environments.detach_roles(
            actor=OPERATOR, at=AT, account=home.account, environment=home.test, roles=frozenset({home.ops})
        )
        with refused(no.EnvironmentClosed, "ENV-9") as why:
            environments.rename_environment(**acting, name="Mine")
        assert why[0].details()["roles"] == "Support"

    def test_env_6_an_environment_with_runtimes_stays(self, home: Home) -> None:
        """They are named; without them it goes, with its list."""
        engine = a_runtime(home.account)
        acting: dict[str, Any] = {"actor": home.ann.actor, "at": AT, "account": home.account}
        runtimes.attach_runtime(**acting, runtime=engine, environment=home.test)
        restrict(home, home.ops)
        with refused(no.RuntimesAttached, "ENV-6") as why:
            environments.remove_environment(**acting, environment=home.test)
        assert why[0].details()["runtimes"] == "Engine"
        runtimes.detach_runtime(**acting, runtime=engine)
        environments.remove_environment(**acting, environment=home.test)
        assert not Environment.rows.of(home.account).exists()
        assert not EnvironmentRole.rows.of(home.account).exists()

    def test_env_13_what_is_anothers_is_not_there(self, home: Home) -> None:
        """Every verb refuses an environment of another account as one that does not exist."""
        rival = an_account("Rival", UNLIMITED)
        boss = a_user(rival, ADMINISTRATOR)
        acting: dict[str, Any] = {"actor": boss.actor, "at": AT, "account": rival, "environment": home.test}
        mine = a_runtime(rival)
        with refused(no.EnvironmentNotFound, "ENV-13"):
            environments.rename_environment(**acting, name="Mine")
        with refused(no.EnvironmentNotFound, "ENV-13"):
            environments.remove_environment(**acting)
        with refused(no.EnvironmentNotFound, "ENV-13"):
            environments.attach_roles(**acting, roles=frozenset({SUPPORT}))
        with refused(no.EnvironmentNotFound, "ENV-13"):
            environments.detach_roles(**acting, roles=frozenset({SUPPORT}), confirmed=True)
        with refused(no.EnvironmentNotFound, "ENV-13"):
            runtimes.attach_runtime(**acting, runtime=mine)


class TestLists:
    """Roles with Access."""

    def test_env_9_from_the_first_role_on_only_its_holders_get_in(self, home: Home) -> None:
        """And at the very next question; lists leave the environment out, addressing it is refused (scenario 42)."""
        stu = a_user(home.account, a_role(home.account, "Dev", "DEPLOY"))
        place = facts_of(home.account).environments[home.test]
        asked: dict[str, Any] = {"user": stu.email, "privilege": "DEPLOY", "account": home.account, "at": AT}
        assert isinstance(ENGINE.decide(**asked, place=place), Allowed)
        with watched() as written:
            environments.attach_roles(
                actor=home.ann.actor, at=AT, account=home.account, environment=home.test, roles=frozenset({home.ops})
            )
        entry = written.only(home.account)
        assert words(entry) == ("as.environment", "UPDATE", "ROLE")
        assert changes(entry) == {"roles": ([], ["Ops"])}
        closed = ENGINE.decide(**asked, place=place)
        assert isinstance(closed, Denied)
        assert closed.rules == ("ENV-9", "ENV-10")
        access, facts = access_in(actor=stu.actor, account=home.account, at=AT)
        assert accessible_environments(access, facts) == ()
        access, facts = access_in(actor=home.ron.actor, account=home.account, at=AT)
        assert [one.name for one in accessible_environments(access, facts)] == ["Test"]

    def test_env_8_shared_roles_are_never_attached(self) -> None:
        """Nor roles of other accounts, nor ones that the account cannot assign; default and own ones are."""
        primary = a_primary()
        member = a_member(primary, features=UNLIMITED)
        lent, own = a_role(primary, "Lent", "API"), a_role(member, "Own")
        lend(primary, a_group(primary, members=[member]), lent)
        made = environments.create_environment(actor=OPERATOR, at=AT, account=member, name="E")
        acting: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": member, "environment": made}
        for strange in (lent, a_role(primary, "Other"), RoleId("MDM_VIEW_ONLY"), RoleId("nothing")):
            with refused(no.RoleNotForEnvironments, "ENV-8"):
                environments.attach_roles(**acting, roles=frozenset({own, strange}))
        environments.attach_roles(**acting, roles=frozenset({own, SUPPORT}))
        assert environments_in(member)[made].roles == {own, SUPPORT}

    def test_env_23_detaching_the_last_role_wants_a_confirmation(self, home: Home) -> None:
        """It opens the environment to everybody; detaching one of two does not ask."""
        restrict(home, home.ops, SUPPORT)
        acting: dict[str, Any] = {"actor": home.ann.actor, "at": AT, "account": home.account, "environment": home.test}
        environments.detach_roles(**acting, roles=frozenset({SUPPORT}))
        with refused(no.OpensToEverybody, "ENV-23"):
            environments.detach_roles(**acting, roles=frozenset({home.ops}))
        environments.detach_roles(**acting, roles=frozenset({home.ops}), confirmed=True)
        assert environments_in(home.account)[home.test].roles == frozenset()

    def test_role_13_a_role_removed_comes_off_every_environment(self, home: Home) -> None:
        """Scenario 52: what would open is named beforehand, and opens."""
        tag, stu = a_role(home.account, "Tag"), a_user(home.account, SUPPORT)
        restrict(home, tag)
        assert environments_opened_by(facts_of(home.account), tag) == ("Test",)
        place = facts_of(home.account).environments[home.test]
        asked: dict[str, Any] = {
            "user": stu.email,
            "privilege": "EXECUTE",
            "account": home.account,
            "at": AT,
            "place": place,
        }
        assert isinstance(ENGINE.decide(**asked), Denied)
        remove_role(actor=home.ann.actor, at=AT, account=home.account, role=tag)
        assert isinstance(ENGINE.decide(**asked), Allowed)
        told = [changes(entry) for entry in entries(home.account) if words(entry)[2] == "ROLE"][-1]
        assert told == {"ROLE_NAME": ("Tag", None)}


class TestNarrowing:
    """Advanced Environment Access."""

    def test_env_16_read_access_takes_changing_away(self, home: Home) -> None:
        """Scenarios 47 and 49: no deploy, no attaching, no renaming; switched off, only the gate is left."""
        on: dict[str, Any] = {
            "actor": OPERATOR,
            "at": AT,
            "account": home.account,
            "feature": Feature.ADVANCED_ENVIRONMENT_ACCESS,
        }
        accounts.switch_feature(**on, on=True)
        reads = a_role(home.account, "RO", "ENV_MANAGEMENT_READ_ONLY")
        rita = a_user(home.account, reads, home.ops)
        restrict(home, reads)
        acting: dict[str, Any] = {"actor": rita.actor, "at": AT, "account": home.account}
        with refused(no.EnvironmentReadOnly, "ENV-16") as why:
            environments.rename_environment(**acting, environment=home.test, name="Mine")
        assert why[0].details()["roles"] == "RO"
        engine = a_runtime(home.account)
        with refused(no.EnvironmentReadOnly, "ENV-16"):
            runtimes.attach_runtime(**acting, runtime=engine, environment=home.test)
        with pytest.raises(Refused) as raised:
            require_in(home.test, "DEPLOY", **acting)
        assert isinstance(raised.value.refusal, no.EnvironmentReadOnly)
        accounts.switch_feature(**on, on=False)
        environments.rename_environment(**acting, environment=home.test, name="Mine")


class TestRuntimes:
    """Runtimes: installed by token, attached, moved, deleted."""

    def test_priv_6_an_installer_token_installs_one_runtime_within_a_day(self, home: Home) -> None:
        """Used, run out or unknown, it installs nothing; only digests are kept."""
        stu = a_user(home.account, SUPPORT)
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            runtimes.issue_installer_token(actor=stu.actor, at=AT, account=home.account)
        token = runtimes.issue_installer_token(actor=home.ron.actor, at=AT, account=home.account)
        assert token not in str(InstallerToken.rows.of(home.account).values())
        with refused(no.RuntimeTokenRefused, "PRIV-6"):
            runtimes.install_runtime(at=AT + DAY, token=token, name="Late")
        key, secret = runtimes.install_runtime(at=AT + DAY - timedelta(seconds=1), token=token, name="Engine")
        row = Runtime.rows.of(home.account).get(id=key)
        assert (row.name, row.environment_id) == ("Engine", None)
        assert secret not in str(Runtime.rows.of(home.account).values())
        for wrong in (token, "nothing"):
            with refused(no.RuntimeTokenRefused, "PRIV-6"):
                runtimes.install_runtime(at=AT, token=wrong, name="Again")
        with refused(no.RuntimeNameInvalid, "ENV-3"):
            runtimes.rename_runtime(actor=home.ron.actor, at=AT, account=home.account, runtime=key, name=" ")

    def test_env_3_attaching_moves_and_basic_takes_one(self, home: Home) -> None:
        """Leaving and arriving are recorded in the environments; a second runtime needs Unlimited."""
        one, two = a_runtime(home.account, "One"), a_runtime(home.account, "Two")
        prod = environments.create_environment(actor=OPERATOR, at=AT, account=home.account, name="Prod")
        acting: dict[str, Any] = {"actor": home.ron.actor, "at": AT, "account": home.account}
        for engine in (one, two):
            runtimes.attach_runtime(**acting, runtime=engine, environment=home.test)
        assert names_attached(home.account, home.test) == ("One", "Two")
        with watched() as written:
            runtimes.attach_runtime(**acting, runtime=one, environment=prod)
        told = [(words(entry)[1], entry.container) for entry in written.entries[home.account]]
        assert told == [("DETACH", "Test"), ("ATTACH", "Prod")]
        assert names_attached(home.account, prod) == ("One",)
        accounts.switch_feature(
            actor=OPERATOR, at=AT, account=home.account, feature=Feature.ENVIRONMENTS_UNLIMITED, on=False
        )
        with refused(no.OneRuntimeOnly, "ENV-3"):
            runtimes.attach_runtime(**acting, runtime=two, environment=prod)

    def test_env_4_a_cloud_attachment_keeps_to_its_classification(self, home: Home) -> None:
        """Local runtimes attach to either."""
        cloud = a_runtime(home.account, "In a cloud", Classification.PROD)
        acting: dict[str, Any] = {"actor": home.ann.actor, "at": AT, "account": home.account, "environment": home.test}
        with refused(no.ClassificationDiffers, "ENV-4"):
            runtimes.attach_runtime(**acting, runtime=cloud)
        runtimes.attach_runtime(**acting, runtime=a_runtime(home.account, "Local"))

    def test_env_13_a_runtime_behind_a_closed_gate_is_out_of_reach(self, home: Home) -> None:
        """Neither renamed, nor moved away, nor detached; attached nowhere, it is everybody's with the right."""
        engine = a_runtime(home.account)
        prod = environments.create_environment(actor=OPERATOR, at=AT, account=home.account, name="Prod")
        runtimes.attach_runtime(actor=OPERATOR, at=AT, account=home.account, runtime=engine, environment=home.test)
        restrict(home, SUPPORT)
        acting: dict[str, Any] = {"actor": home.ron.actor, "at": AT, "account": home.account, "runtime": engine}
        with refused(no.EnvironmentClosed, "ENV-9"):
            runtimes.rename_runtime(**acting, name="Mine")
        with refused(no.EnvironmentClosed, "ENV-9"):
            runtimes.attach_runtime(**acting, environment=prod)
        with refused(no.EnvironmentClosed, "ENV-9"):
            runtimes.detach_runtime(**acting)
        with refused(no.RuntimeAttached, "ENV-6"):
            runtimes.remove_runtime(actor=home.ann.actor, at=AT, account=home.account, runtime=engine)
        runtimes.detach_runtime(actor=home.ann.actor, at=AT, account=home.account, runtime=engine)
        runtimes.remove_runtime(**acting)
        rival, engine = an_account("Rival"), a_runtime(home.account)
        with refused(no.RuntimeNotFound, "ENV-13"):
            runtimes.remove_runtime(actor=OPERATOR, at=AT, account=rival, runtime=engine)

    def test_env_3_what_has_moved_meanwhile_is_not_detached(self, home: Home) -> None:
        """Where the environment to leave is named, a runtime stays where it is by now."""
        engine = a_runtime(home.account)
        prod = environments.create_environment(actor=OPERATOR, at=AT, account=home.account, name="Prod")
        acting: dict[str, Any] = {"actor": home.ann.actor, "at": AT, "account": home.account, "runtime": engine}
        runtimes.attach_runtime(**acting, environment=prod)
        runtimes.detach_runtime(**acting, environment=home.test)
        assert names_attached(home.account, prod) == ("Engine",)
        runtimes.detach_runtime(**acting, environment=prod)
        assert names_attached(home.account, prod) == ()

    def test_priv_7_read_access_changes_nothing(self, home: Home) -> None:
        """Runtime Management Read Access looks and never saves, deletes or attaches."""
        reader = a_user(home.account, a_role(home.account, "Reader", "ATOM_MANAGEMENT_READ_ONLY"))
        engine = a_runtime(home.account)
        acting: dict[str, Any] = {"actor": reader.actor, "at": AT, "account": home.account}
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            runtimes.rename_runtime(**acting, runtime=engine, name="Mine")
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            runtimes.attach_runtime(**acting, runtime=engine, environment=home.test)
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            runtimes.remove_runtime(**acting, runtime=engine)
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            environments.rename_environment(**acting, environment=home.test, name="Mine")


def test_env_13_standard_users_reach_everything_by_environment_management(home: Home) -> None:
    """Scenario 45: the default role carries Environment Management, so no list keeps its holders out."""
    restrict(home, SUPPORT)
    stu = a_user(home.account, STANDARD_USER)
    found = require_in(home.test, "DEPLOY", actor=stu.actor, account=home.account, at=AT)
    assert found.privilege == "DEPLOY"
