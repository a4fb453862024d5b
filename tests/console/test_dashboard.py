"""The dashboard: counts of accessible environments, as bars and as a table of the same numbers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.environments.commands import attach_roles, create_environment
from tenantry.reporting import dashboard_console
from tenantry.reporting.commands import report_executions
from tenantry.rules.reporting import Outcome, Reported
from tenantry.rules.vocabulary import OPERATOR
from tests.console.people import AT, House, signed_in
from tests.console.test_reporting import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(bare_house: House, db: None) -> House:
    """An account with executions of today in one of its two environments."""
    made = bare_house
    now = datetime.now(UTC)
    outcomes = [Outcome.COMPLETE] * 5 + [Outcome.ERROR] * 2 + [Outcome.STARTED]
    runs = [
        Reported(f"n-{n}", "P", one, now - timedelta(minutes=n + 1), None if one is Outcome.STARTED else now)
        for n, one in enumerate(outcomes)
    ]
    old = Reported("old", "P", Outcome.ABORTED, now - timedelta(days=20), now)
    report_executions(at=now, account=made.account, runtime=made.reports.runtime, records=[*runs, old])
    return made


def table(client: Client, query: str = "") -> dict[str, list[str]]:
    """The rows of the table: the numbers by the name of the environment."""
    page = client.get(reverse("dashboard") + query).content.decode()
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    return {re.sub("<.*?>", "", name): re.findall(r"<td>(?:<b>)?([\d,]+)", cells) for name, cells in rows}


def test_the_table_has_the_numbers_by_environment_and_status(house: House) -> None:
    """Complete, error, aborted, running, all; environments without any have zeros; the last row adds up."""
    client = signed_in(house.administrator, house.account)
    assert table(client) == {
        "Acme reports": ["5", "2", "0", "1", "8"],
        "Production": ["0", "0", "0", "0", "0"],
        "All": ["5", "2", "0", "1", "8"],
    }
    assert table(client, "?period=month")["All"] == ["5", "2", "1", "1", "9"]
    assert table(client, "?period=century")["All"] == ["5", "2", "0", "1", "8"]


def test_of_very_many_environments_the_busiest_are_listed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are one row, without a link, and the sum is that of all."""
    monkeypatch.setattr(dashboard_console, "LISTED", 1)
    client = signed_in(house.administrator, house.account)
    create_environment(actor=OPERATOR, at=AT, account=house.account, name="A quiet one")
    assert table(client) == {
        "Acme reports": ["5", "2", "0", "1", "8"],
        "2 other environments": ["0", "0", "0", "0", "0"],
        "All": ["5", "2", "0", "1", "8"],
    }
    assert '<th scope="row">2 other environments</th>' in client.get(reverse("dashboard")).content.decode()


def test_the_bars_say_the_same_in_words(house: House) -> None:
    """Each is an image with a text; each status has a pattern of its own, so colour is never the only sign."""
    page = signed_in(house.administrator, house.account).get(reverse("dashboard")).content.decode()
    assert 'role="img" aria-label="Acme reports: 5 complete, 2 error, 1 running"' in page
    assert 'aria-label="Production: none"' in page
    for status in Outcome:
        assert f'id="p-{status}"' in page
        assert f'fill="url(#p-{status})"' in page
    widths = [float(width) for width in re.findall(r'width="([\d.]+)%" height="20"', page)]
    assert len(widths) == 3
    assert widths[0] / widths[1] == pytest.approx(2.5, rel=0.01)
    assert sum(widths) <= 100


def test_env_13_closed_environments_are_silently_left_out(house: House) -> None:
    """Neither bar nor row nor part of the sum."""
    outsider, _ = somebody(house.account, "otto", "DASHBOARD", "VIEW_RESULT")
    insider, role = somebody(house.account, "ina", "DASHBOARD")
    attach_roles(
        actor=OPERATOR, at=AT, account=house.account, environment=house.reports.environment, roles=frozenset({role})
    )
    page = outsider.get(reverse("dashboard")).content.decode()
    assert "Acme reports" not in page
    assert "Nothing ran in this period" in page
    assert table(insider)["All"] == ["5", "2", "0", "1", "8"]
    assert reverse("reporting") not in insider.get(reverse("dashboard")).content.decode()


def test_the_dashboard_needs_its_privilege(house: House) -> None:
    """View Results is another one."""
    client, _ = somebody(house.account, "sue", "VIEW_RESULT")
    answer = client.get(reverse("dashboard"))
    assert answer.status_code == 403
    assert "DASHBOARD" in answer.content.decode()
    assert reverse("dashboard") not in client.get(reverse("reporting")).content.decode()
