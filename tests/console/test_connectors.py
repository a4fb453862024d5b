"""Pages about connectors: what is uploaded, what staff decide, and what a blocked component shows."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import change_account_status
from tenantry.connectors.models import Connector, ConnectorVersion
from tenantry.content.store import storage
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, Status
from tenantry.sharing.commands import withdraw
from tests.console.people import AT, House, known, signed_in
from tests.store.descriptors import DESCRIPTOR
from tests.store.factories import ADMINISTRATOR, a_user
from tests.store.workshops import a_user_of, type_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(whole_house: House, db: None) -> House:
    """A house with a workshop."""
    return whole_house


def zipped(name: str = "lib/connector.jar") -> bytes:
    """An archive with one entry."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr(name, b"classes")
    return kept.getvalue()


def upload(client: Client, *, descriptor: bytes = DESCRIPTOR, archive: bytes = b"") -> Any:
    """Send the dialog "Add Connector Group"."""
    files = {
        "descriptor": SimpleUploadedFile("descriptor.xml", descriptor),
        "archive": SimpleUploadedFile("../../my crm.zip", archive or zipped()),
    }
    told = {"name": "CRM", "display_name": "CRM", "classification": "dev"}
    return client.post(reverse("connector_group_add"), {**told, **files})


def test_conn_2_what_is_uploaded_is_looked_through_and_comes_back_as_it_was(house: House) -> None:
    """A good pair makes the group; the archive is downloaded again byte for byte, under a harmless name."""
    client = signed_in(house.administrator, house.account)
    archive = zipped()
    assert upload(client, archive=archive).status_code == 303
    version = ConnectorVersion.rows.of(house.account).get(group__name="CRM")
    query: dict[str, Any] = {"group": version.group_id, "version": 1}
    told = client.get(reverse("connector_version"), query).content.decode()
    assert "Speaks to a CRM." in told
    answer = client.get(reverse("connector_file"), {**query, "file": "archive"})
    assert b"".join(answer) == archive
    assert answer["Content-Disposition"] == 'attachment; filename="my crm.zip"'
    assert client.get(reverse("connector_file"), {**query, "file": "other"}).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"descriptor": b"<!DOCTYPE x []><GenericConnectorDescriptor/>"}, "document type"),
        ({"descriptor": b"<other/>"}, "of the descriptor"),
        ({"archive": b"no archive"}, "archive"),
        ({"archive": zipped("../escape.jar")}, "escape.jar"),
    ],
)
def test_conn_2_what_is_refused_is_told_at_its_file_and_not_kept(
    house: House, given: dict[str, bytes], said: str
) -> None:
    """Nothing is left of it, neither row nor content."""
    client = signed_in(house.administrator, house.account)
    before = len(list(storage().kept()))
    answer = upload(client, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert len(list(storage().kept())) == before
    assert not ConnectorVersion.rows.of(house.account).filter(group__name="CRM").exists()


def test_conn_2_a_file_that_is_too_large_is_dropped_while_it_comes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the form says why it is missing."""
    client = signed_in(house.administrator, house.account)
    monkeypatch.setattr("tenantry.web.uploads.MOST", 1000)
    answer = upload(client, archive=zipped() + b"x" * 200_000)
    assert answer.status_code == 422
    assert "larger than can be taken" in answer.content.decode()


def test_conn_6_staff_see_and_decide_reviews_of_all_accounts(house: House) -> None:
    """Nobody else learns of them; approved, the connector is Public."""
    staff = known(house.account, "sid@platform.example", staff=True)
    client = signed_in(staff, house.account)
    page = client.get(reverse("connector_reviews")).content.decode()
    assert "Toolbox" in page
    dialog = f"{reverse('connector_review')}?review={house.workshop.review}"
    assert "Approve" in client.get(dialog).content.decode()
    query: dict[str, Any] = {"review": house.workshop.review, "file": "descriptor"}
    answer = client.get(reverse("connector_review_file"), query)
    assert b"".join(answer) == DESCRIPTOR
    assert client.post(dialog, {"decision": "approve"}).status_code == 303
    assert Connector.rows.of(house.account).get(pk=house.workshop.asked).visibility == "public"
    assert client.post(dialog, {"decision": "approve"}).status_code == 422
    outsider = signed_in(house.administrator, house.account)
    assert outsider.get(dialog).status_code == 403


def test_conn_9_a_blocked_component_says_why_and_shows_no_text(house: House) -> None:
    """It keeps its place in lists, and what can be done with it; the customer's page names the connector."""
    kind = type_of(house.account, house.workshop.released)
    used = a_user_of(house.member, kind, "Fetches")
    withdraw(
        actor=OPERATOR,
        at=AT,
        account=house.account,
        group=house.group,
        kind=Kind.CONNECTOR,
        resource=house.workshop.released,
    )
    change_account_status(actor=OPERATOR, at=AT, account=house.member, status=Status.ACTIVE)
    client = signed_in(a_user(house.member, ADMINISTRATOR).id, house.member)
    answer = client.get(reverse("build"), {"component": used})
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Fetches uses the connector Toolbox, which cannot be used in this account." in told
    assert kind not in told
    assert "Fetches" in client.get(reverse("build")).content.decode()
    listed = client.get(reverse("connectors")).content.decode()
    assert "No longer usable" in listed
    assert "1 component" in listed
