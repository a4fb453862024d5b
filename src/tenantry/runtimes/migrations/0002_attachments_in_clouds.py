"""Attachments name their cloud, of which they knew only the classification, and have no secret of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clouds', '0001_initial'),
        ('runtimes', '0001_initial'),
    ]

    operations = [
        migrations.RenameField(model_name='runtime', old_name='cloud', new_name='classification'),
        migrations.AddField(
            model_name='runtime',
            name='cloud',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clouds.cloud'),
        ),
        migrations.AlterField(
            model_name='runtime',
            name='digest',
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
    ]
