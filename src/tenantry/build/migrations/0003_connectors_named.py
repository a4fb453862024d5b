"""Which connectors the components that are there already name (CONN-9)."""

from itertools import islice
from typing import Any

from django.db import migrations
from django.db.models import F

from tenantry.rules.connectors import connector_types_in

AT_ONCE = 100
"""Components whose texts are in memory at a time."""


def note_connectors(apps: Any, schema_editor: Any) -> None:
    """Look through the newest text of each component."""
    revisions = apps.get_model("build", "ComponentRevision")._base_manager.filter(number=F("component__revision"))
    texts = revisions.values_list("account_id", "component_id", "text").iterator(AT_ONCE)
    table = apps.get_model("build", "ComponentConnector")
    while some := list(islice(texts, AT_ONCE)):
        table._base_manager.bulk_create(
            table(account_id=account, component_id=component, type=kind)
            for account, component, text in some
            for kind in sorted(connector_types_in(text))
        )


class Migration(migrations.Migration):
    """After the table."""

    dependencies = [("build", "0002_componentconnector")]

    operations = [migrations.RunPython(note_connectors, migrations.RunPython.noop)]
