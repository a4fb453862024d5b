"""Connectors on the store (CONN): developing, releasing, sharing, publishing, and what the end of a share blocks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tenantry.accounts.models import Account
from tenantry.build.blocking import check_usable
from tenantry.build.commands import copy_folder, create_folder
from tenantry.build.components import copy_component, create_component, remove_component, save_component
from tenantry.build.queries import top_id
from tenantry.connectors.commands import (
    add_connector,
    add_version,
    create_connector_group,
    remove_connector,
    remove_connector_group,
)
from tenantry.connectors.models import Connector, ConnectorReview
from tenantry.connectors.publisher import enable_development, set_publisher_name
from tenantry.connectors.queries import (
    connector_of,
    lost_page,
    offered_connectors,
    publisher_of,
    unusable,
    usable_connectors,
    usable_page,
    versions_in_force,
)
from tenantry.connectors.releases import cancel_release, carry_out_release, plan_release, release_version
from tenantry.connectors.reviews import cancel_review, decide_review, hide_connector, submit_for_review
from tenantry.content.store import forget
from tenantry.deploy.commands import create_package, deploy, undeploy
from tenantry.deploy.models import ACTIVE, Deployment
from tenantry.deploy.queries import connectors_of_deployments, connectors_of_package, to_run
from tenantry.environments.commands import create_environment
from tenantry.estate.invariants_of_connectors import planned_releases
from tenantry.jobs.kinds import Job, JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.jobs.operating import call_off
from tenantry.jobs.running import run_due
from tenantry.reporting.commands import request_work
from tenantry.rules import refusals as no
from tenantry.rules.connectors import Review, Visibility
from tenantry.rules.features import Feature
from tenantry.rules.reporting import Work
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId
from tenantry.sharing.commands import share, withdraw
from tenantry.sharing.kinds import SOURCES, assignable
from tenantry.sharing.models import Share
from tests.store.factories import (
    AT,
    DAY,
    STANDARD_USER,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    changes,
    entries,
    refused,
    somebody as a_somebody,
    watched,
    words,
)
from tests.store.workplaces import a_document, a_run, a_runtime, document_in, reported
from tests.store.workshops import a_connector, a_developer, a_user_of, lend_connector, some_files, type_of

pytestmark = [pytest.mark.django_db, pytest.mark.store]

HERE: dict[str, Any] = {"actor": OPERATOR, "at": AT}


class Parties:
    """A developing primary with a customer `m` in `group`, and a stranger."""

    def __init__(self) -> None:
        """Make them."""
        self.p = a_developer(a_primary("Maker"))
        self.m = a_member(self.p, "Customer")
        self.stranger = a_member(a_primary("Other"), "Stranger")
        self.group = a_group(self.p, "Buyers", members=[self.m])

    def withdraw(self, connector: str) -> None:
        """End the share with the group."""
        withdraw(**HERE, account=self.p, group=self.group, kind=Kind.CONNECTOR, resource=connector)

    def publish(self, connector: str, wanted: Visibility = Visibility.PUBLIC) -> None:
        """Let staff approve."""
        review = submit_for_review(**HERE, account=self.p, connector=connector, wanted=wanted)
        decide_review(**HERE, review=review, approved=True)


@pytest.fixture
def parties() -> Parties:
    """Such parties."""
    return Parties()


def names(rows: Any) -> list[str]:
    """The names of connectors."""
    return sorted(row.name for row in rows)


def test_conn_1_nothing_is_developed_before_it_is_enabled_under_a_name() -> None:
    """Once and for good, by an administrator; then by holders of Developer."""
    account = a_primary("Beginner")
    made: dict[str, Any] = {"name": "G", "display_name": "C", "classification": "dev", "files": some_files(account)}
    with refused(no.DevelopmentNotEnabled, "CONN-1"):
        create_connector_group(**HERE, account=account, **made)
    enable_development(**HERE, account=account)
    with refused(no.PublisherNameMissing, "CONN-1"):
        create_connector_group(**HERE, account=account, **made)
    with refused(no.PublisherNameInvalid, "CONN-1"):
        set_publisher_name(**HERE, account=account, name=" ")
    set_publisher_name(**HERE, account=account, name=" Beginner Inc. ")
    since = publisher_of(account).enabled_at
    enable_development(actor=OPERATOR, at=AT + DAY, account=account)
    assert publisher_of(account).name == "Beginner Inc."
    assert publisher_of(account).enabled_at == since
    without = a_user(account, a_role(account, "Builder", "BUILD"))
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        create_connector_group(actor=without.actor, at=AT, account=account, **made)
    create_connector_group(actor=a_user(account, STANDARD_USER).actor, at=AT, account=account, **made)


def test_conn_2_a_group_comes_with_version_1_and_a_private_connector(parties: Parties) -> None:
    """Its name is unique in the account, ignoring case; its files are ones that the account keeps."""
    files = some_files(parties.p)
    made = create_connector_group(
        **HERE, account=parties.p, name="CRM", display_name="My CRM", classification="dev", files=files
    )
    row = connector_of(parties.p, made.connector)
    assert (row.name, row.type, row.version) == ("My CRM", f"{parties.p}-crm-dev", 1)
    assert (row.visibility, row.released_at) == ("private", None)
    foreign = some_files(parties.m)
    again: dict[str, Any] = {"display_name": "X", "classification": "dev"}
    with refused(no.ConnectorGroupNameTaken, "CONN-2"):
        create_connector_group(**HERE, account=parties.p, name="crm", files=files, **again)
    with refused(no.ContentNotFound, "ACC-1"):
        create_connector_group(**HERE, account=parties.p, name="Y", files=foreign, **again)
    lost = some_files(parties.p)
    forget(parties.p, lost.archive)
    with refused(no.ContentNotFound, "ACC-1"):
        add_version(**HERE, account=parties.p, group=made.group, files=lost)
    assert [words(entry) for entry in entries(parties.p)][-2:] == [
        ("as.connectorgroup", "ADD", "NONE"),
        ("as.connector", "ADD", "NONE"),
    ]


def test_conn_3_classifications_are_unique_in_a_group_and_several_use_one_version(parties: Parties) -> None:
    """And a type is unique platform-wide, even where hyphens would make two accounts' types alike."""
    made = create_connector_group(
        **HERE, account=parties.p, name="CRM", display_name="CRM", classification="dev", files=some_files(parties.p)
    )
    here = {**HERE, "account": parties.p, "group": made.group}
    prod = add_connector(**here, name="CRM", classification="prod", version=1)
    assert connector_of(parties.p, prod).version == connector_of(parties.p, made.connector).version == 1
    with refused(no.ConnectorClassificationTaken, "CONN-3"):
        add_connector(**here, name="Other", classification="PROD", version=1)
    with refused(no.ConnectorVersionNotFound, "CONN-3"):
        add_connector(**here, name="Other", classification="qa", version=2)
    twin = Connector.rows.of(parties.p).get(pk=prod)
    Connector.rows.of(parties.p).filter(pk=prod).update(type=f"{parties.p}-crm-qa", classification_key="moved")
    with refused(no.ConnectorClassificationTaken, "CONN-3"):
        add_connector(**here, name=twin.name, classification="qa", version=1)


def test_scn_65_a_connector_is_shared_once_released_and_public_without_a_share(parties: Parties) -> None:
    """Given a Private connector with no released version, then it cannot be shared; released, it can; made Public, its
    shares vanish and M still uses it (CONN-4, CONN-7).
    """
    connector = a_connector(parties.p, released=False)
    lend: dict[str, Any] = {**HERE, "account": parties.p, "group": parties.group, "kind": Kind.CONNECTOR}
    with refused(no.ResourceNotShareable, "SHARE-5"):
        share(**lend, resources={connector})
    release_version(**HERE, account=parties.p, connector=connector, version=1)
    share(**lend, resources={connector})
    used = a_user_of(parties.m, type_of(parties.p, connector))
    parties.publish(connector)
    assert not Share.rows.of(parties.p).exists()
    assert check_usable(parties.m, used, "Reads") == {type_of(parties.p, connector)}
    a_user_of(parties.stranger, type_of(parties.p, connector))
    told = entries(parties.p)[-2:]
    assert [words(entry) for entry in told] == [
        ("as.connector.review", "UPDATE", "NONE"),
        ("as.accountgroup.resource", "DELETE", "NONE"),
    ]
    assert "Public" in told[1].message
    assert assignable(Kind.CONNECTOR, parties.p, [Feature.ACCOUNT_GROUPS], ()) == ((), 0)
    with refused(no.ResourceNotShareable, "SHARE-5"):
        share(**lend, resources={connector})


def built_on(parties: Parties, connector: str) -> tuple[ComponentId, str]:
    """A process of the customer that reaches the connector through an operation, and its package."""
    operation = a_user_of(parties.m, type_of(parties.p, connector), "Reads", "operation")
    process = create_component(
        **HERE,
        account=parties.m,
        folder=top_id(parties.m),
        name="Orders",
        type="process",
        format="json",
        text=f'{{"step": "{operation}"}}',
    )
    return process, create_package(**HERE, account=parties.m, component=process, version="1.0")


def test_scn_66_the_end_of_a_share_blocks_components_and_stops_nothing(parties: Parties) -> None:
    """Given M built on connector C and the share ends, then the process cannot be opened, the error names C, and the
    deployed version still runs; sharing again restores use (CONN-9).
    """
    connector = a_connector(parties.p, "C")
    lend_connector(parties.p, parties.group, connector)
    process, package = built_on(parties, connector)
    environment = create_environment(**HERE, account=parties.m, name="Live")
    deploy(**HERE, account=parties.m, package=package, environment=environment)
    runtime = a_runtime(parties.m, environment)
    one = a_run(documents=(a_document(),))
    object.__setattr__(one, "component", process)
    [execution] = reported(parties.m, runtime, one)
    document = document_in(parties.m, execution).pk
    parties.withdraw(connector)
    here: dict[str, Any] = {**HERE, "account": parties.m}
    other = create_environment(**here, name="Other")
    blocked: list[Any] = [
        lambda: check_usable(parties.m, process, "Orders"),
        lambda: save_component(**here, component=process, text="{}", opened=1),
        lambda: create_package(**here, component=process, version="2.0"),
        lambda: deploy(**here, package=package, environment=other),
        lambda: request_test(parties.m, document),
    ]
    for act in blocked:
        with refused(no.ConnectorNotUsable, "CONN-9") as said:
            act()
        assert said[0].message == "Orders uses the connector C, which cannot be used in this account."
    running, _ = to_run(parties.m, environment)
    assert [row.package.pk for row in running] == [package]
    lend_connector(parties.p, parties.group, connector)
    assert check_usable(parties.m, process, "Orders")
    save_component(**here, component=process, text='{"step": "none"}', opened=1)
    request_test(parties.m, document)


def request_test(account: AccountId, document: int) -> None:
    """Ask for a test run of a document."""
    request_work(**HERE, account=account, document=document, kind=Work.TEST)


def test_conn_5_who_can_use_what(parties: Parties) -> None:
    """Private ones here and where they are shared, public ones everywhere, Hidden ones where they were usable."""
    mine, lent, public, hidden, lent_hidden = (
        a_connector(parties.p, name) for name in ("Mine", "Lent", "Public", "Hidden", "Lent and hidden")
    )
    fresh = a_connector(parties.p, "Fresh", released=False)
    lend_connector(parties.p, parties.group, lent, lent_hidden, public)
    for connector in (public, hidden):
        parties.publish(connector)
    parties.publish(hidden, Visibility.HIDDEN)
    hide_connector(**HERE, account=parties.p, connector=lent_hidden)
    everything = ["Fresh", "Hidden", "Lent", "Lent and hidden", "Mine", "Public"]
    assert names(usable_connectors(parties.p)) == everything
    assert names(usable_connectors(parties.m)) == ["Hidden", "Lent", "Lent and hidden", "Public"]
    assert names(usable_connectors(parties.stranger)) == ["Hidden", "Public"]
    assert names(offered_connectors(parties.m)) == ["Lent", "Public"]
    assert names(usable_page(parties.m, "LENT and")[0].rows) == ["Lent and hidden"]
    assert names(usable_page(parties.m, type_of(parties.p, lent))[0].rows) == ["Lent"]
    types = [type_of(parties.p, one) for one in (mine, lent, public, hidden, fresh)]
    unknown = [f"{parties.p}-nothing-dev", "http", "platform-http-client"]
    assert unusable(parties.m, [*types, *unknown]) == ("Fresh", f"{parties.p}-nothing-dev", "Mine")
    with refused(no.ConnectorNotUsable, "CONN-9"):
        a_user_of(parties.m, types[0])
    ready = SOURCES[Kind.CONNECTOR]
    assert [one.name for one in ready.named(parties.p, [mine, hidden, fresh]).values() if one.shareable] == ["Mine"]


def test_conn_4_a_planned_release_is_carried_out_at_its_hour(parties: Parties) -> None:
    """Once, as the doing of who planned it; until then nothing changes, and it can be called off."""
    developer = a_user(parties.p, STANDARD_USER, email="dev@example.com")
    connector = a_connector(parties.p, released=False)
    due = AT + timedelta(days=1, minutes=5)
    hour = AT + timedelta(days=1, hours=1)
    plan: dict[str, Any] = {"account": parties.p, "connector": connector, "version": 1}
    assert plan_release(actor=developer.actor, at=AT, due=due, **plan) == hour
    assert run_due(hour - timedelta(seconds=1), 10) == 0
    assert connector_of(parties.p, connector).released_at is None
    assert run_due(hour + timedelta(minutes=2), 10) == 1
    row = connector_of(parties.p, connector)
    assert (row.released_at, row.released_by, row.next_at) == (hour + timedelta(minutes=2), "dev@example.com", None)
    last = entries(parties.p)[-1]
    assert (words(last), last.user, last.source) == (
        ("as.connector", "RELEASE", "NONE"),
        "dev@example.com",
        "INTERNAL",
    )
    assert run_due(hour + DAY, 10) == 0
    with refused(no.VersionInForce, "CONN-4"):
        plan_release(actor=OPERATOR, at=AT, due=due, **plan)


def test_conn_4_what_is_planned_can_be_cancelled_replaced_and_overtaken(parties: Parties) -> None:
    """A release that was called off is not carried out, whatever was planned after it."""
    connector = a_connector(parties.p)
    group = connector_of(parties.p, connector).group_id
    here: dict[str, Any] = {**HERE, "account": parties.p, "connector": connector}
    for _ in range(3):
        add_version(**HERE, account=parties.p, group=group, files=some_files(parties.p))
    plan_release(**here, version=2, due=AT + DAY)
    cancel_release(**here)
    with refused(no.ReleaseNotPending, "CONN-4"):
        cancel_release(**here)
    assert run_due(AT + 9 * DAY, 10) == 0
    plan_release(**here, version=2, due=AT + DAY)
    plan_release(**here, version=3, due=AT + 2 * DAY)
    assert run_due(AT + DAY, 10) == 0
    assert run_due(AT + 2 * DAY, 10) == 1
    assert connector_of(parties.p, connector).version == 3
    plan_release(**here, version=4, due=AT + 3 * DAY)
    release_version(**here, version=2)
    assert run_due(AT + 9 * DAY, 10) == 0
    assert connector_of(parties.p, connector).version == 2
    with refused(no.ReleaseDateInvalid, "CONN-4"):
        plan_release(**here, version=4, due=AT)


def test_conn_4_a_release_whose_job_an_operator_calls_off_is_cancelled(parties: Parties) -> None:
    """As by its owner, with the same entry in the log; and a job of another plan takes nothing with it."""
    connector = a_connector(parties.p, released=False)
    here: dict[str, Any] = {**HERE, "account": parties.p, "connector": connector}
    plan_release(**here, version=1, due=AT + DAY)
    [job] = QueuedJob.rows.of(parties.p)
    with watched() as written:
        assert call_off(actor=OPERATOR, at=AT, job=job.pk) is True
    entry = written.only(parties.p)
    assert (words(entry), entry.user) == (("as.connector", "RELEASE", "CANCELLED"), "operator")
    assert changes(entry) == {"version": ("1", None), "date": ((AT + DAY).isoformat(), None)}
    row = connector_of(parties.p, connector)
    assert (row.next_at, row.next_version, row.next_by) == (None, None, "")
    assert list(planned_releases()) == []
    with refused(no.ReleaseNotPending, "CONN-4"):
        cancel_release(**here)
    assert run_due(AT + 9 * DAY, 10) == 0
    plan_release(**here, version=1, due=AT + DAY)
    QueuedJob.rows.of(parties.p).update(due=AT + 2 * DAY)
    [job] = QueuedJob.rows.of(parties.p)
    with watched() as written:
        assert call_off(actor=OPERATOR, at=AT, job=job.pk) is True
    assert words(written.only(parties.p)) == ("job", "DELETE", "NONE")
    assert connector_of(parties.p, connector).next_version == 1


def test_conn_4_a_job_of_another_plan_releases_nothing(parties: Parties) -> None:
    """Only what is planned now is carried out: this version, at this hour, of a connector that is there."""
    connector = a_connector(parties.p, released=False)
    plan_release(**HERE, account=parties.p, connector=connector, version=1, due=AT + DAY)
    job = Job(JobKind.CONNECTOR_RELEASE, parties.p, connector, {"version": 1, "user": None}, AT + DAY)
    others = (
        replace(job, due=AT + 2 * DAY),
        replace(job, details={"version": 2, "user": None}),
        replace(job, key="gone"),
    )
    for other in others:
        carry_out_release(other, AT + 3 * DAY)
        assert connector_of(parties.p, connector).released_at is None
    carry_out_release(job, AT + 3 * DAY)
    assert connector_of(parties.p, connector).released_at == AT + 3 * DAY


def test_conn_4_a_release_that_fails_halfway_has_not_happened(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one transaction with its job: nothing of it is left, and the next try does all of it, once."""
    connector = a_connector(parties.p, released=False)
    plan_release(**HERE, account=parties.p, connector=connector, version=1, due=AT + DAY)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("tenantry.connectors.releases.record", broken)
        assert run_due(AT + DAY, 1) == 1
    row = connector_of(parties.p, connector)
    assert (row.released_at, row.next_version) == (None, 1)
    assert run_due(AT + 2 * DAY, 10) == 1
    assert connector_of(parties.p, connector).released_at == AT + 2 * DAY
    assert [words(entry) for entry in entries(parties.p)].count(("as.connector", "RELEASE", "NONE")) == 1


def test_conn_6_reviews_are_submitted_by_some_and_decided_by_staff(parties: Parties) -> None:
    """PENDING, then APPROVED, REJECTED or CANCELLED; one at a time; nobody decides but platform staff."""
    connector = a_connector(parties.p)
    developer, staff = a_user(parties.p, STANDARD_USER), a_somebody(staff=True)
    here: dict[str, Any] = {"at": AT, "account": parties.p, "connector": connector}
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        submit_for_review(actor=developer.actor, wanted=Visibility.PUBLIC, **here)
    first = submit_for_review(actor=OPERATOR, wanted=Visibility.PUBLIC, **here)
    with refused(no.ReviewOpen, "CONN-6"):
        submit_for_review(actor=OPERATOR, wanted=Visibility.PUBLIC, **here)
    with refused(no.ReviewOpen, "CONN-6"):
        hide_connector(actor=OPERATOR, **here)
    with refused(no.ReviewerOnly, "CONN-6"):
        decide_review(actor=developer.actor, at=AT, review=first, approved=True)
    decide_review(actor=staff.actor, at=AT, review=first, approved=False, answer="No.")
    with refused(no.ReviewNotPending, "CONN-6"):
        decide_review(actor=staff.actor, at=AT, review=first, approved=True)
    submit_for_review(actor=OPERATOR, wanted=Visibility.PUBLIC, **here)
    cancel_review(actor=OPERATOR, **here)
    with refused(no.ReviewNotPending, "CONN-6"):
        cancel_review(actor=OPERATOR, **here)
    assert connector_of(parties.p, connector).visibility == Visibility.PRIVATE
    third = submit_for_review(actor=OPERATOR, wanted=Visibility.PUBLIC, **here)
    decide_review(actor=staff.actor, at=AT, review=third, approved=True)
    states = ConnectorReview.rows.of(parties.p).order_by("id").values_list("state", flat=True)
    assert list(states) == [Review.REJECTED, Review.CANCELLED, Review.APPROVED]
    assert connector_of(parties.p, connector).visibility == Visibility.PUBLIC
    for wanted in (Visibility.PRIVATE, Visibility.PUBLIC):
        with refused(no.VisibilityNotReached, "CONN-6"):
            submit_for_review(actor=OPERATOR, wanted=wanted, **here)
    with refused(no.VisibilityNotReached, "CONN-6"):
        hide_connector(actor=OPERATOR, **here)


def test_conn_8_a_new_version_takes_effect_everywhere_and_deployed_ones_keep_theirs(parties: Parties) -> None:
    """Central versions: every account at once; what is deployed picks it up at its next deployment."""
    connector = a_connector(parties.p)
    lend_connector(parties.p, parties.group, connector)
    kind = type_of(parties.p, connector)
    process, package = built_on(parties, connector)
    here: dict[str, Any] = {**HERE, "account": parties.m}
    environment = create_environment(**here, name="Live")
    first = deploy(**here, package=package, environment=environment)
    group = connector_of(parties.p, connector).group_id
    add_version(**HERE, account=parties.p, group=group, files=some_files(parties.p))
    assert versions_in_force([kind]) == {kind: "1"}
    release_version(**HERE, account=parties.p, connector=connector, version=2)
    assert versions_in_force([kind]) == {kind: "2"}
    newer = create_package(**here, component=process, version="1.1")
    assert connectors_of_package(parties.m, package) == [(kind, "1")]
    assert connectors_of_package(parties.m, newer) == [(kind, "2")]
    assert connectors_of_deployments(parties.m, [first]) == {first: [(kind, "1")]}
    second = deploy(**here, package=newer, environment=environment)
    again = deploy(**here, package=package, environment=environment)
    assert connectors_of_deployments(parties.m, [second, again]) == {second: [(kind, "2")], again: [(kind, "2")]}
    assert Deployment.rows.of(parties.m).filter(ACTIVE).count() == 1


def test_conn_9_what_cannot_be_used_any_more_stays_listed(parties: Parties) -> None:
    """With the number of components, also in previews; it can be moved, copied and deleted all the same."""
    connector = a_connector(parties.p, "C")
    lend_connector(parties.p, parties.group, connector)
    kind = type_of(parties.p, connector)
    used = a_user_of(parties.m, kind)
    folder = create_folder(**HERE, account=parties.m, parent=top_id(parties.m), name="F")
    copy_component(**HERE, account=parties.m, component=used, destination=folder)
    copy_folder(**HERE, account=parties.m, folder=folder, destination=top_id(parties.m))
    lives = SOURCES[Kind.CONNECTOR].lives
    assert [tuple(one) for one in lives([connector], Account.rows.of(parties.m).values("id"))] == [
        (parties.m, connector, "3 components")
    ]
    assert lost_page(parties.m)[1] == 0
    parties.withdraw(connector)
    page, number = lost_page(parties.m)
    assert ([(row.name, row.number) for row in page.rows], number) == ([("C", 3)], 1)
    remove_component(**HERE, account=parties.m, component=used)
    assert [row.number for row in lost_page(parties.m)[0].rows] == [2]


def test_conn_10_what_any_component_uses_is_not_deleted(parties: Parties) -> None:
    """In any account, by its newest text or by what is deployed; no other account is named."""
    connector = a_connector(parties.p, "C")
    lend_connector(parties.p, parties.group, connector)
    kind = type_of(parties.p, connector)
    own, theirs = a_user_of(parties.p, kind), a_user_of(parties.m, kind)
    package = create_package(**HERE, account=parties.m, component=theirs, version="1.0")
    environment = create_environment(**HERE, account=parties.m, name="Live")
    here: dict[str, Any] = {**HERE, "account": parties.p}
    deployment = deploy(**HERE, account=parties.m, package=package, environment=environment)

    def in_use(where: str) -> None:
        with refused(no.ConnectorInUse, "CONN-10") as said:
            remove_connector(**here, connector=connector)
        assert said[0] == no.ConnectorInUse(name="C", where=where)

    in_use("1 in this account and some in other accounts")
    save_component(**here, component=own, text="<free/>", opened=1)
    in_use("some in other accounts")
    remove_component(**HERE, account=parties.m, component=theirs)
    in_use("some in other accounts")
    with refused(no.ConnectorGroupNotEmpty, "CONN-10"):
        remove_connector_group(**here, group=connector_of(parties.p, connector).group_id)
    undeploy(**HERE, account=parties.m, deployment=deployment)
    remove_connector(**here, connector=connector)
    assert not Share.rows.of(parties.p).exists()
    assert unusable(parties.m, [kind]) == (kind,)
