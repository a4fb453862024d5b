"""CONN-8, CONN-9: with which versions of connectors runtimes run what is deployed, and which packs are not attached
since they use others; on every engine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from tenantry.build.components import save_component
from tenantry.connectors.commands import add_version, remove_connector
from tenantry.connectors.queries import connector_of
from tenantry.connectors.releases import release_version
from tenantry.deploy.commands import create_package, deploy, undeploy
from tenantry.deploy.queries import connectors_of_deployments
from tenantry.packs.commands import add_to_pack, release_pack
from tenantry.packs.instances import apply_pending_update, detach_environments, uninstall_pack
from tenantry.packs.models import PackAttachment, PackRelease
from tenantry.packs.received import instance_of
from tenantry.packs.versions import attached_with
from tenantry.reporting.models import Execution
from tenantry.rules import refusals as no
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, EnvironmentId, GroupId
from tenantry.runtimes import api
from tenantry.runtimes.bounds import Buckets
from tenantry.runtimes.reference import Platform, Runtime, Unanswered
from tenantry.sharing.commands import withdraw
from tests.store.factories import AT, AUS, DAY, a_group, a_member, a_primary, everything, refused
from tests.store.partners import around_all_tests
from tests.store.shelves import (
    PUBLISHER,
    a_component,
    a_pack,
    a_place,
    attach,
    installed,
    lend_pack,
    night,
    packaged,
    release,
    withdraw_pack,
)
from tests.store.test_runtime_api import Line
from tests.store.workplaces import a_runtime
from tests.store.workshops import a_connector, a_developer, a_user_of, lend_connector, some_files, type_of

pytestmark = pytest.mark.usefixtures("db")

HERE: dict[str, Any] = {"actor": OPERATOR, "at": AT}


@dataclass
class Yard:
    """A developing primary that shares the connector `crm` with a customer, who has a runtime in an environment."""

    home: AccountId = field(default_factory=lambda: a_developer(a_primary("Maker", PUBLISHER)))
    abc: AccountId = field(init=False)
    group: GroupId = field(init=False)
    crm: str = field(init=False)
    kind: str = field(init=False)
    place: EnvironmentId = field(init=False)
    line: Line = field(init=False)
    process: ComponentId = field(init=False)
    pack: str = field(init=False)

    def __post_init__(self) -> None:
        """Make the rest."""
        self.abc = a_member(self.home, "Customer", AUS)
        self.group = a_group(self.home, "Buyers", members=[self.abc])
        self.crm = a_connector(self.home)
        self.kind = type_of(self.home, self.crm)
        lend_connector(self.home, self.group, self.crm)
        self.place = a_place(self.abc)
        self.line = Line(a_runtime(self.abc, self.place).secret)

    def new_version(self, number: int) -> None:
        """Put one more version into force."""
        group = connector_of(self.home, self.crm).group_id
        add_version(**HERE, account=self.home, group=group, files=some_files(self.home))
        release_version(**HERE, account=self.home, connector=self.crm, version=number)

    def deployed(self, name: str, kind: str) -> int:
        """Build something of the customer's on a connector of this type, and deploy it."""
        package = create_package(
            **HERE, account=self.abc, component=a_user_of(self.abc, kind, name), version="1.0", shareable=False
        )
        return deploy(**HERE, account=self.abc, package=package, environment=self.place)

    def packed(self) -> str:
        """A released pack with a process on the connector, which is shared with the customer."""
        self.process = a_component(self.home, "Packed", text=f'<process connector-type="{self.kind}"/>')
        self.pack = a_pack(self.home, self.process)
        release(self.home, self.pack)
        lend_pack(self.home, self.group, self.pack)
        return self.pack

    def attached(self) -> str:
        """Such a pack in the environment of the customer; the instance."""
        return installed(self.abc, self.packed(), "", self.place)

    def packaged_anew(self, version: str) -> None:
        """A newer version of what the pack holds."""
        packaged(self.home, self.process, version)

    def runs(self) -> list[tuple[str, str | None]]:
        """The versions of the packages that run, each with that of the connector."""
        found = self.line.get("deployments").json()["deployments"]
        assert [one["connectors"] for one in found] == list(self.told().values())
        return [(one["version"], one["connectors"][0]["version"]) for one in found]

    def told(self) -> dict[str, list[dict[str, str | None]]]:
        """What the runtime is told of connectors, by the names of what it runs; the same for one as for all."""
        found = self.line.get("deployments").json()["deployments"]
        for one in found:
            assert self.line.get(f"deployments/{one['id']}").json()["connectors"] == one["connectors"]
        return {one["name"]: one["connectors"] for one in found}


@pytest.fixture(autouse=True)
def _room_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test calls as if it was the first."""
    monkeypatch.setattr(api, "CALLS", Buckets(1000, 1000))


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Yard]:
    """The parties, made once; what a test does with them is rolled back."""
    with around_all_tests(django_db_blocker):
        yield Yard()


@pytest.fixture
def yard(made: Yard, db: None) -> Yard:
    """Such parties."""
    return made


def with_version(kind: str, version: str | None) -> list[dict[str, str | None]]:
    """One connector as runtimes are told it."""
    return [{"type": kind, "version": version}]


def test_conn_8_runtimes_are_told_with_which_connectors_they_run_what_is_deployed(yard: Yard) -> None:
    """The version that was in force at the deployment, none for a connector of the platform's own, nothing where a
    process uses none; and it takes no more queries for more of them.
    """
    yard.deployed("Reads", yard.kind)
    yard.deployed("Mails", "mail")
    package = create_package(**HERE, account=yard.abc, component=a_component(yard.abc, "Bare"), version="2.0")
    deploy(**HERE, account=yard.abc, package=package, environment=yard.place)
    assert yard.told() == {"Reads": with_version(yard.kind, "1"), "Mails": with_version("mail", None), "Bare": []}
    with CaptureQueriesContext(connection) as few:
        yard.line.get("deployments")
    yard.new_version(2)
    for number in range(5):
        yard.deployed(f"Reads {number}", yard.kind)
    assert yard.told()["Reads"] == with_version(yard.kind, "1")
    assert yard.told()["Reads 4"] == with_version(yard.kind, "2")
    with CaptureQueriesContext(connection) as many:
        yard.line.get("deployments")
    assert len(many) == len(few)


# ---- integration packs ---------------------------------------------------------------------------------------------


def test_conn_8_an_attached_pack_runs_with_the_versions_of_its_last_deployment(yard: Yard) -> None:
    """Attaching an environment is one, and takes the version that is in force then, whatever was in force when it was
    packaged or released; a release is one for all, and takes that of its completion.
    """
    pack = yard.packed()
    yard.new_version(2)
    instance = installed(yard.abc, pack, "", yard.place)
    assert yard.told() == {"Packed": with_version(yard.kind, "2")}
    yard.new_version(3)
    assert yard.runs() == [("1.0", "2")]
    yard.packaged_anew("2.0")
    yard.new_version(4)
    release(yard.home, pack)
    yard.new_version(5)
    assert yard.runs() == [("2.0", "4")]
    detach_environments(**HERE, account=yard.abc, instance=instance, environments={yard.place})
    attach(yard.abc, instance, yard.place)
    assert yard.runs() == [("2.0", "5")]


def test_conn_10_what_attached_packs_hold_keeps_a_connector(yard: Yard) -> None:
    """As anything deployed: in other accounts and in its own, by the newest release, by the pending one, and by the
    one at which an instance stands still; no longer than it is attached.
    """
    here: dict[str, Any] = {**HERE, "account": yard.home}
    instance = yard.attached()
    save_component(**here, component=yard.process, text="<free/>", opened=1)

    def in_use(where: str) -> None:
        with refused(no.ConnectorInUse, "CONN-10") as said:
            remove_connector(**here, connector=yard.crm)
        assert said[0] == no.ConnectorInUse(name=connector_of(yard.home, yard.crm).name, where=where)

    in_use("some in other accounts")
    own = installed(yard.home, yard.pack, "", a_place(yard.home, "Own"))
    in_use("some in integration packs that are attached in this account and some in other accounts")
    uninstall_pack(**here, instance=own)
    withdraw_pack(yard.home, yard.group, yard.pack)
    yard.packaged_anew("2.0")
    release(yard.home, yard.pack)
    in_use("some in other accounts")
    lend_pack(yard.home, yard.group, yard.pack)
    assert attached_with(yard.kind) == set()
    save_component(**here, component=yard.process, text=f"<x connector-type='{yard.kind}'/>", opened=2)
    yard.packaged_anew("3.0")
    release_pack(**here, pack=yard.pack, day=(AT + DAY).date())
    save_component(**here, component=yard.process, text="<free/>", opened=3)
    in_use("some in other accounts")
    detach_environments(**HERE, account=yard.abc, instance=instance, environments={yard.place})
    remove_connector(**here, connector=yard.crm)


def test_conn_8_a_dated_release_takes_the_version_of_its_night(yard: Yard) -> None:
    """Not that of the day on which it was planned."""
    yard.attached()
    yard.packaged_anew("2.0")
    release_pack(**HERE, account=yard.home, pack=yard.pack, day=(AT + DAY).date())
    yard.new_version(2)
    assert yard.runs() == [("1.0", "1")]
    night(AT + DAY)
    assert yard.runs() == [("2.0", "2")]


def test_conn_8_an_update_applied_early_takes_the_version_of_that_moment(yard: Yard) -> None:
    """It keeps it when the release is complete, and also when it is dropped: versions do not go back. An immediate
    release that replaces it is a deployment of its own.
    """
    instance = yard.attached()
    early: dict[str, Any] = {**HERE, "account": yard.abc, "instance": instance}
    other = a_place(yard.abc, "Other")
    attach(yard.abc, instance, other)
    yard.packaged_anew("2.0")
    release_pack(**HERE, account=yard.home, pack=yard.pack, day=(AT + DAY).date())
    yard.new_version(2)
    apply_pending_update(**early)
    yard.new_version(3)
    assert yard.runs() == [("2.0", "2")]
    night(AT + DAY)
    assert yard.runs() == [("2.0", "2")]
    yard.packaged_anew("3.0")
    release_pack(**HERE, account=yard.home, pack=yard.pack, day=(AT + 3 * DAY).date())
    yard.new_version(4)
    apply_pending_update(**early)
    assert yard.runs() == [("3.0", "4")]
    detach_environments(**HERE, account=yard.abc, instance=instance, environments={other})
    attach(yard.abc, instance, other)
    assert yard.runs() == [("2.0", "4")]
    yard.new_version(5)
    yard.packaged_anew("4.0")
    release(yard.home, yard.pack)
    assert yard.runs() == [("4.0", "5")]


def test_conn_8_an_instance_that_goes_on_takes_the_versions_of_the_release(yard: Yard) -> None:
    """While its pack is not shared it keeps its own; shared again, it gets the current release with its (PACK-11)."""
    yard.attached()
    withdraw_pack(yard.home, yard.group, yard.pack)
    yard.packaged_anew("2.0")
    yard.new_version(2)
    release(yard.home, yard.pack)
    yard.new_version(3)
    assert yard.runs() == [("1.0", "1")]
    lend_pack(yard.home, yard.group, yard.pack)
    assert yard.runs() == [("2.0", "2")]


def test_conn_8_what_nobody_noted_is_told_as_it_was_packaged(yard: Yard) -> None:
    """Releases and environments of before tell nothing themselves."""
    yard.attached()
    yard.new_version(2)
    PackRelease.rows.of(yard.home).update(connectors={})
    PackAttachment.rows.of(yard.abc).update(connectors={}, ran=None, newest=0)
    assert yard.runs() == [("1.0", "1")]


def test_conn_8_what_packs_bring_takes_no_more_queries_for_more_of_it(yard: Yard) -> None:
    """However many processes and packs."""
    yard.attached()
    assert yard.runs() == [("1.0", "1")]
    with CaptureQueriesContext(connection) as few:
        yard.line.get("deployments")
    for number in range(5):
        more = a_component(yard.home, f"More {number}", text=f'<process connector-type="{yard.kind}"/>')
        add_to_pack(**HERE, account=yard.home, pack=yard.pack, components={more})
        own = a_pack(yard.home, more)
        release(yard.home, own)
        lend_pack(yard.home, yard.group, own)
        installed(yard.abc, own, "", yard.place)
    release(yard.home, yard.pack)
    with CaptureQueriesContext(connection) as many:
        assert len(yard.line.get("deployments").json()["deployments"]) == 11
    assert len(many) == len(few)


# ---- what cannot be used -------------------------------------------------------------------------------------------


def test_conn_9_a_pack_with_a_connector_that_cannot_be_used_is_not_attached(yard: Yard) -> None:
    """It can be installed. What is attached already stays, is no change when it is asked for again, and releases reach
    it (PACK-7); with the connector shared again it is attached like any other.
    """
    instance = yard.attached()
    spare = a_place(yard.abc, "Spare")
    name = instance_of(yard.abc, instance).name
    withdraw_connector(yard)
    before = everything()
    with refused(no.ConnectorNotUsable, "CONN-9") as said:
        attach(yard.abc, instance, spare)
    assert said[0].message == f"{name} uses the connector CRM, which cannot be used in this account."
    attach(yard.abc, instance, yard.place)
    assert everything() == before
    yard.packaged_anew("2.0")
    release(yard.home, yard.pack)
    assert yard.runs() == [("2.0", "1")]
    uninstall_pack(**HERE, account=yard.abc, instance=instance)
    instance = installed(yard.abc, yard.pack)
    with refused(no.ConnectorNotUsable, "CONN-9"):
        attach(yard.abc, instance, yard.place)
    lend_connector(yard.home, yard.group, yard.crm)
    attach(yard.abc, instance, yard.place)
    assert yard.runs() == [("2.0", "1")]


def test_conn_9_an_update_with_a_connector_that_cannot_be_used_is_not_applied_early(yard: Yard) -> None:
    """On its day it comes all the same. What counts is the release that would run: that of before goes on being
    attached, also where attaching anew drops the update (PACK-6).
    """
    process = a_component(yard.home, "Plain")
    pack = a_pack(yard.home, process)
    release(yard.home, pack)
    lend_pack(yard.home, yard.group, pack)
    instance = installed(yard.abc, pack, "", yard.place)
    spare = a_place(yard.abc, "Spare")
    early: dict[str, Any] = {**HERE, "account": yard.abc, "instance": instance}
    using = f'<process connector-type="{yard.kind}"/>'
    save_component(**HERE, account=yard.home, component=process, opened=1, text=using)
    packaged(yard.home, process, "2.0")
    release_pack(**HERE, account=yard.home, pack=pack, day=(AT + DAY).date())
    withdraw_connector(yard)
    with refused(no.ConnectorNotUsable, "CONN-9"):
        apply_pending_update(**early)
    lend_connector(yard.home, yard.group, yard.crm)
    apply_pending_update(**early)
    withdraw_connector(yard)
    assert yard.told() == {"Plain": with_version(yard.kind, "1")}
    with refused(no.ConnectorNotUsable, "CONN-9"):
        attach(yard.abc, instance, spare)
    detach_environments(**HERE, account=yard.abc, instance=instance, environments={yard.place})
    attach(yard.abc, instance, yard.place)
    assert yard.told() == {"Plain": []}
    night(AT + DAY)
    assert yard.told() == {"Plain": with_version(yard.kind, "1")}


# ---- updates of runtimes -------------------------------------------------------------------------------------------


def test_conn_8_an_updated_runtime_runs_with_the_versions_in_force(yard: Yard) -> None:
    """Everything that is deployed to its environment and what packs hold there, and nothing elsewhere or ended; saying
    it again changes nothing.
    """
    instance = yard.attached()
    other = a_place(yard.abc, "Other")
    attach(yard.abc, instance, other)
    elsewhere = Line(a_runtime(yard.abc, other).secret)
    deployment = yard.deployed("Reads", yard.kind)
    undeploy(**HERE, account=yard.abc, deployment=deployment)
    yard.deployed("Mails", "mail")
    again = yard.deployed("Also reads", yard.kind)
    yard.new_version(2)
    assert yard.line.post("updates", {}).json() == {"changed": 2}
    newer = with_version(yard.kind, "2")
    assert yard.told() == {"Mails": with_version("mail", None), "Also reads": newer, "Packed": newer}
    assert elsewhere.get("deployments").json()["deployments"][0]["connectors"] == with_version(yard.kind, "1")
    ended = connectors_of_deployments(yard.abc, [deployment, again])
    assert ended == {deployment: [(yard.kind, "1")], again: [(yard.kind, "2")]}
    assert yard.line.post("updates", b"").json() == {"changed": 0}
    assert yard.line.post("updates", {"more": 1}).status_code == 422


def test_conn_9_an_updated_runtime_keeps_the_versions_of_what_cannot_be_used_any_more(yard: Yard) -> None:
    """What is deployed runs on as it was; with the connector shared again, the next update takes the newer one."""
    yard.attached()
    yard.deployed("Reads", yard.kind)
    withdraw_connector(yard)
    yard.new_version(2)
    older, newer = with_version(yard.kind, "1"), with_version(yard.kind, "2")
    assert yard.line.post("updates", {}).json() == {"changed": 0}
    assert yard.told() == {"Reads": older, "Packed": older}
    lend_connector(yard.home, yard.group, yard.crm)
    assert yard.line.post("updates", {}).json() == {"changed": 2}
    assert yard.told() == {"Reads": newer, "Packed": newer}


def test_conn_8_a_release_after_an_update_is_a_deployment_of_its_own(yard: Yard) -> None:
    """And an instance that goes on with a release of before the update keeps what the update brought."""
    yard.attached()
    yard.new_version(2)
    yard.line.post("updates", {})
    yard.packaged_anew("2.0")
    yard.new_version(3)
    release(yard.home, yard.pack)
    assert yard.runs() == [("2.0", "3")]
    withdraw_pack(yard.home, yard.group, yard.pack)
    yard.packaged_anew("3.0")
    release(yard.home, yard.pack)
    yard.new_version(4)
    assert yard.line.post("updates", {}).json() == {"changed": 1}
    assert yard.runs() == [("2.0", "4")]
    lend_pack(yard.home, yard.group, yard.pack)
    assert yard.runs() == [("3.0", "4")]


def test_conn_8_an_update_takes_no_more_queries_for_more_of_it(yard: Yard) -> None:
    """However much is deployed and attached."""
    yard.attached()
    yard.deployed("Reads", yard.kind)
    yard.new_version(2)
    yard.told()
    with CaptureQueriesContext(connection) as few:
        assert yard.line.post("updates", {}).json() == {"changed": 2}
    for number in range(5):
        yard.deployed(f"Reads {number}", yard.kind)
        own = a_pack(yard.home, yard.process)
        release(yard.home, own)
        lend_pack(yard.home, yard.group, own)
        installed(yard.abc, own, "", yard.place)
    yard.new_version(3)
    with CaptureQueriesContext(connection) as many:
        assert yard.line.post("updates", {}).json() == {"changed": 12}
    assert len(many) == len(few)


def test_conn_8_a_runtime_that_is_attached_nowhere_has_nothing_to_update(yard: Yard) -> None:
    """409, as for everything that it would say of its environment."""
    answer = Line(a_runtime(yard.abc).secret).post("updates", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "runtime_unattached")


def test_conn_8_the_reference_runtime_says_that_it_was_restarted(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and what it reports tells the versions it runs with; attached nowhere it goes on all the same."""
    yard.deployed("Reads", yard.kind)
    yard.new_version(2)
    said: list[str] = []
    monkeypatch.setattr(Platform, "call", by_lines(said))
    for secret in (yard.line.secret, a_runtime(yard.abc).secret):
        runtime = Runtime(Platform("", secret), restarted=True, every=0)
        runtime.turn()
        runtime.turn()
    assert said.count("updates") == 2
    messages = Execution.rows.of(yard.abc).values_list("message", flat=True)
    assert [message.partition("\n")[0] for message in messages] == [f"Runs with {yard.kind} 2"] * 2


def by_lines(said: list[str]) -> Callable[..., Any]:
    """What calls the platform of the test, and notes the paths."""

    def call(self: Platform, path: str, message: object = None) -> Any:
        said.append(path)
        line = Line(self.secret)
        answer = line.get(path) if message is None else line.post(path, message)
        if answer.status_code >= 400:
            raise Unanswered(answer.status_code, answer.json()["error"]["message"])
        return answer.json()

    return call


def withdraw_connector(yard: Yard) -> None:
    """Share it no longer."""
    withdraw(**HERE, account=yard.home, group=yard.group, kind=Kind.CONNECTOR, resource=yard.crm)
