"""Every primary that is there already gets its group All Accounts (GRP-2)."""

import uuid
from typing import Any

from django.db import migrations


def make_all_accounts(apps: Any, schema_editor: Any) -> None:
    """One group for each account with the feature Account Groups."""
    rows = apps.get_model("accounts", "Account")._base_manager.values_list("id", "features")
    primaries = [account for account, features in rows.iterator() if "account_groups" in features]
    group = apps.get_model("groups", "AccountGroup")
    group._base_manager.bulk_create(
        group(id=str(uuid.uuid4()), account_id=account, name="All Accounts", name_key="all accounts", everywhere=True)
        for account in primaries
    )


class Migration(migrations.Migration):
    """After the tables of groups."""

    dependencies = [("groups", "0001_initial"), ("accounts", "0003_alter_account_primary_and_more")]

    operations = [migrations.RunPython(make_all_accounts, migrations.RunPython.noop)]
