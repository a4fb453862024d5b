"""What a worker process does with connectors and the components that use them. Imported by `worker.py`."""

import os
import time
from collections.abc import Callable


def maker() -> dict[str, str]:
    """A primary that develops connectors, with a customer in a group: accounts and group."""
    from tests.store.factories import a_group, a_member, a_primary
    from tests.store.workshops import a_developer

    primary = a_developer(a_primary("Maker"))
    member = a_member(primary, "Customer")
    return {"primary": primary, "member": member, "group": a_group(primary, "Buyers", members=[member])}


def lent_connector(primary: str, group: str, name: str) -> dict[str, str]:
    """A connector that is shared with the customer, and by what components name it."""
    from tenantry.rules.vocabulary import AccountId, GroupId
    from tests.store.workshops import a_connector, lend_connector, type_of

    connector = a_connector(AccountId(primary), name)
    lend_connector(AccountId(primary), GroupId(group), connector)
    return {"connector": connector, "kind": type_of(AccountId(primary), connector)}


def use_connector(account: str, kind: str, seconds: float = 0) -> str:
    """Write a component that names a connector; `done`, or the code of the refusal."""
    from tenantry.rules.vocabulary import AccountId
    from tests.store.workshops import a_user_of

    return _held_up(lambda: a_user_of(AccountId(account), kind), seconds)


def package_using(account: str, kind: str, environment: str) -> dict[str, str]:
    """A packaged component that names a connector and was deleted since, and an environment of this name."""
    from tenantry.build.components import remove_component
    from tenantry.deploy.commands import create_package
    from tenantry.environments.commands import create_environment
    from tenantry.rules.vocabulary import OPERATOR, AccountId
    from tests.store.factories import AT
    from tests.store.workshops import a_user_of

    here = AccountId(account)
    used = a_user_of(here, kind)
    package = create_package(actor=OPERATOR, at=AT, account=here, component=used, version="1")
    remove_component(actor=OPERATOR, at=AT, account=here, component=used)
    place = create_environment(actor=OPERATOR, at=AT, account=here, name=environment)
    return {"package": package, "environment": place}


def deploy_connector(account: str, package: str, environment: str, seconds: float = 0) -> str:
    """Deploy what uses a connector; `done`, or the code of the refusal."""
    from tenantry.deploy.commands import deploy
    from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId
    from tests.store.factories import AT

    return _held_up(
        lambda: deploy(
            actor=OPERATOR, at=AT, account=AccountId(account), package=package, environment=EnvironmentId(environment)
        ),
        seconds,
    )


def delete_connector(account: str, connector: str, seconds: float = 0) -> str:
    """Delete a connector; `done`, or the code of the refusal."""
    from tenantry.connectors.commands import remove_connector
    from tenantry.rules.vocabulary import OPERATOR, AccountId
    from tests.store.factories import AT

    return _held_up(
        lambda: remove_connector(actor=OPERATOR, at=AT, account=AccountId(account), connector=connector), seconds
    )


def left_of_connector(account: str, member: str, connector: str, kind: str) -> list[bool]:
    """Whether the connector is there, and whether a component or deployment of the customer uses it."""
    from tenantry.build.models import ComponentConnector
    from tenantry.connectors.models import Connector
    from tenantry.deploy.models import DeploymentConnector

    there = Connector.rows.of(account).filter(pk=connector).exists()
    written = ComponentConnector.rows.of(member).filter(type=kind, component__deleted_at__isnull=True)
    return [there, written.exists() or DeploymentConnector.rows.of(member).filter(type=kind).exists()]


def _held_up(command: Callable[[], object], seconds: float) -> str:
    """Do it in a transaction that is held up right before it is committed, and say so first if it is."""
    from django.db import transaction

    from tenantry.rules.refusals import Refused

    try:
        with transaction.atomic():
            command()
            if seconds:
                os.write(1, b'"has written"\n')
                time.sleep(seconds)
    except Refused as refused:
        return refused.refusal.code
    return "done"


JOBS = (
    maker,
    lent_connector,
    use_connector,
    package_using,
    deploy_connector,
    delete_connector,
    left_of_connector,
)
