"""The rows of the default roles; what they carry is the law's, not theirs."""

from django.db import migrations

DEFAULT_ROLES = [
    ("ADMINISTRATOR", "Administrator"),
    ("STANDARD_USER", "Standard User"),
    ("PRODUCTION_SUPPORT", "Production Support"),
    ("SUPPORT", "Support"),
    ("MDM_ADMINISTRATOR", "MDM Administrator"),
    ("MDM_STANDARD_USER", "MDM Standard User"),
    ("MDM_DATA_STEWARD", "MDM Data Steward"),
    ("MDM_DEVELOPER", "MDM Developer"),
    ("MDM_VIEW_ONLY", "MDM View Only"),
    ("MDM_PRIVILEGED_DATA_STEWARD", "MDM Privileged Data Steward"),
]


def insert(apps, schema_editor):
    """Insert the rows."""
    role = apps.get_model("roles", "Role")
    role._default_manager.bulk_create([role(id=key, name=name, name_key=name.casefold()) for key, name in DEFAULT_ROLES])


class Migration(migrations.Migration):
    """Insert the default roles."""

    dependencies = [("roles", "0001_initial")]
    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
