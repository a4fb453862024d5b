"""Lists of runtimes: searched, filtered and sorted (PRIV-7)."""

from datetime import timedelta

import pytest

from tenantry.environments.commands import create_environment
from tenantry.rules.vocabulary import OPERATOR, EnvironmentId
from tenantry.runtimes.commands import attach_runtime, install_runtime, issue_installer_token
from tenantry.runtimes.models import Runtime
from tenantry.runtimes.queries import Order, Wanted, Which, runtimes_page
from tests.store.factories import AT
from tests.store.skies import Sky, a_cloud, an_attachment, lend_cloud, withdraw_cloud

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(sky: Sky) -> EnvironmentId:
    """An environment of the customer with a local runtime, an attachment, and one that is Unavailable (CLOUD-8)."""
    there = create_environment(actor=OPERATOR, at=AT, account=sky.member, name="Production", classification="PROD")
    token = issue_installer_token(actor=OPERATOR, at=AT, account=sky.member)
    local, _ = install_runtime(at=AT + timedelta(minutes=1), token=token, name="Mill engine")
    attach_runtime(actor=OPERATOR, at=AT, account=sky.member, runtime=local, environment=there)
    an_attachment(sky.member, sky.north, "Quay", there)
    south = a_cloud(sky.home, "South")
    lend_cloud(sky.home, sky.group, south)
    an_attachment(sky.member, south, "Barn engine", there)
    withdraw_cloud(sky.home, sky.group, south)
    an_attachment(sky.member, sky.north, "Attached nowhere")
    return there


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["Barn engine", "Mill engine", "Quay"]),
        (Wanted("ENGINE"), ["Barn engine", "Mill engine"]),
        (Wanted("engine mill"), ["Mill engine"]),
        (Wanted(which=Which.LOCAL), ["Mill engine"]),
        (Wanted(which=Which.IN_CLOUDS), ["Barn engine", "Quay"]),
        (Wanted(which=Which.UNAVAILABLE), ["Barn engine"]),
        (Wanted("quay", Which.UNAVAILABLE), []),
    ],
    ids=str,
)
def test_priv_7_runtimes_are_searched_and_filtered(
    sky: Sky, production: EnvironmentId, wanted: Wanted, names: list[str]
) -> None:
    """By every word of their names, and by what they are; those of other places are on no list of this one."""
    page, count = runtimes_page(sky.member, production, wanted)
    assert ([row.name for row in page.rows], count) == (names, len(names))
    page, _ = runtimes_page(sky.member, None, Wanted())
    assert [row.name for row in page.rows] == ["Attached nowhere"]


@pytest.mark.parametrize("order", Order)
def test_priv_7_runtimes_are_sorted_page_by_page(sky: Sky, order: Order) -> None:
    """In the order asked for, without one twice or left out."""
    rows = [
        Runtime(
            id=f"r{n:03}",
            account_id=sky.member,
            name=f"Engine {n * 7 % 120:03}",
            digest=f"{n}",
            installed_at=AT + timedelta(minutes=n * 11 % 60),
        )
        for n in range(120)
    ]
    Runtime.rows.of(sky.member).bulk_create(rows)
    found: list[Runtime] = []
    mark = ""
    while True:
        page, count = runtimes_page(sky.member, None, Wanted(order=order), mark)
        found += page.rows
        mark = page.next
        if not mark:
            break
    assert (len(found), len({row.id for row in found}), count) == (120, 120, 120)
    told = [row.name if order is Order.NAME else row.installed_at.isoformat() for row in found]
    assert told == sorted(told, reverse=order is Order.NEWEST)
