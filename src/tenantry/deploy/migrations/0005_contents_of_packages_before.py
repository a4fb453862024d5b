"""What packages contain that were made before anybody noted it: passwords, the components that they need as these were
then, and the connectors that those use (PROC-2, CONN-9).
"""

from typing import Any

from django.db import migrations
from django.db.models import Max, Q

from tenantry.rules.components import ids_in
from tenantry.rules.connectors import connector_types_in
from tenantry.rules.passwords import passwords_in
from tenantry.store.lines import portions


def note_contents(apps: Any, schema_editor: Any) -> None:
    """Look through each package that has no parts; one that needs none gets none."""
    packages = apps.get_model("deploy", "PackagedComponent")._base_manager
    for key in list(packages.filter(parts__isnull=True).values_list("id", flat=True)):
        package = packages.get(id=key)
        packages.filter(id=key).update(passwords=passwords_in(package.format, package.text))
        parts = needed_then(apps, package)
        table = apps.get_model("deploy", "PackagedPart")
        table._base_manager.bulk_create(
            table(
                account_id=package.account_id,
                package_id=key,
                component_id=row.component_id,
                revision=row.number,
                name=row.name,
                name_key=row.name.casefold(),
                type=row.component.type,
                format=row.component.format,
                text=row.text,
                passwords=passwords_in(row.component.format, row.text),
            )
            for row in parts
        )
        note_connectors(apps, package, frozenset().union(*(connector_types_in(row.text) for row in parts)))


def needed_then(apps: Any, package: Any) -> list[Any]:
    """The revisions that a package would contain had it been asked when it was made: what its text names, and what
    their texts name, each as it was then and not deleted.
    """
    revisions = apps.get_model("build", "ComponentRevision")._base_manager
    then = revisions.filter(account_id=package.account_id, at__lte=package.created_at)
    then = then.filter(Q(component__deleted_at__isnull=True) | Q(component__deleted_at__gt=package.created_at))
    found: dict[str, Any] = {}
    named = ids_in(package.text)
    while named := named - found.keys() - {package.component_id}:
        new: list[Any] = []
        for some in portions(sorted(named)):
            newest = then.filter(component_id__in=some).values("component_id").annotate(newest=Max("number"))
            for component, number in newest.values_list("component_id", "newest"):
                new.append(revisions.select_related("component").get(component_id=component, number=number))
        if not new:
            break
        found |= {row.component_id: row for row in new}
        named = frozenset().union(*(ids_in(row.text) for row in new))
    return [found[key] for key in sorted(found)]


def note_connectors(apps: Any, package: Any, types: frozenset[str]) -> None:
    """Let a package, and what is deployed of it, use these connectors as well; their versions are not known any more."""
    uses = apps.get_model("deploy", "PackageConnector")
    known = set(uses._base_manager.filter(package_id=package.id).values_list("type", flat=True))
    more = sorted(types - known)
    uses._base_manager.bulk_create(
        uses(account_id=package.account_id, package_id=package.id, type=kind) for kind in more
    )
    deployments = apps.get_model("deploy", "Deployment")._base_manager.filter(package_id=package.id)
    deployed = apps.get_model("deploy", "DeploymentConnector")
    deployed._base_manager.bulk_create(
        deployed(account_id=package.account_id, deployment_id=key, type=kind)
        for key in deployments.values_list("id", flat=True)
        for kind in more
    )


class Migration(migrations.Migration):
    """After the table of parts, and with the connectors that the packages name themselves."""

    dependencies = [("build", "0003_connectors_named"), ("deploy", "0004_what_packages_contain")]

    operations = [migrations.RunPython(note_contents, migrations.RunPython.noop)]
