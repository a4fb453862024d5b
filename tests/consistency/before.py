"""What a worker process does with a database of before: it puts rows as they were then, and lets migrations go over it.

Imported by `worker.py`. Not a test itself.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

AT = datetime(2026, 5, 20, 12, tzinfo=UTC)
BEFORE = (("build", "0001_initial"), ("deploy", "0001_initial"), ("runtimes", "0001_initial"))
"""Before components, packages and deployments told their connectors, packages their parts, and attachments a cloud."""

MANY: Final = 150
"""Components and packages that are not looked through in one go."""

MAP, PROCESS, GONE, LATER = (f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 5))
SECRET = '<map connector-type="acme-erp-prod"><field type="password" value="s3cret"/></map>'


def migrated_from_before() -> dict[str, Any]:
    """Make a database as it was, fill it, migrate it, and tell what has become of the rows. The database is empty."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    apps = MigrationExecutor(connection).migrate(list(BEFORE)).apps
    fill(lambda app, model: apps.get_model(app, model)._base_manager)
    call_command("migrate", verbosity=0)
    return {**told_of_packages(), **told_of_runtimes()}


def fill(rows: Any) -> None:
    """Two accounts with what they have built, packaged and deployed, and with runtimes."""
    accounts = rows("accounts", "Account")
    for key in ("acme", "other"):
        accounts.create(id=key, name=key, name_key=key)
    places = rows("environments", "Environment")
    live = places.create(id="live", name="Live", account_id="acme")
    build(rows)
    package(rows, live)
    install(rows("runtimes", "Runtime"), live)


def build(rows: Any) -> None:
    """A process with two revisions, what it refers to, and many components more."""
    folder = rows("build", "Folder").create(id="top", name="Acme", name_key="acme", account_id="acme")
    components, revisions = rows("build", "Component"), rows("build", "ComponentRevision")

    def component(key: str, *texts: str, deleted: datetime | None = None, written: str = "xml") -> None:
        components.create(
            id=key,
            account_id="acme",
            folder=folder,
            name=key,
            name_key=key,
            type="process",
            format=written,
            revision=len(texts),
            deleted_at=deleted,
        )
        for number, text in enumerate(texts, start=1):
            saved = AT + timedelta(days=number)
            revisions.create(
                account_id="acme",
                component_id=key,
                number=number,
                name=f"{key} {number}",
                text=text,
                user="u",
                at=saved,
            )

    component(MAP, SECRET, '{"connectorType": "acme-newer-prod"}')
    component(GONE, '<x connector-type="acme-gone-prod"/>', deleted=AT)
    component(
        PROCESS,
        f"<p map='{MAP}' gone='{GONE}' self='{PROCESS}'><s connector-type='acme-old-prod'/></p>",
        "<p><s connector-type='acme-crm-prod'/><s connector-type='mail'/></p>",
    )
    component("plain", "<p/>")
    for number in range(MANY):
        component(f"many {number:03}", f'{{"a": {{"connectorType": "acme-{number}-dev"}}}}', written="json")


def package(rows: Any, live: Any) -> None:
    """The process as it was at first, deployed now and once before; something plain; and many packages more."""
    packages, deployments = rows("deploy", "PackagedComponent"), rows("deploy", "Deployment")

    def packaged(component: str, ended: tuple[datetime | None, ...], written: str = "xml") -> None:
        revision = rows("build", "ComponentRevision").get(component_id=component, number=1)
        made = packages.create(
            id=f"package of {component}",
            account_id="acme",
            component_id=component,
            revision=1,
            version="1.0",
            name=revision.name,
            name_key=revision.name,
            type="process",
            format=written,
            text=revision.text,
            user="u",
            created_at=AT + timedelta(days=1, hours=1),
        )
        for until in ended:
            deployments.create(
                account_id="acme",
                environment=live,
                package=made,
                component_id=component,
                user="u",
                deployed_at=AT,
                ended_at=until,
            )

    packaged(PROCESS, (AT, None))
    packaged(MAP, ())
    packaged("plain", (None,))
    for number in range(MANY):
        packaged(f"many {number:03}", (), "json")


def install(runtimes: Any, live: Any) -> None:
    """A local runtime and, of each account, what knew the classification of its cloud."""
    for key, account, classification, place in (
        ("local", "acme", "", live),
        ("one", "acme", "PROD", live),
        ("two", "acme", "PROD", None),
        ("three", "acme", "TEST", None),
        ("four", "other", "PROD", None),
    ):
        runtimes.create(
            id=key,
            account_id=account,
            name=f"Runtime {key}",
            cloud=classification,
            digest=f"digest of {key}",
            version="1.2",
            installed_at=AT,
            seen_at=AT if place else None,
            environment=place,
        )


def told_of_packages() -> dict[str, Any]:
    """What components, packages and deployments use and contain now; of the many, how much is right."""
    from tenantry.build.models import ComponentConnector
    from tenantry.deploy.models import DeploymentConnector, PackageConnector, PackagedComponent, PackagedPart

    def of(table: Any, *columns: str) -> list[list[Any]]:
        rows = table.rows.of("acme").values_list(*columns).order_by(*columns)
        return [list(row) for row in rows if not str(row[0]).startswith(("many", "package of many"))]

    def right(table: Any, column: str, prefix: str) -> int:
        known = set(table.rows.of("acme").values_list(column, "type"))
        return len(known & {(f"{prefix}many {number:03}", f"acme-{number}-dev") for number in range(MANY)})

    return {
        "components": of(ComponentConnector, "component_id", "type"),
        "packages": of(PackageConnector, "package_id", "type", "version"),
        "deployments": of(DeploymentConnector, "deployment_id", "type", "version"),
        "many": [right(ComponentConnector, "component_id", ""), right(PackageConnector, "package_id", "package of ")],
        "parts": of(PackagedPart, "package_id", "component_id", "revision", "name", "passwords"),
        "passwords": [row for row in of(PackagedComponent, "id", "passwords") if row[1]],
    }


def told_of_runtimes() -> dict[str, Any]:
    """The runtimes, the clouds, and the clusters behind them."""
    from tenantry.clouds.models import Cloud, CloudCluster
    from tenantry.runtimes.models import Runtime

    found: dict[str, Any] = {"runtimes": [], "clouds": [], "clusters": []}
    for account in ("acme", "other"):
        runtimes = Runtime.rows.of(account).order_by("id")
        found["runtimes"] += map(list, runtimes.values_list("id", "cloud__name", "digest", "environment_id"))
        clouds = Cloud.rows.of(account).order_by("name")
        found["clouds"] += map(list, clouds.values_list("account_id", "name", "classification"))
        clusters = CloudCluster.rows.of(account).select_related("cloud").order_by("name")
        found["clusters"] += [
            [row.name, row.cloud.name, row.digest, row.version, row.seen_at == AT] for row in clusters
        ]
    return found


JOBS = (migrated_from_before,)
