"""What no row names any more is removed, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.files.base import File
from django.db import connection, models
from django.test.utils import isolate_apps

from tenantry.accounts.models import Account
from tenantry.content import sweep as sweeping
from tenantry.content.columns import ContentColumn
from tenantry.content.store import exists, keep, opened, storage
from tenantry.content.sweep import columns_of, sweep
from tenantry.rules.content import GRACE
from tenantry.rules.vocabulary import AccountId
from tenantry.store.ownership import AccountNotNamed, AccountRows
from tests.content.conftest import Place

pytestmark = pytest.mark.store

ACME = AccountId("acme")


@pytest.fixture
def tables(db: None) -> Iterator[tuple[Apps, Any]]:
    """A product with one table that names content twice, and that table."""
    with isolate_apps("tenantry.connectors") as registry:

        class Upload(models.Model):
            account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
            first = ContentColumn()
            second = ContentColumn(default="")
            other = models.CharField(max_length=32, default="")
            rows = AccountRows["Upload"]()

            class Meta:
                app_label = "connectors"
                db_table = "upload"

        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE upload (id integer PRIMARY KEY, account_id varchar(255), first varchar(32),"
                " second varchar(32), other varchar(32))"
            )
        assert registry is not None
        yield registry, Upload


def test_a_column_is_found_wherever_it_is(tables: tuple[Apps, Any]) -> None:
    """By asking Django for all tables: whoever adds a table cannot forget to tell. It is as long as a key."""
    registry, upload = tables
    assert columns_of(registry) == [(upload, "first"), (upload, "second")]
    assert upload._meta.get_field("first").max_length == 32
    name, path, _, options = upload._meta.get_field("second").deconstruct()
    assert (name, path, options) == (
        "second",
        "tenantry.content.columns.ContentColumn",
        {"max_length": 32, "default": ""},
    )
    with pytest.raises(AccountNotNamed):
        upload.rows.count()


def test_what_no_row_names_goes_after_a_day(
    place: Place, tables: tuple[Apps, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named by either column, or young: it stays. In portions, so that an installation may be large."""
    registry, upload = tables
    monkeypatch.setattr(sweeping, "PORTION", 2)
    keys = [keep(AccountId(f"a{number % 3}"), [b"x"], limit=1).key for number in range(7)]
    rows = upload.rows.of(ACME)
    rows.bulk_create([upload(id=1, account_id="a0", first=keys[0], second=keys[3], other=keys[6])])
    rows.bulk_create([upload(id=2, account_id="a1", first=keys[1])])
    with opened(AccountId("a0"), keys[0]) as stream:
        storage().save("ours/not-a-key", File(stream))
    late = datetime.now(UTC) + GRACE + timedelta(minutes=1)

    assert sweep(datetime.now(UTC) + GRACE - timedelta(minutes=1), registry=registry) == 0
    assert sweep(late, registry=registry) == 4
    kept = [number for number in range(7) if exists(AccountId(f"a{number % 3}"), keys[number])]
    assert kept == [0, 1, 3]
    assert "ours/not-a-key" in place.names()

    upload.rows.of("a0").delete()
    assert sweep(late, registry=registry) == 2
    assert sweep(late, registry=registry) == 0


def test_sweeping_asks_the_tables_once_a_portion(
    place: Place, tables: tuple[Apps, Any], django_assert_num_queries: Any
) -> None:
    """Two columns, one portion: two queries, however much is kept in it."""
    for _ in range(5):
        keep(ACME, [b"x"], limit=1)
    with django_assert_num_queries(2):
        assert sweep(datetime.now(UTC), registry=tables[0]) == 0
