

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0005_password_policy'),
        ('users', '0004_reset_link'),
    ]

    operations = [
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('private_key_sealed', models.TextField()),
                ('certificate', models.TextField(help_text='PEM')),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'sso_signing_key',
            },
        ),
        migrations.CreateModel(
            name='Federation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('federation_id', models.CharField(max_length=255)),
                ('key', models.CharField(max_length=765)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='users.user')),
            ],
            options={
                'db_table': 'federation',
                'constraints': [models.UniqueConstraint(fields=('account', 'user'), name='federation_once'), models.UniqueConstraint(fields=('account', 'key'), name='federation_id_of_one')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Once',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('value', models.CharField(max_length=255)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
            ],
            options={
                'db_table': 'sso_once',
                'constraints': [models.UniqueConstraint(fields=('account', 'kind', 'value'), name='sso_once_each')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='SignOnSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enabled', models.BooleanField(default=False)),
                ('protocol', models.CharField(default='saml', max_length=8)),
                ('sign_out_url', models.CharField(blank=True, default='', max_length=2000)),
                ('certificate', models.TextField(blank=True, default='', help_text='of the identity provider, PEM')),
                ('sign_in_url', models.CharField(blank=True, default='', max_length=2000)),
                ('federation_location', models.CharField(default='attribute', help_text='attribute or name_id', max_length=16)),
                ('name_id_policy', models.CharField(default='transient', help_text='transient or unspecified', max_length=16)),
                ('context', models.CharField(default='password_protected_transport', max_length=32)),
                ('comparison', models.CharField(default='exact', help_text='exact or minimum', max_length=16)),
                ('encrypted', models.BooleanField(default=False, help_text='the assertion comes encrypted')),
                ('issuer', models.CharField(blank=True, default='', max_length=2000)),
                ('client_id', models.CharField(blank=True, default='', max_length=255)),
                ('client_secret_sealed', models.TextField(blank=True, default='')),
                ('claim', models.CharField(default='sub', help_text='that holds the Federation ID', max_length=100)),
                ('directory_url', models.CharField(blank=True, default='', help_text='ldap:// or ldaps://', max_length=2000)),
                ('start_tls', models.BooleanField(default=True)),
                ('directory_certificate', models.TextField(blank=True, default='', help_text='of its authority, PEM')),
                ('bind_name', models.CharField(blank=True, default='', max_length=1000)),
                ('bind_password_sealed', models.TextField(blank=True, default='')),
                ('search_base', models.CharField(blank=True, default='', max_length=1000)),
                ('search_filter', models.CharField(blank=True, default='', help_text='with {user} in it', max_length=1000)),
                ('attribute', models.CharField(blank=True, default='', help_text='that holds the Federation ID', max_length=100)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
            ],
            options={
                'db_table': 'sso_settings',
                'constraints': [models.UniqueConstraint(fields=('account',), name='sso_settings_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
    ]
