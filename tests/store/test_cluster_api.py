"""The interface of cloud clusters: proving themselves, learning whom they serve, and speaking for those alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tenantry.accounts.commands import suspend_account
from tenantry.accounts.models import Account
from tenantry.clouds.clusters import issue_cluster_token, remove_cluster
from tenantry.clouds.models import CloudCluster, ClusterToken
from tenantry.clouds.reference import Cluster
from tenantry.clouds.usable import browses
from tenantry.deploy.commands import deploy
from tenantry.reporting.commands import request_work
from tenantry.reporting.models import Execution, WorkRequest
from tenantry.rules.reporting import Work
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tenantry.runtimes import api
from tenantry.runtimes.bounds import Buckets
from tenantry.runtimes.commands import issue_installer_token
from tenantry.runtimes.models import InstallerToken
from tenantry.runtimes.reference import Platform, Unanswered
from tests.store.factories import AT, everything
from tests.store.skies import Engine, Sky, a_cloud, a_cluster, an_attachment, lend_cloud, withdraw_cloud
from tests.store.test_runtime_api import Line, an_execution
from tests.store.workplaces import Station, a_package, a_process, a_runtime, an_environment, document_in, reported

pytestmark = pytest.mark.usefixtures("db")

UNPROVEN = "cluster_token_refused"


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test calls as if it was the first."""
    monkeypatch.setattr(api, "CALLS", Buckets(1000, 1000))
    monkeypatch.setattr(api, "STRANGERS", Buckets(1000, 1000))


@pytest.fixture
def engine(sky: Sky) -> Engine:
    """A cluster of North that calls."""
    return a_cluster(sky.home, sky.north, "Engine")


@pytest.fixture
def line(engine: Engine) -> Line:
    """Its line to the platform."""
    return Line(engine.secret)


def served(line: Line) -> dict[str, Any]:
    """The attachments that a cluster is told, by id."""
    return {one["id"]: one for one in line.get("attachments").json()["attachments"]}


def test_a_cluster_installs_itself_by_a_token_of_its_own_kind(sky: Sky) -> None:
    """One of runtimes installs no cluster and the other way round, and neither is used up by trying."""
    token = issue_cluster_token(**sky.owner, cloud=sky.north)
    other = issue_installer_token(actor=OPERATOR, at=AT, account=sky.home)
    now = {"expires_at": datetime.now(UTC).replace(year=2100)}
    ClusterToken.rows.of(sky.home).update(**now)
    InstallerToken.rows.of(sky.home).update(**now)
    assert Line("").post("cluster/install", {"token": other, "name": "C"}).status_code == 401
    assert Line("").post("install", {"token": token, "name": "R"}).status_code == 401
    asked = {"token": token, "name": "C", "version": "2", "browsing": False}
    answer = Line("").post("cluster/install", asked)
    assert answer.status_code == 201
    row = CloudCluster.rows.of(sky.home).get(id=answer.json()["cluster"])
    assert (row.cloud_id, row.name, row.version, row.browsing) == (sky.north, "C", "2", False)
    line = Line(answer.json()["secret"])
    assert line.post("cluster", {}).json()["cloud"] == {"id": sky.north, "name": "North"}
    assert Line("").post("cluster/install", asked).status_code == 401
    assert Line("").post("cluster/install", {**asked, "browsing": "no"}).status_code == 422
    assert Line("").post("install", {"token": other, "name": "R"}).status_code == 201


def test_cloud_9_what_a_cluster_says_of_browsing_is_the_property_of_the_cloud_itself(sky: Sky, line: Line) -> None:
    """What it leaves out stays; one cluster with browsing is enough."""
    CloudCluster.rows.of(sky.home).exclude(name="Engine").delete()
    assert line.post("cluster", {"browsing": False, "version": "3"}).json()["browsing"] is False
    assert not browses(sky.north)
    assert line.post("cluster", {}).json()["browsing"] is False
    a_cluster(sky.home, sky.north)
    assert browses(sky.north)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "cluster"), ("GET", "attachments"), ("GET", "attachments/x/work")]
)
def test_a_secret_that_proves_no_cluster_is_refused_alike(sky: Sky, method: str, path: str) -> None:
    """None, a wrong one, one of a runtime, one of a deleted cluster; and each address has one method."""
    engine = a_cluster(sky.home, sky.north)
    remove_cluster(**sky.owner, cluster=engine.id)
    for secret in ("", "wrong", a_runtime(sky.home).secret, engine.secret):
        line = Line(secret)
        answer = line.get(path) if method == "GET" else line.post(path, {})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, UNPROVEN)
    other = Line("").post(path, {}) if method == "GET" else Line("").get(path)
    assert (other.status_code, other["Allow"]) == (405, method)


def test_acc_1_a_cluster_speaks_for_the_attachments_of_its_own_cloud_alone(sky: Sky, line: Line) -> None:
    """Those of other clouds, runtimes of its own account and ids that nothing has are alike to it."""
    elsewhere = an_attachment(sky.home, a_cloud(sky.home, "South"))
    local = a_runtime(sky.home, an_environment(sky.home, "Production")).id
    line.get("attachments")  # the note that it was seen
    before = everything()
    for key in (elsewhere, local, "nothing"):
        for method, path in (
            ("get", "deployments"),
            ("get", "deployments/1"),
            ("get", "work"),
            ("post", "updates"),
            ("post", "executions"),
            ("post", "work/x/done"),
        ):
            message = {"executions": [an_execution()]} if path == "executions" else {}
            asked = f"attachments/{key}/{path}"
            answer = line.get(asked) if method == "get" else line.post(asked, message)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "runtime_not_found"), asked
    assert everything() == before
    runtime = Line(a_runtime(sky.home).secret)
    assert runtime.get(f"attachments/{elsewhere}/work").status_code == 401


def test_cloud_8_a_cluster_serves_attachments_while_they_are_available(sky: Sky, line: Line) -> None:
    """It learns of them, runs and reports; without the share it is told why not; with it again it goes on."""
    production = an_environment(sky.member, "Production")
    idle, made = sky.attachment(name="Idle"), sky.attachment(name="Slot", environment=production)
    number = deploy(**sky.customer, package=a_package(sky.member, a_process(sky.member)), environment=production)
    assert set(served(line)) == {idle, made}
    assert served(line)[idle]["environment"] is None
    assert served(line)[made] == {
        "id": made,
        "name": "Slot",
        "account": sky.member,
        "environment": {"id": production, "name": "Production"},
    }
    assert [one["id"] for one in line.get(f"attachments/{made}/deployments").json()["deployments"]] == [number]
    assert line.get(f"attachments/{made}/deployments/{number}").json()["text"] == "<process name='Orders'/>"
    assert line.post(f"attachments/{made}/updates", {}).json() == {"changed": 0}
    report = {"executions": [an_execution()]}
    assert line.post(f"attachments/{made}/executions", report).json()["new"] == 1
    assert line.post(f"attachments/{idle}/executions", report).status_code == 409
    row = Execution.rows.of(sky.member).get()
    assert (row.runtime, row.runtime_name, row.environment) == (made, "Slot", production)
    document = document_in(sky.member, row).pk
    work = request_work(**sky.customer, document=document, kind=Work.RERUN)
    withdraw_cloud(sky.home, sky.group, sky.north)
    assert served(line) == {}
    for path in ("deployments", f"deployments/{number}", "work"):
        answer = line.get(f"attachments/{made}/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "attachment_unavailable")
    for path, message in (("updates", {}), ("executions", report), (f"work/{work}/done", {})):
        assert line.post(f"attachments/{made}/{path}", message).status_code == 409
    assert WorkRequest.rows.of(sky.member).get().done_at is None
    lend_cloud(sky.home, sky.group, sky.north)
    assert [one["id"] for one in line.get(f"attachments/{made}/work").json()["work"]] == [work]
    assert line.post(f"attachments/{made}/work/{work}/done", {}).json() == {"done": work}


def test_cloud_2_work_in_test_mode_waits_while_the_cloud_does_not_allow_it(sky: Sky, line: Line) -> None:
    """It was requested before, and is handed out once the cloud allows it again."""
    made = sky.attachment(environment=an_environment(sky.member, "Production"))
    [row] = reported(sky.member, Station(made, ""))
    work = request_work(**sky.customer, document=document_in(sky.member, row).pk, kind=Work.TEST)
    for allowed in (False, True):
        sky.allows(allow_test_executions=allowed)
        told = line.get(f"attachments/{made}/work").json()["work"]
        assert [one["id"] for one in told] == [work] * allowed


def test_acc_4_and_acc_13_whose_account_lets_nobody_in(sky: Sky, line: Line) -> None:
    """A suspended customer is served no more, a suspended owner's customers are; one of a deleted owner is refused."""
    made = sky.attachment()
    own = an_attachment(sky.home, sky.north)
    suspend_account(actor=OPERATOR, at=AT, account=sky.home)
    assert set(served(line)) == {made}
    assert line.get(f"attachments/{own}/work").status_code == 403
    assert line.get(f"attachments/{made}/work").status_code == 200
    Account.rows.of(sky.member).update(status=Status.TRIAL, trial_ends=AT.replace(year=2020))
    assert served(line) == {}
    assert line.get(f"attachments/{made}/work").status_code == 403
    Account.rows.of(sky.home).update(status=Status.DELETED)
    for path in ("attachments", f"attachments/{made}/work"):
        assert line.get(path).status_code == 403
    assert line.post("cluster", {}).status_code == 403


def test_attachments_are_told_a_portion_at_a_time(sky: Sky, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, in a fixed number of queries."""
    monkeypatch.setattr("tenantry.runtimes.calls.AT_ONCE", 2)
    sky.allows(max_attachments=-1)
    made = {sky.attachment() for _ in range(5)}
    seen: list[str] = []
    after = ""
    while after is not None:
        told = line.get(f"attachments?after={after}").json()
        seen += [one["id"] for one in told["attachments"]]
        after = told["next"]
    assert len(seen) == 5
    assert set(seen) == made


def test_the_reference_cluster_serves_each_attachment_and_leaves_out_what_is_unavailable(sky: Sky) -> None:
    """One environment each; a failure of one does not hold the others up."""
    engine = a_cluster(sky.home, sky.north)
    line = Line(engine.secret)

    def call(self: Platform, path: str, message: object = None) -> Any:
        said.append(path)
        answer = line.get(path) if message is None else line.post(path, message)
        if answer.status_code >= 400:
            raise Unanswered(answer.status_code, answer.json()["error"]["message"])
        return answer.json()

    accounts: list[AccountId] = [sky.member, sky.home]
    for account in accounts:
        production = an_environment(account, "Production")
        an_attachment(account, sky.north, environment=production)
        deploy(
            actor=OPERATOR,
            at=AT,
            account=account,
            package=a_package(account, a_process(account)),
            environment=production,
        )
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Platform, "call", call)
        cluster = Cluster(Platform("", engine.secret), every=1000, restarted=True)
        assert cluster.turn() == 2
        assert cluster.turn() == 0
        assert sorted(path for path in said if path.endswith("updates")) == sorted(
            f"attachments/{key}/updates" for key in cluster.serves
        )
        withdraw_cloud(sky.home, sky.group, sky.north)
        cluster.turn()
        assert len(cluster.serves) == 1
    assert [Execution.rows.of(account).count() for account in accounts] == [1, 1]
    assert reported(sky.home, Station(next(iter(cluster.serves)), ""))  # type: ignore[arg-type]
