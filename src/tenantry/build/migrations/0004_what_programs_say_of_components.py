"""What programs say of components besides their texts, and of which components others are copies."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the connectors."""

    dependencies: ClassVar = [
        ("build", "0003_connectors_named"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="component",
            name="copied_from",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AddField(
            model_name="component",
            name="copied_revision",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="component",
            name="description",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="component",
            name="overrides",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="component",
            name="subtype",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AddField(
            model_name="component",
            name="told_type",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
