"""With which versions of connectors attached packs run (CONN-8); of before, those of their packages are known."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('packs', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='packattachment',
            name='connectors',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='packattachment',
            name='newest',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='packattachment',
            name='ran',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='packrelease',
            name='connectors',
            field=models.JSONField(default=dict),
        ),
    ]
