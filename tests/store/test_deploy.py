"""PRIV-9 and chapter ENV: packaged components and their deployment, with and without each right and environment."""

from collections.abc import Callable

import pytest

from tenantry.accounts.commands import switch_feature
from tenantry.build.components import save_component
from tenantry.deploy.commands import (
    create_package,
    deploy,
    forget_environment,
    package_and_deploy,
    undeploy,
)
from tenantry.deploy.models import Deployment, PackagedComponent
from tenantry.deploy.queries import (
    chosen_to_package,
    components_to_package,
    deployed_components,
    deployments_page,
    packages_page,
    running,
    to_run,
    versions_of,
    where_deployed,
)
from tenantry.environments.commands import detach_roles, remove_environment
from tenantry.environments.queries import environments_in
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, RoleId
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    PRODUCTION_SUPPORT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    changes,
    entries,
    everything,
    refused,
    watched,
    words,
)
from tests.store.workplaces import Workplace, a_package, a_process, a_workplace, an_environment

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def works(db: None) -> Workplace:
    """An account with an open environment and one packaged process."""
    return a_workplace()


def with_rights(works: Workplace, *privileges: str) -> Somebody:
    """Somebody of the account with these privileges alone."""
    return a_user(works.account, a_role(works.account, f"Role {privileges} {len(entries(works.account))}", *privileges))


def packaged(works: Workplace, who: Somebody, version: str = "2.0", notes: str = "") -> str:
    """Package the process again."""
    return create_package(
        actor=who.actor, at=AT, account=works.account, component=works.process, version=version, notes=notes
    )


def deployed(works: Workplace, who: Somebody, environment: EnvironmentId | None = None) -> int:
    """Deploy version 1.0."""
    to = environment or works.open
    return deploy(actor=who.actor, at=AT, account=works.account, package=works.package, environment=to)


# ---- packaging -----------------------------------------------------------------------------------------------------


def test_priv_9_packaging_takes_build_and_packaged_component_management(works: Workplace) -> None:
    """Both together; each alone is refused by the name of the other."""
    for held, missing in ((("BUILD",), "PACKAGE_MANAGEMENT"), (("PACKAGE_MANAGEMENT", "DEPLOY"), "BUILD")):
        who = with_rights(works, *held)
        with refused(no.PrivilegeNotHeld, "ROLE-11") as why:
            packaged(works, who)
        assert why[0].details()["privilege"] == missing
    who = with_rights(works, "BUILD", "PACKAGE_MANAGEMENT")
    with watched() as written:
        packaged(works, who)
    entry = written.only(works.account)
    assert words(entry) == ("as.package", "ADD", "NONE")
    assert changes(entry) == {"version": (None, "2.0"), "revision": (None, 1), "shareable": (None, False)}
    assert written.raised == {}, "no decision rests on it"


@pytest.mark.parametrize(("role", "may"), [(ADMINISTRATOR, True), (STANDARD_USER, True), (PRODUCTION_SUPPORT, False)])
def test_priv_9_of_the_default_roles_two_package(works: Workplace, role: RoleId, may: bool) -> None:  # noqa: FBT001
    """Administrator and Standard User hold both rights; Production Support holds neither."""
    who = a_user(works.account, role)
    if may:
        assert packaged(works, who)
    else:
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            packaged(works, who)


def test_priv_9_a_package_is_a_snapshot_that_later_changes_do_not_reach(works: Workplace) -> None:
    """It keeps the name, the type and the text that the component had."""
    save_component(
        actor=OPERATOR,
        at=AT,
        account=works.account,
        component=works.process,
        text="<process name='New'/>",
        opened=1,
        name="Renamed",
    )
    [first] = PackagedComponent.rows.of(works.account)
    assert (first.name, first.type, first.text, first.revision) == ("Orders", "process", "<process name='Orders'/>", 1)
    second = packaged(works, a_user(works.account, ADMINISTRATOR))
    now = PackagedComponent.rows.of(works.account).get(id=second)
    assert (now.name, now.text, now.revision) == ("Renamed", "<process name='New'/>", 2)


def test_priv_9_a_version_is_used_once_for_a_component(works: Workplace) -> None:
    """Another component may have the same."""
    boss = a_user(works.account, ADMINISTRATOR)
    with refused(no.VersionTaken, "PRIV-9"):
        packaged(works, boss, " 1.0 ")
    other = a_process(works.account, "Invoices")
    assert a_package(works.account, other, "1.0")


@pytest.mark.parametrize("version", ["", "  ", "x" * 41, "1\x000"])
def test_priv_9_bad_versions_are_refused(works: Workplace, version: str) -> None:
    """1 to 40 characters that can be kept."""
    boss = a_user(works.account, ADMINISTRATOR)
    with refused(no.VersionInvalid, "PRIV-9"):
        packaged(works, boss, version)


def test_priv_9_notes_have_a_limit(works: Workplace) -> None:
    """2000 characters."""
    boss = a_user(works.account, ADMINISTRATOR)
    with refused(no.PackageNotesInvalid, "PRIV-9"):
        packaged(works, boss, notes="x" * 2001)
    assert packaged(works, boss, notes="x" * 2000)


@pytest.mark.parametrize("kind", ["map", "connection", "profile"])
def test_priv_9_only_what_runs_or_serves_by_itself_is_packaged(works: Workplace, kind: str) -> None:
    """A map travels inside the process that uses it."""
    part = a_process(works.account, "Part", kind)
    with refused(no.NotDeployable, "PRIV-9"):
        a_package(works.account, part)
    assert [one.name for one in components_to_package(works.account)[0]] == ["Orders"]
    assert chosen_to_package(works.account, part) == []


def test_api_8_what_belongs_to_another_account_is_not_there(works: Workplace) -> None:
    """Components, packages, environments and deployments of others are answered like those that nobody has."""
    theirs = a_workplace("Theirs")
    number = deploy(actor=OPERATOR, at=AT, account=theirs.account, package=theirs.package, environment=theirs.open)
    boss = a_user(works.account, ADMINISTRATOR)
    where = {"actor": boss.actor, "at": AT, "account": works.account}
    foreign: list[tuple[type[no.Refusal], Callable[[], object]]] = [
        (no.ComponentNotFound, lambda: create_package(**where, component=theirs.process, version="9")),  # type: ignore[arg-type]
        (no.PackageNotFound, lambda: deploy(**where, package=theirs.package, environment=works.open)),  # type: ignore[arg-type]
        (no.EnvironmentNotFound, lambda: deploy(**where, package=works.package, environment=theirs.open)),  # type: ignore[arg-type]
        (no.DeploymentNotFound, lambda: undeploy(**where, deployment=number)),  # type: ignore[arg-type]
        (no.DeploymentNotFound, lambda: undeploy(**where, deployment=2**70)),  # type: ignore[arg-type]
    ]
    before = everything()
    for kind, act in foreign:
        with pytest.raises(Refused) as caught:
            act()
        assert type(caught.value.refusal) is kind
    assert everything() == before


# ---- deploying -----------------------------------------------------------------------------------------------------


def test_scn_41_whoever_may_deploy_deploys_to_an_open_environment(works: Workplace) -> None:
    """Given environment E without roles, when a user with DEPLOY deploys to it, then it is allowed."""
    who = with_rights(works, "DEPLOY")
    with watched() as written:
        deployed(works, who)
    entry = written.only(works.account)
    assert words(entry) == ("as.deployment", "ADD", "NONE")
    assert changes(entry) == {"version": (None, "1.0"), "environment": (None, "Open")}
    assert entry.container == "Orders"


def test_priv_9_deploying_takes_its_right(works: Workplace) -> None:
    """Packaged Component Management alone deploys nothing (PRIV-4)."""
    who = with_rights(works, "PACKAGE_MANAGEMENT", "BUILD")
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        deployed(works, who)


def test_scn_43_and_44_the_gate_and_the_right_may_come_from_different_roles(works: Workplace) -> None:
    """Dev carries DEPLOY, Ops opens the environment: together they deploy; without Ops it is out of reach."""
    dev = a_role(works.account, "Dev", "BUILD", "DEPLOY")
    ops = a_role(works.account, "Ops", "EXECUTE", "VIEW_RESULT")
    production = an_environment(works.account, "Production", ops)
    both, one = a_user(works.account, dev, ops), a_user(works.account, dev)
    assert deployed(works, both, production)
    with refused(no.EnvironmentClosed, "ENV-9"):
        deployed(works, one, production)


def test_env_10_environment_management_gets_in_everywhere(works: Workplace) -> None:
    """Without holding a role of the list."""
    production = an_environment(works.account, "Production", SUPPORT)
    assert deployed(works, with_rights(works, "DEPLOY", "ENV_MANAGEMENT"), production)


def test_scn_47_to_49_read_access_takes_deploying_away_while_the_feature_is_on(works: Workplace) -> None:
    """With AEA on, a matched role with Read Access narrows; Full Access on the same environment lifts that."""
    switch_feature(actor=OPERATOR, at=AT, account=works.account, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True)
    ro = a_role(works.account, "RO", "ENV_MANAGEMENT_READ_ONLY")
    rw = a_role(works.account, "RW", "ENV_MANAGEMENT_FULL")
    deploying = a_role(works.account, "Deploying", "DEPLOY")
    narrow = an_environment(works.account, "Narrow", ro)
    who, more = a_user(works.account, ro, deploying), a_user(works.account, ro, rw, deploying)
    number = deploy(actor=OPERATOR, at=AT, account=works.account, package=works.package, environment=narrow)
    with refused(no.EnvironmentReadOnly, "ENV-16"):
        undeploy(actor=who.actor, at=AT, account=works.account, deployment=number)
    undeploy(actor=OPERATOR, at=AT, account=works.account, deployment=number)
    for one in (who, more):
        with refused(no.EnvironmentReadOnly, "ENV-16"):
            deployed(works, one, narrow)
    both = an_environment(works.account, "Both", ro, rw)
    assert deployed(works, more, both)
    switch_feature(actor=OPERATOR, at=AT, account=works.account, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=False)
    assert deployed(works, who, narrow)


def test_scn_51_full_access_deploys_nothing_without_deploy(works: Workplace) -> None:
    """Full Access never raises anybody (ENV-18)."""
    switch_feature(actor=OPERATOR, at=AT, account=works.account, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True)
    rw = a_role(works.account, "RW", "ENV_MANAGEMENT_FULL")
    place = an_environment(works.account, "E", rw)
    who = a_user(works.account, rw)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        deployed(works, who, place)


def test_priv_9_package_and_deploy_takes_both_of_its_rights(works: Workplace) -> None:
    """Packaged Component Management in the account, and deploying in the environment; Build it does not take."""
    ops = a_role(works.account, "Ops", "VIEW_RESULT")
    closed = an_environment(works.account, "Closed", ops)

    def go(who: Somebody, environment: EnvironmentId = works.open, version: str = "3.0") -> int:
        return package_and_deploy(
            actor=who.actor,
            at=AT,
            account=works.account,
            component=works.process,
            version=version,
            environment=environment,
        )

    for held in (("PACKAGE_MANAGEMENT", "BUILD"), ("DEPLOY", "BUILD")):
        who = with_rights(works, *held)
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            go(who)
    both = with_rights(works, "PACKAGE_MANAGEMENT", "DEPLOY")
    with refused(no.EnvironmentClosed, "ENV-9"):
        go(both, closed)
    with watched() as written:
        go(both)
    assert [words(one)[0] for one in written.entries[works.account]] == ["as.package", "as.deployment"]
    with refused(no.VersionTaken, "PRIV-9"):
        go(both)


def test_priv_9_another_version_takes_the_place_of_the_one_before(works: Workplace) -> None:
    """In the same environment alone; the very same version again is refused."""
    boss = a_user(works.account, ADMINISTRATOR)
    elsewhere = an_environment(works.account, "Elsewhere")
    first, other = deployed(works, boss), deployed(works, boss, elsewhere)
    newer = a_package(works.account, works.process, "2.0")
    with watched() as written:
        second = deploy(actor=boss.actor, at=AT + DAY, account=works.account, package=newer, environment=works.open)
    assert changes(written.only(works.account))["version"] == ("1.0", "2.0")
    rows = {row.pk: row for row in Deployment.rows.of(works.account)}
    assert (rows[first].ended_at, rows[first].ended_by) == (AT + DAY, boss.actor.name)
    assert rows[other].ended_at is None
    assert rows[second].ended_at is None
    with refused(no.AlreadyDeployed, "PRIV-9"):
        deploy(actor=boss.actor, at=AT, account=works.account, package=newer, environment=works.open)


def test_priv_9_a_deployment_ends_once(works: Workplace) -> None:
    """Ending it takes Packaged Component Deployment in the environment."""
    number = deployed(works, a_user(works.account, ADMINISTRATOR))
    who = with_rights(works, "PACKAGE_MANAGEMENT")
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        undeploy(actor=who.actor, at=AT, account=works.account, deployment=number)
    deployer = with_rights(works, "DEPLOY")
    with watched() as written:
        undeploy(actor=deployer.actor, at=AT, account=works.account, deployment=number)
    assert words(written.only(works.account)) == ("as.deployment", "DELETE", "NONE")
    with refused(no.DeploymentEnded, "PRIV-9"):
        undeploy(actor=deployer.actor, at=AT, account=works.account, deployment=number)


def test_env_6_a_deleted_environment_takes_its_deployments_along(works: Workplace) -> None:
    """They do not stand in the way, and each active one is recorded as ended."""
    boss = a_user(works.account, ADMINISTRATOR)
    gone = an_environment(works.account, "Gone")
    deployed(works, boss)
    deployed(works, boss, gone)
    before = len(entries(works.account))
    forget_environment(actor=boss.actor, at=AT, account=works.account, environment=gone)
    remove_environment(actor=boss.actor, at=AT, account=works.account, environment=gone)
    assert {row.environment_id for row in Deployment.rows.of(works.account)} == {works.open}
    new = entries(works.account)[before:]
    assert [words(one)[:2] for one in new] == [("as.deployment", "DELETE"), ("as.environment", "DELETE")]
    assert new[0].user == boss.actor.name


# ---- reading -------------------------------------------------------------------------------------------------------


def test_fold_13_deployed_components_are_named(works: Workplace) -> None:
    """By their names now, whatever the environment; what has ended counts no more."""
    other = a_process(works.account, "Invoices")
    boss = a_user(works.account, ADMINISTRATOR)
    assert deployed_components(works.account, [works.process, other]) == ()
    number = deployed(works, boss)
    assert deployed_components(works.account, [works.process, other]) == ("Orders",)
    assert deployed_components(works.account, [other]) == ()
    assert deployed_components(AccountId("nowhere"), [works.process]) == ()
    undeploy(actor=boss.actor, at=AT, account=works.account, deployment=number)
    assert deployed_components(works.account, [works.process]) == ()


def test_runtimes_are_told_what_is_deployed_where_they_are(works: Workplace) -> None:
    """Active deployments of that environment, and the text of one."""
    boss = a_user(works.account, ADMINISTRATOR)
    elsewhere = an_environment(works.account, "Elsewhere")
    number = deployed(works, boss)
    [told], more = to_run(works.account, works.open)
    assert (told.pk, told.package.version, more) == (number, "1.0", False)
    assert to_run(works.account, elsewhere) == ([], False)
    assert running(works.account, works.open, number).package.text == "<process name='Orders'/>"
    for environment in (elsewhere, EnvironmentId("none")):
        with pytest.raises(Refused):
            running(works.account, environment, number)


def test_env_13_where_a_package_is_deployed_is_told_for_the_environments_given(works: Workplace) -> None:
    """Of others there is no trace."""
    boss = a_user(works.account, ADMINISTRATOR)
    elsewhere = an_environment(works.account, "Elsewhere")
    deployed(works, boss)
    deployed(works, boss, elsewhere)
    places = environments_in(works.account)
    found = where_deployed(works.account, [works.package], [places[elsewhere]])
    assert [one.environment.name for one in found[works.package]] == ["Elsewhere"]
    assert len(where_deployed(works.account, [works.package], places.values())[works.package]) == 2


def test_packages_are_paged_newest_first_and_searched(works: Workplace) -> None:
    """Each once, in both directions."""
    invoices = a_process(works.account, "Invoices")
    for n in range(60):
        create_package(
            actor=OPERATOR, at=AT + n * DAY, account=works.account, component=invoices, version=f"{n}", notes=""
        )
    first = packages_page(works.account)
    second = packages_page(works.account, at=first.next)
    versions = [row.version for row in (*first.rows, *second.rows)]
    assert versions[:59] == [f"{n}" for n in reversed(range(1, 60))]
    assert sorted(versions[59:]) == ["0", "1.0"], "made at the same instant"
    assert [row.name for row in packages_page(works.account, "ORD").rows] == ["Orders"]
    assert packages_page(works.account, "%").rows == ()
    assert len(versions_of(works.account, invoices)) == 20
    assert packages_page(works.account, at=second.previous).rows == first.rows


def test_deployments_are_listed_by_environment(works: Workplace) -> None:
    """What is deployed, and apart from it what was."""
    boss = a_user(works.account, ADMINISTRATOR)
    number = deployed(works, boss)
    assert [row.pk for row in deployments_page(works.account, works.open).rows] == [number]
    assert deployments_page(works.account, works.open, ended=True).rows == ()
    undeploy(actor=boss.actor, at=AT, account=works.account, deployment=number)
    assert deployments_page(works.account, works.open).rows == ()
    assert [row.pk for row in deployments_page(works.account, works.open, ended=True).rows] == [number]


def test_env_12_detaching_a_role_closes_and_opens_at_once(works: Workplace) -> None:
    """Commands judge by the list as it is."""
    dev = a_role(works.account, "Dev", "DEPLOY")
    ops = a_role(works.account, "Ops", "VIEW_RESULT")
    place = an_environment(works.account, "E", ops)
    who = a_user(works.account, dev)
    with refused(no.EnvironmentClosed, "ENV-9"):
        deployed(works, who, place)
    detach_roles(
        actor=OPERATOR, at=AT, account=works.account, environment=place, roles=frozenset({ops}), confirmed=True
    )
    assert deployed(works, who, place)
