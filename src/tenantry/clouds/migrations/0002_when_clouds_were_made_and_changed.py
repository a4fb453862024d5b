"""By whom and when clouds were made and last changed; of those that are there already nobody knows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clouds', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='cloud',
            name='created_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='cloud',
            name='created_by',
            field=models.CharField(blank=True, default='', max_length=254),
        ),
        migrations.AddField(
            model_name='cloud',
            name='modified_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='cloud',
            name='modified_by',
            field=models.CharField(blank=True, default='', max_length=254),
        ),
    ]
