"""The head, which counts all raisings in the order of their commits, and in each scope when it was last raised."""

from django.db import migrations, models


def insert(apps, schema_editor):
    """Insert the row: nothing has been raised yet."""
    apps.get_model("store", "Revision").objects.create(scope="#", number=0, given=0)


class Migration(migrations.Migration):
    """Add `raised_at`, and open the head."""

    dependencies = [("store", "0003_revision_given")]
    operations = [
        migrations.AddField(
            model_name="revision",
            name="raised_at",
            field=models.BigIntegerField(db_index=True, default=0),
        ),
        migrations.RunPython(insert, migrations.RunPython.noop),
    ]
