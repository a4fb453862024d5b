"""Every account-owned table has an index that begins with the account: `rows.of(account)` never scans."""

import pytest
from django.apps import apps
from django.db import connection

from tenantry.store.ownership import AccountOwned

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def test_every_account_owned_table_has_an_index_that_begins_with_the_account() -> None:
    """The abstract column has none of its own, so each table must declare one."""
    tables = [model for model in apps.get_models() if issubclass(model, AccountOwned)]
    assert len(tables) >= 5
    with connection.cursor() as cursor:
        for model in tables:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
            first = {entry["columns"][0] for entry in found if entry["columns"] and (entry["index"] or entry["unique"])}
            assert "account_id" in first, model.__name__
