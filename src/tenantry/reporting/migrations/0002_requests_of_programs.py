"""What programs asked runtimes to run again has an id, which the executions that came of it carry as well."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='execution',
            name='request',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='workrequest',
            name='request',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddIndex(
            model_name='execution',
            index=models.Index(
                condition=models.Q(('request', ''), _negated=True), fields=['account', 'request'], name='execution_of_request'
            ),
        ),
        migrations.AddIndex(
            model_name='workrequest',
            index=models.Index(
                condition=models.Q(('request', ''), _negated=True), fields=['account', 'request'], name='work_request_of_program'
            ),
        ),
    ]
