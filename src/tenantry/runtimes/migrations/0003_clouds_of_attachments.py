"""What had the classification of a cloud becomes an attachment in a cloud of its account, whose cluster has its secret."""

import uuid

from django.db import migrations

NAMES = {'PROD': 'Production cloud', 'TEST': 'Test cloud'}


def make_clouds(apps, schema_editor):
    """One cloud for each account and classification, one cluster for each secret."""
    Runtime = apps.get_model('runtimes', 'Runtime')
    Cloud = apps.get_model('clouds', 'Cloud')
    CloudCluster = apps.get_model('clouds', 'CloudCluster')
    clouds = {}
    for row in Runtime.rows.exclude(classification='').order_by('account_id', 'id'):
        key = (row.account_id, row.classification)
        if key not in clouds:
            name = NAMES[row.classification]
            clouds[key] = Cloud.rows.create(
                id=str(uuid.uuid4()),
                account_id=row.account_id,
                name=name,
                name_key=name.casefold(),
                classification=row.classification,
            )
        CloudCluster.rows.create(
            id=str(uuid.uuid4()),
            account_id=row.account_id,
            cloud=clouds[key],
            name=row.name,
            digest=row.digest,
            version=row.version,
            installed_at=row.installed_at,
            seen_at=row.seen_at,
        )
        Runtime.rows.filter(id=row.id).update(cloud=clouds[key], digest=None)


class Migration(migrations.Migration):

    dependencies = [
        ('runtimes', '0002_attachments_in_clouds'),
    ]

    operations = [
        migrations.RunPython(make_clouds),
    ]
