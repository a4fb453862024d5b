"""The revision of what all accounts share."""

from django.db import migrations


def insert(apps, schema_editor):
    """Insert the row."""
    apps.get_model("store", "Revision").objects.create(scope="*")


class Migration(migrations.Migration):
    """Open the platform's scope."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
