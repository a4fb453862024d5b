"""Which connectors the packaged components and deployments that are there already use (CONN-9)."""

from itertools import islice
from typing import Any

from django.db import migrations

from tenantry.rules.connectors import connector_types_in

AT_ONCE = 100
"""Packages whose texts are in memory at a time."""


def note_connectors(apps: Any, schema_editor: Any) -> None:
    """Look through the text of each package; the version it had is not known any more."""
    packages = apps.get_model("deploy", "PackagedComponent")._base_manager.values_list("account_id", "id", "text")
    uses = apps.get_model("deploy", "PackageConnector")._base_manager
    deployments = apps.get_model("deploy", "Deployment")._base_manager
    deployed = apps.get_model("deploy", "DeploymentConnector")._base_manager
    texts = packages.iterator(AT_ONCE)
    while some := list(islice(texts, AT_ONCE)):
        found = [(account, key, kind) for account, key, text in some for kind in sorted(connector_types_in(text))]
        uses.bulk_create(uses.model(account_id=account, package_id=key, type=kind) for account, key, kind in found)
        types: dict[str, list[str]] = {}
        for _, key, kind in found:
            types.setdefault(key, []).append(kind)
        rows = deployments.filter(package_id__in=tuple(types)).values_list("account_id", "id", "package_id")
        deployed.bulk_create(
            deployed.model(account_id=account, deployment_id=key, type=kind)
            for account, key, package in rows
            for kind in types[package]
        )


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("deploy", "0002_deploymentconnector_packageconnector")]

    operations = [migrations.RunPython(note_connectors, migrations.RunPython.noop)]
