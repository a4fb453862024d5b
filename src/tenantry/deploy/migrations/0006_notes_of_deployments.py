"""What programs note of a deployment."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """After the contents of packages."""

    dependencies: ClassVar = [
        ("deploy", "0005_contents_of_packages_before"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="deployment",
            name="notes",
            field=models.TextField(blank=True, default=""),
        ),
    ]
