"""What a demo has run: processes, their deployments, a week of executions; and runtimes that go on running them."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tenantry.accounts.commands import switch_feature
from tenantry.accounts.queries import account_row
from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.clouds.clusters import install_cluster, issue_cluster_token
from tenantry.clouds.queries import clouds_page
from tenantry.command_line.demonstrated_models import fill_models
from tenantry.connectors.publisher import enable_development, set_publisher_name
from tenantry.deploy.commands import create_package, deploy
from tenantry.environments.queries import environments_in
from tenantry.groups.queries import group_names
from tenantry.packs.commands import add_to_pack, create_pack, release_pack
from tenantry.packs.instances import attach_environments, install_pack
from tenantry.reporting.commands import report_executions
from tenantry.rules.features import Feature
from tenantry.rules.places import Environment
from tenantry.rules.reporting import Direction, Outcome, Reported, ReportedDocument
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, Instant, RuntimeId
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.commands import attach_runtime, install_runtime, issue_installer_token
from tenantry.sharing.commands import share

RUNS: Final = {
    "docabccompany-RF19QA": ("Orders to Invoices", "Customer Master Sync"),
    "docdefcompany-M4T8ZB": ("Stock",),
}
"""The processes of the accounts of the demo that run any."""

WEEK: Final = 120
"""Executions of the past week in each environment."""

_OUTCOMES: Final = (Outcome.COMPLETE,) * 16 + (Outcome.ERROR,) * 3 + (Outcome.ABORTED,)
_LOG: Final = {
    Outcome.COMPLETE: "Wrote 1 document",
    Outcome.ERROR: "ERROR The connection was refused by the invoice system",
    Outcome.ABORTED: "Stopped by the operator of the runtime",
}


def fill(at: Instant) -> None:
    """Build, deploy and report, as people and runtimes would. The secrets of the runtimes, and of the cluster of the
    cloud that customers share, go into the data folder.
    """
    _cluster(at)
    for key, processes in RUNS.items():
        account = AccountId(key)
        if account_row(account) is None:
            continue
        packages = [_packaged(account, process, at) for process in processes]
        for environment in environments_in(account).values():
            for package in packages:
                deploy(actor=OPERATOR, at=at, account=account, package=package, environment=environment.id)
            runtime = _runtime(account, environment, at)
            runs = [_run(number, processes, at) for number in range(WEEK)]
            report_executions(at=at, account=account, runtime=runtime, records=runs)
    publish(at)
    fill_models(at)


PUBLISHER: Final = AccountId("documentation-7Q2KXD")
CUSTOMER: Final = AccountId("docabccompany-RF19QA")
GROUP: Final = "Services 1"
PACK: Final = "Retail Starter"


def publish(at: Instant) -> None:
    """Name the publisher, who develops connectors too; release an integration pack, share it with a group, and install
    it at a customer, with an update pending.
    """
    if account_row(PUBLISHER) is None or account_row(CUSTOMER) is None:
        return
    here: dict[str, Any] = {"actor": OPERATOR, "at": at, "account": PUBLISHER}
    set_publisher_name(**here, name="Documentation")
    enable_development(**here)
    for feature in (Feature.INTEGRATION_PACKS, Feature.MULTI_INSTALL_PACKS):
        switch_feature(**here, feature=feature, on=True)
    components = {name: _component(PUBLISHER, name, at) for name in ("Returns", "Stock Levels")}
    for component in components.values():
        create_package(**here, component=component, version="1.0", shareable=True)
    pack = create_pack(
        **here, name=PACK, type="SINGLE", description="Returns and stock levels of a shop, ready to run."
    )
    add_to_pack(**here, pack=pack, components=frozenset(components.values()))
    release_pack(**here, pack=pack)
    [group] = (key for key, name, _ in group_names(PUBLISHER) if name == GROUP)
    share(**here, group=group, kind=Kind.INTEGRATION_PACK, resources=frozenset({pack}))
    instance = install_pack(actor=OPERATOR, at=at, account=CUSTOMER, pack=pack)
    places = frozenset(list(environments_in(CUSTOMER))[:1])
    attach_environments(actor=OPERATOR, at=at, account=CUSTOMER, instance=instance, environments=places)
    later = at + timedelta(seconds=1)
    create_package(
        actor=OPERATOR, at=later, account=PUBLISHER, component=components["Returns"], version="1.1", shareable=True
    )
    day = (at + timedelta(days=7)).date()
    release_pack(actor=OPERATOR, at=later, account=PUBLISHER, pack=pack, day=day)


def _cluster(at: Instant) -> None:
    """Install a cluster behind each cloud of the partner, and let the first customer attach to it."""
    for cloud in clouds_page(PUBLISHER)[0].rows:
        token = issue_cluster_token(actor=OPERATOR, at=at, account=PUBLISHER, cloud=cloud.id)
        name = f"{cloud.name} cluster"
        cluster, secret = install_cluster(at=at, token=token, name=name, version="1.0")
        _keep(cluster, {"cluster": cluster, "secret": secret, "name": name})
        slot = create_attachment(actor=OPERATOR, at=at, account=CUSTOMER, cloud=cloud.id, name=f"In {cloud.name}")
        for environment in environments_in(CUSTOMER).values():
            if environment.classification == cloud.classification:
                attach_runtime(actor=OPERATOR, at=at, account=CUSTOMER, runtime=slot, environment=environment.id)


def _packaged(account: AccountId, process: str, at: Instant) -> str:
    here: dict[str, Any] = {"actor": OPERATOR, "at": at, "account": account}
    return create_package(**here, component=_component(account, process, at), version="1.0", notes="The first version")


def _component(account: AccountId, process: str, at: Instant) -> ComponentId:
    here: dict[str, Any] = {"actor": OPERATOR, "at": at, "account": account}
    text = f'<process name="{process}">\n  <start/>\n  <map ref="orders-to-invoices"/>\n  <stop/>\n</process>\n'
    return create_component(**here, folder=top_id(account), name=process, type="process", format="xml", text=text)


def _runtime(account: AccountId, environment: Environment, at: Instant) -> RuntimeId:
    name = f"{environment.name} runtime"
    token = issue_installer_token(actor=OPERATOR, at=at, account=account)
    runtime, secret = install_runtime(at=at, token=token, name=name, version="1.0")
    attach_runtime(actor=OPERATOR, at=at, account=account, runtime=runtime, environment=environment.id)
    _keep(runtime, {"runtime": runtime, "secret": secret, "name": name})
    return runtime


def _keep(key: str, state: dict[str, str]) -> None:
    """Keep a secret, so that a program can prove itself by it."""
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    file = _folder() / f"{key}.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(state))


def _run(number: int, processes: tuple[str, ...], at: Instant) -> Reported:
    chance = random.Random(number)  # noqa: S311 - the demo looks the same every time
    started = at - timedelta(minutes=chance.randrange(5, 7 * 24 * 60))
    outcome = chance.choice(_OUTCOMES)
    order = {"order": 1000 + number, "customer": f"Customer {number % 7 + 1}", "amount": 19.5 * number}
    inbound = ReportedDocument(
        "in-1", Direction.INBOUND, "order.json", "application/json", json.dumps(order, indent=2).encode()
    )
    outbound = ReportedDocument(
        "out-1", Direction.OUTBOUND, "invoice.txt", "text/plain", f"Invoice for order {1000 + number}\n".encode()
    )
    ended = started + timedelta(milliseconds=chance.randrange(80, 9000))
    return Reported(
        f"demo-{number}",
        processes[number % len(processes)],
        outcome,
        started,
        ended,
        message=f"{started:%H:%M:%S} Read 1 document\n{ended:%H:%M:%S} {_LOG[outcome]}",
        documents=(inbound, outbound) if outcome is Outcome.COMPLETE else (inbound,),
    )


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "demo-runtimes"


@contextmanager
def runtimes(address: str) -> Iterator[Callable[[], None]]:
    """Gives what starts a reference runtime or cluster for each secret kept; they end with the block, or with this
    process.
    """
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> None:
        for state in sorted(_folder().glob("*.json")):
            kept = json.loads(state.read_text())
            program = "tenantry.clouds.reference" if "cluster" in kept else "tenantry.runtimes.reference"
            words = ["--server", address, "--state", str(state), "--name", kept["name"]]
            started.append(
                subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-m", program, *words, "--every", "600", "--until-eof"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )

    try:
        yield begin
    finally:
        for process in started:
            process.terminate()
        for process in started:
            if process.stdin is not None:
                process.stdin.close()
            process.wait()
