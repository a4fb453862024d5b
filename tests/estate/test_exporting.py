"""An export is sorted and stable, loses nothing, and loads into an empty database to the same bytes."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tenantry.accounts.commands import switch_feature
from tenantry.accounts.models import Account
from tenantry.agreements.models import UsageAgreement
from tenantry.audit.models import Entry
from tenantry.build.models import Component, ComponentRevision, Folder
from tenantry.clouds.models import Cloud, CloudCluster
from tenantry.connectors.models import Connector, ConnectorGroup, ConnectorVersion
from tenantry.datahub.models import Model, ModelVersion
from tenantry.deploy.models import PackagedComponent
from tenantry.estate.kinds import KINDS
from tenantry.factors.models import Enforcement
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.jobs.models import QueuedJob
from tenantry.library.models import Process, Publication
from tenantry.objects.models import HostObject
from tenantry.privileges.models import HostPrivilege
from tenantry.roles.models import Role
from tenantry.rules.features import Feature
from tenantry.rules.privileges import BUILT_IN
from tenantry.rules.refusals import Refused
from tenantry.rules.roles import DEFAULT_ROLES
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tenantry.sessions.models import SessionSetting
from tenantry.sharing.models import Share
from tenantry.sso.models import SignOnSettings
from tenantry.store.crossings import Crossing
from tenantry.store.models import Revision
from tenantry.users.models import AccountUser, User, UserRole
from tests.estate.loading import (
    ACME,
    AT,
    BOB,
    PARTNER,
    SERV,
    WORLD,
    Fields,
    Loader,
    M,
    P,
    exported,
    gives,
    group,
    member,
    serves,
    shared,
    shares,
)

pytestmark = [pytest.mark.store, pytest.mark.django_db]

RICH: tuple[Fields, ...] = (
    *WORLD,
    {"kind": "account", "id": "Zeta", "name": "Zeta", "features": ["account_groups", "data_hub"]},
    {"kind": "account", "id": "beta", "name": "Bêta", "primary": "Zeta", "support_access_role": None},
    {"kind": "account", "id": "alpha", "name": "Alpha", "status": "suspended", "support_access_role": "Standard User"},
    {"kind": "account", "id": "trial", "name": "T", "status": "trial", "trial_ends": "2026-07-01T10:11:12.131415Z"}
    | {"operator": True},
    {"kind": "account_settings", "account": "acme", "password_policy": {"history": 2}, "two_factor_enforced": True}
    | {"sessions": {"limited": True}, "usage_agreement": {"title": "Térms"}}
    | {"sign_on": {"enabled": "openid", "openid": {"issuer": "https://id.test", "client_id": "c"}}},
    {"kind": "user", "id": "Zoë@beta.test", "first_name": "Zoë", "external_id": "z-1", "staff": True, "locked": True},
    {"kind": "user", "id": "nobody@beta.test", "signed_in": True},
    {"kind": "role", "account": "acme", "name": "Child", "id": "kept-id", "inherits": "Ops", "privileges": ["X:1"]},
    {"kind": "role", "account": "beta", "name": "Ops", "description": "Own\nlines", "privileges": []},
    gives({"id": "zoë@beta.test"}, "Ops", "beta", valid_from="2020-01-01T00:00:00Z"),
    gives(BOB, "Child", valid_until="2030-01-01T00:00:00Z"),
    gives(BOB, "Administrator"),
    gives({"id": "ann@acme.test"}, "Ops"),
    {"kind": "role", "account": "Zeta", "name": "Ops", "id": "zeta-ops", "privileges": ["EXECUTE"]},
    {"kind": "role", "account": "Zeta", "name": "ärger", "id": "zeta-more", "privileges": []},
    {"kind": "federation", "account": "beta", "user": "zoë@beta.test", "federation_id": "Zoë 1"},
    {"kind": "federation", "account": "Zeta", "user": "zoë@beta.test", "federation_id": "zoë 1"},
    {"kind": "federation", "account": "Zeta", "user": "nobody@beta.test", "federation_id": "Zoë 1"},
    group("Service", "Zeta", id="service", alert_level="warning"),
    group("Ämter", "Zeta", id="offices"),
    group("All Accounts", "Zeta", alert_level="error"),
    member("beta", "Service", "Zeta"),
    member("beta", "All Accounts", "Zeta"),
    serves({"id": "zoë@beta.test"}, "Ops", "Service", "Zeta", valid_until="2031-01-01T00:00:00Z"),
    serves({"id": "zoë@beta.test"}, "Administrator", "Service", "Zeta"),
    serves({"id": "nobody@beta.test"}, "Support", "All Accounts", "Zeta"),
    shares("Ops", "Service", "Zeta"),
    shares("ärger", "All Accounts", "Zeta"),
    shares("Ops", "Ämter", "Zeta"),
    gives({"id": "zoë@beta.test"}, shared("Ops", "Zeta"), "beta", valid_from="2021-01-01T00:00:00Z"),
    {"kind": "connector", "account": "Zeta", "name": "CRM", "type": "crm", "version": "1.4", "released": "private"},
    {"kind": "connector", "account": "Zeta", "name": "CRM", "type": "Zeta-crm-qa", "version": 3, "released": None},
    {"kind": "connector", "account": "Zeta", "name": "Über", "type": "uber", "id": "ü", "released": "public"},
    {"kind": "connector", "account": "acme", "name": "Old", "type": "old", "released": "hidden"},
    {"kind": "connector", "account": "acme", "name": "Older", "type": "old", "released": "hidden_public"},
    {"kind": "connector", "account": "acme", "name": "Oldest", "type": "old", "released": "hidden_unreleased"},
    {"kind": "group_resource", "account": "Zeta", "group": "Ämter", "type": "connector", "name": "Sales"},
    {"kind": "connector", "account": "Zeta", "name": "Sales", "type": "sales", "version": 2, "released": "private"},
    {"kind": "folder", "account": "Zeta", "path": "Sold/Ämter", "id": "sold"},
    {
        "kind": "process",
        "account": "Zeta",
        "name": "Ärger",
        "id": "proc-1",
        "folder": "Sold/Ämter",
        "published": True,
    },
    {"kind": "process", "account": "Zeta", "name": "Ärger", "id": "proc-2", "published": False},
    {"kind": "process", "account": "Zeta", "name": "Shared", "id": "proc-4", "published": True},
    shares("Shared", "Service", "Zeta", type="process"),
    {"kind": "process", "account": "beta", "name": "Alone", "id": "proc-3", "published": True},
    {"kind": "cloud", "account": "Zeta", "name": "Öst", "id": "east", "installed": True, "classification": "TEST"},
    {"kind": "cloud", "account": "Zeta", "name": "bare", "installed": False},
    {"kind": "cloud", "account": "acme", "name": "Own", "installed": True},
    shares("Öst", "Service", "Zeta", type="cloud"),
    {"kind": "object", "account": "beta", "type": "report", "id": "r-1"},
    {"kind": "object", "account": "acme", "type": "report", "id": "r-1"},
    {"kind": "privilege", "name": "X:1", "title": "X one", "implies": ["X:0", "BUILD"]},
    {"kind": "privilege", "name": "X:0", "title": "X nought"},
    {"kind": "model", "account": "Zeta", "name": "Customer", "id": "zeta-customer", "published": True},
    {"kind": "model", "account": "beta", "name": "Ärger", "published": False},
    shares("Customer", "Service", "Zeta", type="model"),
)


def empty() -> None:
    """Take everything away that an estate holds; audit entries, which nobody can take away, are worked around."""
    for table in (
        Connector,
        ConnectorVersion,
        ConnectorGroup,
        QueuedJob,
        Share,
        GroupUserRole,
        GroupUser,
        GroupAccount,
        AccountGroup,
    ):
        table.rows.across(Crossing.ESTATE).delete()
    CloudCluster.rows.across(Crossing.ESTATE).delete()
    Cloud.rows.across(Crossing.ESTATE).delete()
    UserRole.rows.across(Crossing.ESTATE).delete()
    AccountUser.rows.across(Crossing.ESTATE).delete()
    HostObject.rows.across(Crossing.ESTATE).delete()
    ModelVersion.rows.across(Crossing.ESTATE).delete()
    Model.rows.across(Crossing.ESTATE).delete()
    Publication.rows.across(Crossing.ESTATE).delete()
    Process.rows.across(Crossing.ESTATE).delete()
    PackagedComponent.rows.across(Crossing.ESTATE).delete()
    ComponentRevision.rows.across(Crossing.ESTATE).delete()
    Component.rows.across(Crossing.ESTATE).delete()
    Folder.rows.across(Crossing.ESTATE).update(parent=None)
    Folder.rows.across(Crossing.ESTATE).delete()
    HostPrivilege.objects.all().delete()
    User.objects.all().delete()
    accounts = Account.rows.across(Crossing.ESTATE)
    accounts.update(primary=None, support_access_role=None)
    Role.rows.across(Crossing.ESTATE).filter(account__isnull=False).update(parent=None)
    Role.rows.across(Crossing.ESTATE).filter(account__isnull=False).delete()
    Revision.objects.exclude(scope__in=["*", "#"]).delete()
    for table_of_settings in (SessionSetting, Enforcement, UsageAgreement, SignOnSettings):
        table_of_settings.rows.across(Crossing.ESTATE).delete()
    if not Entry.rows.across(Crossing.ESTATE).exists():
        accounts.delete()


@pytest.fixture
def _without_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries refer to their accounts and cannot be deleted; without them a test can empty its database."""
    monkeypatch.setattr("tenantry.estate.load.record_many", lambda entries, **_: list(entries))


@pytest.mark.usefixtures("_without_audit")
def test_an_export_loaded_into_an_empty_database_exports_the_same_bytes(loader: Loader) -> None:
    """Every kind and every field that an estate of this version can hold."""
    loader(*RICH, BOB | {"password": "correct horse"})
    first = exported()
    empty()
    assert exported() == ""
    loader.text(first)
    assert exported() == first


@pytest.mark.usefixtures("_without_audit")
def test_a_state_reached_by_commands_survives_the_way_out_and_in(loader: Loader) -> None:
    """Security switched off with its roles in use: nothing an export tells is refused when loaded."""
    loader(*WORLD, ACME | {"support_access_role": "Support"}, gives(BOB, "Production Support"))
    Entry.rows.across(Crossing.ESTATE)
    state = exported().replace(',"features":["advanced_user_security"]', "")
    empty()
    loader.text(state)
    assert exported() == state


def test_an_export_loads_over_itself_without_a_change(loader: Loader) -> None:
    """After any commands, too."""
    loader(*RICH)
    switch_feature(actor=OPERATOR, at=AT, account=AccountId("acme"), feature=Feature.ADVANCED_USER_SECURITY, on=False)
    first = exported()
    loaded = loader.text(first)
    assert all((tally.new, tally.changed) == (0, 0) for tally in loaded.tallies.values())
    assert exported() == first


def test_lines_are_sorted_by_kind_and_key_and_fields_in_the_order_of_the_format(loader: Loader) -> None:
    """By code point, the same on every engine; defaults are left out."""
    loader(*RICH)
    lines = [json.loads(line) for line in exported().splitlines()]
    order = list(KINDS)
    assert [line["kind"] for line in lines] == sorted((line["kind"] for line in lines), key=order.index)
    assert [line["id"] for line in lines if line["kind"] == "account"] == ["Zeta", "acme", "alpha", "beta", "trial"]
    assert [line["id"] for line in lines if line["kind"] == "user"] == [
        "ann@acme.test",
        "bob@acme.test",
        "nobody@beta.test",
        "Zoë@beta.test",
    ]
    assert [(line["account"], line["user"], line["role"]) for line in lines if line["kind"] == "user_role"] == [
        ("acme", "ann@acme.test", "Administrator"),
        ("acme", "ann@acme.test", "Ops"),
        ("acme", "bob@acme.test", "Administrator"),
        ("acme", "bob@acme.test", "Child"),
        ("acme", "bob@acme.test", "Ops"),
        ("beta", "Zoë@beta.test", "Ops"),
        ("beta", "Zoë@beta.test", shared("Ops", "Zeta")),
    ]
    assert [tuple(line.values())[1:] for line in lines if line["kind"] == "account_group"] == [
        ("Zeta", "All Accounts", "error"),
        ("Zeta", "Service", "service", "warning"),
        ("Zeta", "Ämter", "offices"),
    ]
    assert [tuple(line.values())[1:] for line in lines if line["kind"] == "group_account"] == [
        ("Zeta", "Service", "beta")
    ]
    assert [tuple(line.values())[1:5] for line in lines if line["kind"] == "group_user_role"] == [
        ("Zeta", "All Accounts", "nobody@beta.test", "Support"),
        ("Zeta", "Service", "Zoë@beta.test", "Administrator"),
        ("Zeta", "Service", "Zoë@beta.test", "Ops"),
    ]
    assert [tuple(line.values())[2:] for line in lines if line["kind"] == "group_resource"] == [
        ("Service", "cloud", "Öst"),
        ("Ämter", "connector", "Sales"),
        ("All Accounts", "role", "ärger"),
        ("Service", "role", "Ops"),
        ("Ämter", "role", "Ops"),
        ("Service", "process", "Shared"),
        ("Service", "model", "Customer"),
    ]
    assert [line["id"] for line in lines if line["kind"] == "process"] == ["proc-4", "proc-2", "proc-1", "proc-3"]
    assert [list(line) for line in lines if line.get("id") in {"kept-id", "trial"}] == [
        ["kind", "id", "name", "status", "trial_ends", "operator"],
        ["kind", "account", "name", "id", "inherits", "privileges"],
    ]
    assert "Zoë" in exported(), "UTF-8 as it is, without escapes"


@pytest.mark.usefixtures("_without_audit")
def test_the_export_of_a_primary_tells_its_groups_without_the_accounts_in_them(loader: Loader) -> None:
    """With the people who are in them; it loads into an empty database by itself."""
    loader(*RICH)
    text = exported("Zeta")
    lines = [json.loads(line) for line in text.splitlines()]
    kinds = [line["kind"] for line in lines if line["kind"] != "privilege"]
    assert kinds == [
        *("account", "user", "user", "role", "role", "federation", "federation"),
        *("account_group",) * 3,
        *("group_user_role",) * 3,
        *("group_resource",) * 7,
        *("folder", "folder"),
        *("cloud",) * 2,
        *("connector",) * 4,
        *("process",) * 3,
        "model",
    ]
    assert [line["id"] for line in lines if line["kind"] == "user"] == ["nobody@beta.test", "Zoë@beta.test"]
    empty()
    loader.text(text)
    assert exported("Zeta") == exported() == text


@pytest.mark.usefixtures("_without_audit")
def test_the_export_of_one_account_leaves_out_what_others_share(loader: Loader) -> None:
    """There is no primary beside it that could share a role; who holds nothing else is no user of the copy."""
    held = {"kind": "user", "id": "held@beta.test"}
    loader(*RICH, held, gives(held, shared("Ops", "Zeta"), "beta"))
    text = exported("beta")
    assert "Zeta" not in text
    assert "held@beta.test" not in text
    empty()
    loader.text(text)
    assert exported("beta") == exported() == text


def test_all_accounts_is_told_only_as_far_as_somebody_put_something_into_it(loader: Loader) -> None:
    """It is there by itself wherever the file is loaded."""
    loader(P, M)
    assert "All Accounts" not in exported()
    loader(*PARTNER, serves(SERV, "Support", "All Accounts"))
    assert [
        line["kind"] for line in map(json.loads, exported().splitlines()) if line.get("group") == "All Accounts"
    ] == ["group_user_role"]
    loader(group("All Accounts", alert_level="info"))
    assert '{"kind":"account_group","account":"p","name":"All Accounts","alert_level":"info"}' in exported()


@pytest.mark.usefixtures("_without_audit")
def test_the_export_of_one_account_tells_nothing_of_others(loader: Loader) -> None:
    """Its users come without what they hold elsewhere; it loads into an empty database by itself."""
    loader(*RICH, gives(BOB, "Ops", "beta"))
    text = exported("beta")
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line.get("account", "beta") for line in lines} == {"beta"}
    assert [line["id"] for line in lines if line["kind"] == "account"] == ["beta"]
    assert [line["id"] for line in lines if line["kind"] == "user"] == ["bob@acme.test", "Zoë@beta.test"]
    assert "Zeta" not in text
    assert "acme" not in text.replace("bob@acme.test", "")
    empty()
    loader.text(text)
    assert exported("beta") == text


def test_the_export_of_an_unknown_account_is_refused(loader: Loader) -> None:
    """Rather than empty."""
    loader(*WORLD)
    with pytest.raises(Refused, match="There is no account nobody"):
        exported("nobody")


names = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12
)
instants = st.datetimes(datetime(1, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC)).map(datetime.isoformat)  # noqa: DTZ001 - hypothesis adds the zone
privileges = st.sampled_from([privilege.name for privilege in BUILT_IN if privilege.for_custom_roles])


@st.composite
def estates(draw: st.DrawFn) -> list[Fields]:
    """Small estates of everything."""
    lines: list[Fields] = []
    features = st.lists(st.sampled_from([feature.value for feature in Feature]), unique=True)
    people = draw(
        st.lists(st.from_regex(r"[a-zA-ZäÖ'.+]{1,6}@[a-z]{1,3}", fullmatch=True), unique_by=str.casefold, max_size=4)
    )
    for person in people:
        optional = {"first_name": names, "last_name": names, "locked": st.booleans(), "staff": st.booleans()}
        lines.append({"kind": "user", "id": person, **draw(st.fixed_dictionaries({}, optional=optional))})
    primary, shared_there = "", list[str]()
    for key in draw(st.lists(names.filter(lambda n: n.strip() and n != "*"), unique=True, min_size=1, max_size=3)):
        account = {"kind": "account", "id": key, "name": "A" + draw(names), "features": draw(features)}
        if primary and draw(st.booleans()):
            account["primary"] = primary
        account["status"] = draw(st.sampled_from([status.value for status in Status]))
        lines.append(account)
        roles = ["Ops", "Crew"][: draw(st.integers(0, 2))]
        for role in roles:
            carried = draw(st.lists(privileges, max_size=3))
            lines.append(
                {"kind": "role", "account": key, "name": role, "privileges": carried, "description": draw(names)}
            )
        offered = [*roles, *(role.name for role in DEFAULT_ROLES)]
        account["support_access_role"] = draw(st.sampled_from([*offered, None]))
        for person in people:
            alive = "primary" in account and account["status"] != "deleted"  # nothing is shared to a deleted one
            received = [shared(role, primary) for role in shared_there if alive]
            for given_role in draw(st.lists(st.sampled_from([*offered, *received]), unique_by=str, max_size=2)):
                grant = {"kind": "user_role", "account": key, "user": person, "role": given_role}
                lines.append(grant | draw(st.fixed_dictionaries({}, optional={"valid_until": instants})))
        lines += draw(_federations(key, people))
        if not primary and draw(st.booleans()):
            primary = key
            account["features"] = sorted({*account["features"], "account_groups"})
            if account["status"] == "deleted":  # what it shares would be nobody's, and is not exported
                account["status"] = "suspended"
            groups = draw(_groups(key, people, roles))
            lines += groups
            everywhere = [line for line in groups if line.get("group") == "All Accounts"]
            shared_there = sorted(line["name"] for line in everywhere if "type" in line)
        if draw(st.booleans()):
            lines.append({"kind": "object", "account": key, "type": "t" + draw(names), "id": "i" + draw(names)})
    return draw(st.permutations(lines))


@st.composite
def _federations(draw: st.DrawFn, account: str, people: list[str]) -> list[Fields]:
    """Federation IDs of some people in an account."""
    some = draw(st.lists(st.sampled_from(people), unique=True)) if people else []
    line = {"kind": "federation", "account": account}
    return [{**line, "user": person, "federation_id": f"Ä {number}"} for number, person in enumerate(some)]


@st.composite
def _groups(draw: st.DrawFn, primary: str, people: list[str], roles: list[str]) -> list[Fields]:
    """Groups of a primary with people and shares, All Accounts among them."""
    made = draw(
        st.lists(names.filter(str.strip).map("G".__add__), unique_by=lambda n: n.strip().casefold(), max_size=2)
    )
    lines = [group(name, primary) for name in made]
    for name in [*made, "All Accounts"]:
        for person in draw(st.lists(st.sampled_from(people), unique=True)) if people else []:
            for role in draw(st.lists(st.sampled_from([*roles, "Support", "Administrator"]), unique=True, max_size=2)):
                grant = serves({"id": person}, role, name, primary)
                lines.append(grant | draw(st.fixed_dictionaries({}, optional={"valid_until": instants})))
        lines += [shares(role, name, primary) for role in roles if draw(st.booleans())]
    return lines


@pytest.mark.usefixtures("_without_audit")
@given(lines=estates())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_estate_goes_out_and_in_unchanged(lines: list[Fields], loader: Loader) -> None:
    """In any order of lines, with any text in it."""
    empty()
    loader(*lines)
    first = exported()
    empty()
    loader.text(first)
    assert exported() == first
    tallies = loader(*lines).tallies.values()
    assert all((tally.new, tally.changed) == (0, 0) for tally in tallies)
