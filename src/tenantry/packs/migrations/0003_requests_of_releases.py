"""Releases have the id by which programs ask how far they are; those of before were asked for by people, and have none."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('packs', '0002_connector_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='packrelease',
            name='request',
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddConstraint(
            model_name='packrelease',
            constraint=models.UniqueConstraint(fields=('account', 'request'), name='integration_pack_release_requested'),
        ),
    ]
