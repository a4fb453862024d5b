"""What a house has deployed and reported: for tests of the pages of Deploy and Process Reporting."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.deploy.commands import create_package, deploy
from tenantry.environments.commands import create_environment
from tenantry.reporting.commands import report_executions
from tenantry.reporting.models import Document
from tenantry.rules.deploying import PackageId
from tenantry.rules.reporting import Direction, Outcome, Reported, ReportedDocument
from tenantry.rules.schedules import Every
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, EnvironmentId, RuntimeId
from tenantry.runtimes.commands import attach_runtime, install_runtime, issue_installer_token
from tenantry.schedules.commands import set_schedule


@dataclass(frozen=True, slots=True)
class Reports:
    """An environment with a runtime attached, a process in version 1.0, deployed and scheduled there, and one execution
    of it.
    """

    environment: EnvironmentId
    runtime: RuntimeId
    process: ComponentId
    package: PackageId
    deployment: int
    execution: int
    document: int


NOWHERE = Reports(
    EnvironmentId("none"), RuntimeId("none"), ComponentId("none"), PackageId("none"), 987654, 987654, 987654
)
"""Ids that nothing has."""


def make_reports(account: AccountId, at: datetime, name: str = "Reports") -> Reports:
    """Made by the commands themselves; the process carries the environment's name."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": at, "account": account}
    environment = create_environment(**here, name=name)
    token = issue_installer_token(**here)
    runtime, _ = install_runtime(at=at, token=token, name=f"{name} engine")
    attach_runtime(**here, runtime=runtime, environment=environment)
    process = create_component(
        **here, folder=top_id(account), name=f"{name} process", type="process", format="xml", text="<process/>"
    )
    package = create_package(**here, component=process, version="1.0", notes="First one", shareable=True)
    deployment = deploy(**here, package=package, environment=environment)
    set_schedule(**here, environment=environment, component=process, when=Every(15), time_zone="UTC")
    document = ReportedDocument("in-1", Direction.INBOUND, f"{name}.txt", "text/plain", b"secret content")
    run = Reported(
        "run-1",
        f"{name} process",
        Outcome.ERROR,
        at,
        at + timedelta(seconds=3),
        process,
        "It went wrong",
        documents=(document,),
    )
    report_executions(at=at, account=account, runtime=runtime, records=[run])
    stored = Document.rows.of(account).get(execution__runtime=runtime)
    return Reports(environment, runtime, process, package, deployment, stored.execution_id, stored.pk)
