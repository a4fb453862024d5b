"""Accounts with environments, a component, packages and runtimes, made by the commands themselves."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.deploy.commands import create_package, deploy
from tenantry.environments.commands import attach_roles, create_environment
from tenantry.reporting.commands import report_executions, request_work
from tenantry.reporting.models import Document, Execution
from tenantry.rules.deploying import PackageId
from tenantry.rules.features import Feature
from tenantry.rules.reporting import Direction, Outcome, Reported, ReportedDocument, Work
from tenantry.rules.schedules import Every
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, EnvironmentId, Instant, RoleId, RuntimeId
from tenantry.runtimes.commands import attach_runtime, install_runtime, issue_installer_token
from tenantry.schedules.commands import set_schedule
from tests.store.factories import ADMINISTRATOR, AT, AUS, an_account

FEATURES = AUS | {Feature.ENVIRONMENTS_UNLIMITED}
PROCESS = "<process name='Orders'/>"
_numbers = count(1)


@dataclass(frozen=True)
class Workplace:
    """An account with an environment open to all, one process, and version 1.0 of it, deployed nowhere."""

    account: AccountId
    open: EnvironmentId
    process: ComponentId
    package: PackageId


@dataclass(frozen=True)
class Station:
    """A runtime with its secret."""

    id: RuntimeId
    secret: str


def a_workplace(name: str = "Works", features: frozenset[Feature] = FEATURES) -> Workplace:
    """Such an account."""
    account = an_account(name, features)
    process = a_process(account)
    return Workplace(account, an_environment(account, "Open"), process, a_package(account, process))


def an_environment(account: AccountId, name: str, *roles: RoleId, classification: str = "PROD") -> EnvironmentId:
    """An environment, restricted to these roles if there are any."""
    made = create_environment(actor=OPERATOR, at=AT, account=account, name=name, classification=classification)
    if roles:
        attach_roles(actor=OPERATOR, at=AT, account=account, environment=made, roles=frozenset(roles))
    return made


def a_process(account: AccountId, name: str = "Orders", kind: str = "process") -> ComponentId:
    """A component in the top-level folder."""
    return create_component(
        actor=OPERATOR, at=AT, account=account, folder=top_id(account), name=name, type=kind, format="xml", text=PROCESS
    )


def a_package(account: AccountId, component: ComponentId, version: str = "1.0") -> PackageId:
    """A packaged component."""
    return create_package(actor=OPERATOR, at=AT, account=account, component=component, version=version)


def a_runtime(account: AccountId, environment: EnvironmentId | None = None, name: str = "") -> Station:
    """A runtime, attached to the environment if one is given."""
    token = issue_installer_token(actor=OPERATOR, at=AT, account=account)
    runtime, secret = install_runtime(at=AT, token=token, name=name or f"Runtime {next(_numbers)}")
    if environment is not None:
        attach_runtime(actor=OPERATOR, at=AT, account=account, runtime=runtime, environment=environment)
    return Station(runtime, secret)


def a_run(
    number: str = "run-1",
    status: Outcome = Outcome.COMPLETE,
    *,
    process: str = "Orders",
    started: Instant = AT,
    documents: tuple[ReportedDocument, ...] | None = None,
    work: str = "",
    message: str = "fine",
) -> Reported:
    """An execution as a runtime reports it, with one inbound document."""
    ended = None if status is Outcome.STARTED else started + timedelta(seconds=2)
    given = (a_document(),) if documents is None else documents
    return Reported(number, process, status, started, ended, "c-1", message, work, given)


def a_document(number: str = "in-1", content: bytes = b'{"order": 1}') -> ReportedDocument:
    """A document as a runtime reports it."""
    return ReportedDocument(number, Direction.INBOUND, "order.json", "application/json", content)


def reported(account: AccountId, runtime: Station, *runs: Reported, at: Instant = AT) -> list[Execution]:
    """The stored executions of a report."""
    report_executions(at=at, account=account, runtime=runtime.id, records=runs or (a_run(),))
    return list(Execution.rows.of(account).filter(runtime=runtime.id).order_by("id"))


def document_in(account: AccountId, execution: Execution) -> Document:
    """Its first document."""
    found = Document.rows.of(account).filter(execution_id=execution.pk).order_by("id").first()
    assert found is not None
    return found


@dataclass(frozen=True)
class Stage:
    """An environment of an account with a runtime attached, a process packaged twice and deployed once, and one
    execution with a document, for which work was requested. The process runs by a schedule in another environment.
    """

    environment: EnvironmentId
    runtime: RuntimeId
    process: ComponentId
    package: PackageId
    newer: PackageId
    deployment: int
    document: int
    work: str


def a_stage(account: AccountId, name: str = "Stage") -> Stage:
    """Such a thing."""
    environment = an_environment(account, name, ADMINISTRATOR)
    runtime = a_runtime(account, environment, f"{name} runtime")
    process = a_process(account, f"{name} process")
    package, newer = a_package(account, process, "1.0"), a_package(account, process, "1.1")
    deployment = deploy(actor=OPERATOR, at=AT, account=account, package=package, environment=environment)
    a_timetable(account, an_environment(account, f"{name} by the clock", ADMINISTRATOR), package, process)
    [execution] = reported(account, runtime)
    document = document_in(account, execution).pk
    work = request_work(actor=OPERATOR, at=AT, account=account, document=document, kind=Work.RERUN)
    return Stage(environment, runtime.id, process, package, newer, deployment, document, work)


def a_timetable(account: AccountId, environment: EnvironmentId, package: PackageId, process: ComponentId) -> None:
    """Deploy a process to an environment where it runs every hour."""
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": account, "environment": environment}
    deploy(**here, package=package)
    set_schedule(**here, component=process, when=Every(60), time_zone="UTC")
