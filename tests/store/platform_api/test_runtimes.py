"""Atom, EnvironmentAtomAttachment and InstallerToken, in JSON and XML."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.clouds.clusters import install_cluster
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, RuntimeId
from tenantry.runtimes.commands import detach_runtime, install_runtime
from tenantry.runtimes.models import InstallerToken, Runtime
from tests.store.factories import ADMINISTRATOR, AT, a_group, a_member, a_role, a_user, an_account
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import caller, refusal, simple
from tests.store.platform_api.plants import Plant, counted, make_plant, seen_alike
from tests.store.skies import ROOMY, a_cloud, an_attachment, lend_cloud, withdraw_cloud
from tests.store.workplaces import a_runtime, an_environment

pytestmark = pytest.mark.django_db

SPACE = {"bns": "http://api.platform.boomi.com/"}


@dataclass(frozen=True)
class Yard(Plant):
    """A plant with runtimes: one attached nowhere, one in each environment, and the attachment `slot` in `cloud`."""

    idle: RuntimeId
    in_open: RuntimeId
    in_ours: RuntimeId
    in_closed: RuntimeId
    slot: RuntimeId
    cloud: str

    @property
    def runtimes(self) -> set[str]:
        """All of them."""
        return {self.idle, self.in_open, self.in_ours, self.in_closed, self.slot}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Yard]:
    """The account, in a transaction around those of the tests."""
    with around_all_tests(django_db_blocker):
        plant = make_plant()
        cloud = a_cloud(plant.home, "North")
        yield Yard(
            **{name: getattr(plant, name) for name in Plant.__dataclass_fields__},
            idle=a_runtime(plant.home, name="Idle").id,
            in_open=a_runtime(plant.home, plant.open, "Opened").id,
            in_ours=a_runtime(plant.home, plant.ours, "Ours").id,
            in_closed=a_runtime(plant.home, plant.closed, "Closed").id,
            slot=an_attachment(plant.home, cloud, "Slot"),
            cloud=cloud,
        )


@pytest.fixture
def yard(built: Yard, db: None) -> Yard:
    """An account with runtimes."""
    return built


# ---- Atom ----------------------------------------------------------------------------------------------------------


def test_cloud_5_an_attachment_is_made_named_and_deleted(yard: Yard) -> None:
    """CLOUD-5, CLOUD-6: what a program makes of a cloud is a runtime like others."""
    made = yard.ann.post("Atom", {"cloudId": yard.cloud, "name": " Second ", "id": "mine"})
    assert made == {
        "@type": "Atom",
        "capabilities": [],
        "cloudId": yard.cloud,
        "cloudName": "North",
        "cloudOwnerName": "Plant",
        "dateInstalled": made["dateInstalled"],
        "id": made["id"],
        "isCloudAttachment": True,
        "name": "Second",
        "status": "ONLINE",
        "type": "CLOUD",
    }
    assert made["id"] != "mine"
    assert yard.ann.get(f"Atom/{made['id']}") == made
    renamed = yard.ann.post(f"Atom/{made['id']}", {"id": made["id"], "name": "Other", "purgeHistoryDays": 90})
    assert renamed == made | {"name": "Other"}
    assert yard.ann.post(f"Atom/{made['id']}", {"purgeHistoryDays": 90}) == renamed
    assert yard.ann.delete(f"Atom/{made['id']}") is True
    assert refusal(yard.ann.send("DELETE", f"Atom/{made['id']}"))[:2] == (403, "not_there")


def test_atom_tells_whether_it_is_online(yard: Yard) -> None:
    """A local runtime while it is heard of, an attachment while it can be used; what ails one is told."""
    Runtime.rows.of(yard.home).filter(id=yard.idle).update(
        seen_at=datetime.now(UTC) - timedelta(minutes=6), version="2.1"
    )
    told = yard.ann.get(f"Atom/{yard.idle}")
    assert (told["status"], told["type"], told["currentVersion"]) == ("OFFLINE", "ATOM", "2.1")
    assert told["isCloudAttachment"] is False
    assert told["dateInstalled"] == "2031-05-20T12:00:00Z"
    assert "cloudId" not in told
    assert yard.ann.get(f"Atom/{yard.in_open}")["status"] == "ONLINE"
    member = a_member(yard.home, features=frozenset({Feature.ADVANCED_USER_SECURITY, Feature.API_TOKENS}))
    group = a_group(yard.home, members=[member])
    lend_cloud(yard.home, group, yard.cloud)
    there = caller(member, a_user(member, ADMINISTRATOR))
    slot = there.post("Atom", {"cloudId": yard.cloud, "name": "Theirs"})
    assert (slot["status"], slot["cloudOwnerName"]) == ("ONLINE", "Plant")
    withdraw_cloud(yard.home, group, yard.cloud)
    ended = there.get(f"Atom/{slot['id']}")
    assert (ended["status"], "not shared" in ended["statusDetail"]) == ("OFFLINE", True)
    assert refusal(there.send("POST", f"Atom/{slot['id']}", {"name": "x"}))[:2] == (400, "attachment_unavailable")
    assert refusal(there.send("POST", "Atom", {"cloudId": yard.cloud, "name": "x"}))[:2] == (400, "nothing_named")


def test_atom_in_xml(yard: Yard) -> None:
    """Attributes, and an element for each capability, of which there is none here."""
    body = f'<Atom xmlns="http://api.platform.boomi.com/" cloudId="{yard.cloud}" name="X"/>'.encode()
    root = etree.fromstring(yard.ann.send("POST", "Atom", body, accept="application/xml").content)
    assert root.tag == "{http://api.platform.boomi.com/}Atom"
    assert (root.get("name"), root.get("isCloudAttachment"), root.get("type"), len(root)) == ("X", "true", "CLOUD", 0)
    found = etree.fromstring(yard.ann.send("POST", "Atom/query", b"", accept="text/xml").content)
    assert found.get("numberOfResults") == "6"
    assert len(found.findall("bns:result", SPACE)) == 6


def test_atom_is_queried(yard: Yard) -> None:
    """By each of its properties; those that no runtime has here find nothing."""
    Runtime.rows.of(yard.home).filter(id=yard.idle).update(seen_at=None)

    def names(*test: object) -> set[str]:
        return {one["name"] for one in yard.ann.all_of("Atom", simple(*test))}  # type: ignore[arg-type]

    local = {"Idle", "Opened", "Ours", "Closed"}
    assert names("name", "CONTAINS", "O") == {"Opened", "Ours"}
    assert names("name", "NOT_CONTAINS", "O") == {"Idle", "Closed", "Slot"}
    assert names("id", "EQUALS", yard.slot) == {"Slot"}
    assert names("status", "EQUALS", "OFFLINE") == {"Idle"}
    assert names("status", "NOT_EQUALS", "OFFLINE") == {"Opened", "Ours", "Closed", "Slot"}
    assert names("type", "EQUALS", "ATOM") == local
    assert names("type", "CONTAINS", "LOU") == {"Slot"}
    assert names("isCloudAttachment", "EQUALS", True) == {"Slot"}  # noqa: FBT003 - as a real client sends it
    assert names("isCloudAttachment", "EQUALS", "false") == local
    assert names("cloudId", "EQUALS", yard.cloud) == {"Slot"}
    assert names("attachmentCloudId", "NOT_EQUALS", yard.cloud) == local
    assert names("capabilities", "CONTAINS", "GATEWAY") == set()
    for name in ("hostName", "cloudMoleculeId", "instanceId"):
        assert names(name, "EQUALS", "x") == set()


def test_env_13_runtimes_in_closed_environments_are_left_out_and_refused(yard: Yard) -> None:
    """What is listed is what can be got, for everybody, and what cannot be got cannot be changed either."""
    assert seen_alike(yard.ann, "Atom", yard.runtimes) == yard.runtimes
    assert seen_alike(yard.ron, "Atom", yard.runtimes) == yard.runtimes - {yard.in_closed}
    assert seen_alike(yard.ruth, "Atom", yard.runtimes) == {yard.idle, yard.in_open, yard.slot}
    assert refusal(yard.ron.send("POST", f"Atom/{yard.in_closed}", {"name": "x"}))[:2] == (403, "not_there")
    detach_runtime(actor=OPERATOR, at=AT, account=yard.home, runtime=yard.in_closed)
    assert refusal(yard.ruth.send("DELETE", f"Atom/{yard.in_closed}"))[:2] == (403, "not_held")
    assert yard.ron.delete(f"Atom/{yard.in_closed}") is True


def test_atom_refusals(yard: Yard) -> None:
    """Each with its status, and nothing stored."""
    foreign = an_account("Elsewhere", ROOMY)
    theirs = a_cloud(foreign, "South")
    bare = a_cloud(yard.home, "Bare", clusters=0)
    for body, status, code in (
        ({"name": "x"}, 400, ""),
        ({"name": "x", "cloudId": "unknown"}, 400, "nothing_named"),
        ({"name": "x", "cloudId": theirs}, 400, "nothing_named"),
        ({"name": "x", "cloudId": bare}, 400, "cloud_not_installed"),
        ({"cloudId": yard.cloud}, 400, "runtime_name_invalid"),
    ):
        found = refusal(yard.ann.send("POST", "Atom", body))
        assert found[:2] == (status, code), (body, found)
    assert refusal(yard.ruth.send("POST", "Atom", {"name": "x", "cloudId": yard.cloud}))[:2] == (403, "not_held")
    assert refusal(yard.ann.send("DELETE", f"Atom/{yard.in_open}"))[:2] == (400, "runtime_attached")
    assert refusal(yard.ann.send("POST", f"Atom/{yard.in_open}", {"name": ""}))[:2] == (400, "runtime_name_invalid")
    assert refusal(yard.ann.send("GET", f"Atom/{an_attachment(foreign, theirs)}"))[:2] == (403, "not_there")
    assert {one["id"] for one in yard.ann.all_of("Atom")} == yard.runtimes


def test_api_3_runtimes_are_paged_in_the_order_of_their_creation(yard: Yard) -> None:
    """None twice and none passed over, and thirty cost what three cost."""
    yard.ron.post("Atom/query")
    with counted() as few:
        yard.ron.post("Atom/query")
    rows = [
        Runtime(
            id=f"{999 - n}",
            account_id=yard.home,
            name=f"Mass {n}",
            cloud_id=yard.cloud,
            installed_at=AT + timedelta(seconds=n // 3),
        )
        for n in range(230)
    ]
    Runtime.rows.of(yard.home).bulk_create(rows)
    told = [one["id"] for one in yard.ann.all_of("Atom")]
    assert set(told) == yard.runtimes | {row.id for row in rows}
    assert len(told) == len(set(told))
    newest = [row.id for row in sorted(rows, key=lambda row: (row.installed_at, row.id))]
    assert told[-100:] == newest[-100:]
    with counted() as many:
        yard.ron.post("Atom/query")
    assert len(many) <= len(few)


# ---- EnvironmentAtomAttachment -------------------------------------------------------------------------------------


def link(runtime: str, environment: str) -> str:
    """The id of a link."""
    return urlsafe_b64encode(f"ENV_ATOM{runtime}:{environment}".encode()).decode().rstrip("=")


def test_env_3_and_api_4_runtimes_are_attached_moved_and_detached(yard: Yard) -> None:
    """ENV-3: attaching one that is attached elsewhere moves it; Runtime Management alone does (ENV-5)."""
    body = {"atomId": yard.idle, "environmentId": yard.open}
    made = yard.ron.post("EnvironmentAtomAttachment", body)
    assert made == {"@type": "EnvironmentAtomAttachment", **body, "id": link(yard.idle, yard.open)}
    again = refusal(yard.ron.send("POST", "EnvironmentAtomAttachment", body))
    assert again[:2] == (400, "runtime_there_already")
    moved = yard.ron.post("EnvironmentAtomAttachment", {"atomId": yard.idle, "environmentId": yard.ours})
    every = yard.ron.all_of("EnvironmentAtomAttachment", simple("atomId", "EQUALS", yard.idle))
    assert every == [moved]
    assert refusal(yard.ron.send("DELETE", f"EnvironmentAtomAttachment/{made['id']}"))[:2] == (403, "not_there")
    assert yard.ron.delete(f"EnvironmentAtomAttachment/{moved['id']}") is True
    assert yard.ron.all_of("EnvironmentAtomAttachment", simple("atomId", "EQUALS", yard.idle)) == []
    for method, path in (("GET", "/x"), ("POST", "/x"), ("POST", "/bulk")):
        assert refusal(yard.ann.send(method, f"EnvironmentAtomAttachment{path}", {}))[:2] == (
            400,
            "not_possible_by_call",
        )


def test_attachment_in_xml(yard: Yard) -> None:
    """All its members are attributes."""
    body = f'<a:EnvironmentAtomAttachment xmlns:a="http://api.platform.boomi.com/" atomId="{yard.idle}" '
    body += f'environmentId="{yard.open}"/>'
    answer = yard.ann.send("POST", "EnvironmentAtomAttachment", body.encode(), accept="application/xml")
    assert dict(etree.fromstring(answer.content).attrib) == {
        "atomId": yard.idle,
        "environmentId": yard.open,
        "id": link(yard.idle, yard.open),
    }


def test_env_13_attachments_are_listed_where_the_gate_lets_in(yard: Yard) -> None:
    """By runtime and by environment."""

    def runtimes(who: str, *test: object) -> set[str]:
        found = getattr(yard, who).all_of("EnvironmentAtomAttachment", simple(*test) if test else None)  # type: ignore[arg-type]
        return {one["atomId"] for one in found}

    assert runtimes("ann") == {yard.in_open, yard.in_ours, yard.in_closed}
    assert runtimes("ron") == {yard.in_open, yard.in_ours}
    assert runtimes("ruth") == {yard.in_open}
    assert runtimes("ann", "environmentId", "EQUALS", yard.ours) == {yard.in_ours}
    assert runtimes("ann", "environmentId", "NOT_EQUALS", yard.ours) == {yard.in_open, yard.in_closed}
    assert runtimes("ann", "atomId", "EQUALS", yard.in_closed) == {yard.in_closed}
    assert runtimes("ron", "atomId", "EQUALS", yard.in_closed) == set()
    gone = refusal(yard.ron.send("DELETE", f"EnvironmentAtomAttachment/{link(yard.in_closed, yard.closed)}"))
    assert gone[:2] == (403, "not_there")


def test_attachment_refusals(yard: Yard) -> None:
    """ENV-3, ENV-4, ENV-13: each with its status, and nothing moves."""
    elsewhere = an_environment(an_account("Elsewhere"), "Foreign")
    for body, status, code in (
        ({}, 400, ""),
        ({"atomId": yard.idle}, 400, ""),
        ({"atomId": "unknown", "environmentId": yard.open}, 400, "nothing_named"),
        ({"atomId": yard.idle, "environmentId": "unknown"}, 400, "nothing_named"),
        ({"atomId": yard.idle, "environmentId": "Open"}, 400, "nothing_named"),
        ({"atomId": yard.idle, "environmentId": elsewhere}, 400, "nothing_named"),
        ({"atomId": yard.slot, "environmentId": yard.closed}, 400, "classification_differs"),
    ):
        found = refusal(yard.ann.send("POST", "EnvironmentAtomAttachment", body))
        assert found[:2] == (status, code), (body, found)
    for who, body, code in (
        (yard.ron, {"atomId": yard.idle, "environmentId": yard.closed}, "environment_closed"),
        (yard.ron, {"atomId": yard.in_closed, "environmentId": yard.open}, "environment_closed"),
        (yard.ruth, {"atomId": yard.idle, "environmentId": yard.open}, "not_held"),
    ):
        assert refusal(who.send("POST", "EnvironmentAtomAttachment", body))[:2] == (403, code)
    assert len(yard.ann.all_of("EnvironmentAtomAttachment")) == 3


def test_env_16_nothing_attaches_where_somebody_only_reads(yard: Yard) -> None:
    """Environment Management Read Access on both sides makes it read-only."""
    narrow = a_role(yard.home, "Narrow", "API", "ATOM_MANAGEMENT", "ENV_MANAGEMENT_READ_ONLY")
    place = an_environment(yard.home, "Narrow", narrow)
    nora = caller(yard.home, a_user(yard.home, narrow))
    found = refusal(nora.send("POST", "EnvironmentAtomAttachment", {"atomId": yard.idle, "environmentId": place}))
    assert found[:2] == (403, "environment_read_only")


# ---- InstallerToken ------------------------------------------------------------------------------------------------


def test_priv_6_installer_tokens_install_once_within_their_time(yard: Yard) -> None:
    """The token is told once, and its half hour counts from now."""
    told = yard.ron.post("InstallerToken", {"installType": "MOLECULE", "durationMinutes": 30})
    assert {name: told[name] for name in ("@type", "accountId", "durationMinutes", "installType")} == {
        "@type": "InstallerToken",
        "accountId": yard.home,
        "durationMinutes": 30,
        "installType": "MOLECULE",
    }
    created, expires = (datetime.fromisoformat(told[name]) for name in ("created", "expiration"))
    assert expires - created == timedelta(minutes=30)
    made, _ = install_runtime(at=created + timedelta(minutes=29), token=told["token"], name="Fresh")
    assert yard.ron.get(f"Atom/{made}")["name"] == "Fresh"
    assert InstallerToken.rows.of(yard.home).filter(used_at=None).count() == 0
    day = yard.ann.post("InstallerToken", {"installType": "ATOM"})
    assert day["durationMinutes"] == 1440
    cluster = yard.ann.post("InstallerToken", {"installType": "CLOUD", "cloudId": yard.cloud, "durationMinutes": 60})
    assert cluster["cloudId"] == yard.cloud
    install_cluster(at=datetime.now(UTC), token=cluster["token"], name="More")


def test_installer_token_in_xml(yard: Yard) -> None:
    """All its members are attributes."""
    body = b'<InstallerToken xmlns="http://api.platform.boomi.com/" installType="ATOM" durationMinutes="45"/>'
    root = etree.fromstring(yard.ann.send("POST", "InstallerToken", body, accept="text/xml").content)
    names = {"accountId", "created", "durationMinutes", "expiration", "installType", "token"}
    assert set(root.attrib) == names
    assert len(root) == 0


def test_installer_token_refusals(yard: Yard) -> None:
    """Each with its status, and no token is made."""
    before = InstallerToken.rows.of(yard.home).count()
    for body, status, code in (
        ({}, 400, ""),
        ({"installType": "GATEWAY"}, 400, ""),
        ({"installType": "atom"}, 400, ""),
        ({"installType": "ATOM", "durationMinutes": 29}, 400, "token_life_invalid"),
        ({"installType": "ATOM", "durationMinutes": 1441}, 400, "token_life_invalid"),
        ({"installType": "ATOM", "durationMinutes": 10**17}, 400, "token_life_invalid"),
        ({"installType": "ATOM", "durationMinutes": -(10**17)}, 400, "token_life_invalid"),
        ({"installType": "ATOM", "durationMinutes": "soon"}, 400, ""),
        ({"installType": "CLOUD"}, 400, ""),
        ({"installType": "CLOUD", "cloudId": "unknown"}, 400, "nothing_named"),
        ({"installType": "CLOUD", "cloudId": yard.cloud, "durationMinutes": 1}, 400, "token_life_invalid"),
        ({"installType": "ATOM", "accountId": "elsewhere-AAAAAA"}, 403, "account_not_yours"),
    ):
        found = refusal(yard.ann.send("POST", "InstallerToken", body))
        assert found[:2] == (status, code), (body, found)
    assert refusal(yard.ruth.send("POST", "InstallerToken", {"installType": "ATOM"}))[:2] == (403, "not_held")
    closed = refusal(yard.ron.send("POST", "InstallerToken", {"installType": "CLOUD", "cloudId": yard.cloud}))
    assert closed[:2] == (403, "not_held")
    assert refusal(yard.ann.send("GET", "InstallerToken/x"))[:2] == (400, "not_possible_by_call")
    assert InstallerToken.rows.of(yard.home).count() == before
