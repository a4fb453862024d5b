"""Chapter PROC: publishing, sharing and installing processes, and what stays of each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tenantry.accounts.commands import delete_account, suspend_account, switch_feature
from tenantry.accounts.models import Account
from tenantry.build.commands import remove_folder
from tenantry.build.components import create_component, remove_component, save_component
from tenantry.build.models import Component, ComponentReference
from tenantry.build.queries import top_id
from tenantry.connectors.models import Publisher
from tenantry.deploy.commands import create_package, deploy, remove_package, undeploy
from tenantry.deploy.keeping import kept_by
from tenantry.deploy.models import Deployment, PackagedComponent, PackagedPart
from tenantry.deploy.parts import contents_of, texts_of
from tenantry.estate.invariants_of_library import CHECKS
from tenantry.library.commands import install, publish, republish
from tenantry.library.models import Process, Publication
from tenantry.library.queries import (
    Order,
    history_of,
    library_page,
    packaged_processes_page,
    publishers_of,
    received_process,
    received_processes,
    shareable_versions,
    usable_page,
    usable_processes,
)
from tenantry.packs.models import Pack, PackComponent, PackRelease, ReleasedPackage
from tenantry.rules import refusals as no
from tenantry.rules.deploying import PackageId
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId
from tenantry.sharing.commands import share
from tenantry.sharing.kinds import SOURCES
from tenantry.store import bulk
from tests.store.explorers import a_folder, restrict
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    PRODUCTION_SUPPORT,
    STANDARD_USER,
    a_primary,
    a_role,
    a_user,
    changes,
    everything,
    refused,
    watched,
    words,
)
from tests.store.partners import around_all_tests
from tests.store.publishers import (
    PUBLISHING,
    Trade,
    a_connector,
    a_part,
    many_parts,
    names_in,
    newest_text,
    published_in,
)
from tests.store.workplaces import an_environment

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Trade]:
    """Made once; what a test does in it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield Trade()


@pytest.fixture
def trade(made: Trade, db: None) -> Trade:
    """A primary with a packaged process, and customers."""
    return made


def assignable(account: AccountId) -> list[str]:
    """The processes that the Add dialog of the Resources tab offers."""
    found, _ = SOURCES[Kind.PROCESS].assignable(account, "", (), 50)
    return [one.name for one in found]


def edit(account: AccountId, component: ComponentId, text: str, name: str | None = None) -> None:
    """Save another text."""
    opened = Component.rows.of(account).get(id=component).revision
    save_component(actor=OPERATOR, at=AT, account=account, component=component, text=text, name=name, opened=opened)


# ---- packages ------------------------------------------------------------------------------------------------------


def test_proc_2_a_package_holds_all_that_the_component_needs_and_never_changes(trade: Trade) -> None:
    """Directly or through others, in a circle too, and nothing that is deleted; as it was when it was packaged."""
    spare = a_part(trade.home, "Spare", "<map/>", "map")
    edit(trade.home, trade.connection, f"<connection back='{trade.order}' spare='{spare}' password='x'/>")
    remove_component(actor=OPERATOR, at=AT, account=trade.home, component=spare)
    row = PackagedComponent.rows.of(trade.home).get(id=trade.packaged("2.0"))
    edit(trade.home, trade.map, "{}", "Renamed")
    assert [(one.name, one.type) for one in contents_of(row)] == [
        ("Order", "process"),
        ("Database", "connection"),
        ("Fields", "map"),
    ]
    texts = {key: text for key, _, text in texts_of(row, [trade.order, trade.map, trade.connection])}
    assert texts[trade.map] == f'{{"to": "{trade.connection}"}}'
    assert list(PackagedPart.rows.of(trade.home).filter(package=row).order_by("name").values_list("passwords")) == [
        (1,),
        (0,),
    ]


def test_proc_8_what_is_published_or_deployed_is_not_deleted(trade: Trade) -> None:
    """Published once is for good; a deployment that has ended keeps nothing; then the version is free again."""
    here: dict[str, Any] = {"actor": trade.pam.actor, "at": AT, "account": trade.home}
    other, environment = trade.packaged("2.0"), an_environment(trade.home, "Production")
    trade.published()
    deployed = deploy(actor=OPERATOR, at=AT, account=trade.home, package=other, environment=environment)
    for package, why in ((trade.package, "published"), (other, "deployed")):
        with refused(no.PackageInUse, "PROC-8") as told:
            remove_package(**here, package=package)
        assert told[0].details()["why"] == why
    undeploy(actor=OPERATOR, at=AT, account=trade.home, deployment=deployed)
    support = a_user(trade.home, PRODUCTION_SUPPORT)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        remove_package(**{**here, "actor": support.actor}, package=other)
    with watched() as written:
        remove_package(**here, package=other)
    assert words(written.only(trade.home)) == ("as.package", "DELETE", "NONE")
    assert not Deployment.rows.of(trade.home).exists()
    trade.packaged("2.0")


def test_proc_8_what_a_pack_holds_is_not_deleted(trade: Trade) -> None:
    """Released in it, chosen for it, or the only shareable version of what is in it."""
    newer, unshared = trade.packaged("2.0"), trade.packaged("3.0", shareable=False)
    pack = Pack(id="pack", account_id=trade.home, name="Pack", name_key="pack")
    Pack.rows.of(trade.home).bulk_create([pack])
    held = PackComponent(account_id=trade.home, pack=pack, component_id=trade.order)
    [held] = PackComponent.rows.of(trade.home).bulk_create([held])

    def kept(package: PackageId) -> bool:
        return kept_by(trade.home, package) == ("in an integration pack",)

    assert [kept(one) for one in (trade.package, newer, unshared)] == [False, False, False]
    PackComponent.rows.of(trade.home).update(chosen_id=newer)
    assert [kept(one) for one in (trade.package, newer, unshared)] == [False, True, False]
    release = PackRelease(account_id=trade.home, pack=pack, number=1, user="x", created_at=AT, completed_at=AT)
    [release] = PackRelease.rows.of(trade.home).bulk_create([release])
    ReleasedPackage.rows.of(trade.home).bulk_create(
        [ReleasedPackage(account_id=trade.home, release=release, package_id=trade.package)]
    )
    PackComponent.rows.of(trade.home).update(chosen=None)
    assert [kept(one) for one in (trade.package, newer, unshared)] == [True, False, False]
    with refused(no.PackageInUse, "PROC-8"):
        remove_package(actor=OPERATOR, at=AT, account=trade.home, package=trade.package)
    ReleasedPackage.rows.of(trade.home).delete()
    remove_package(actor=OPERATOR, at=AT, account=trade.home, package=trade.package)
    assert kept(newer)


# ---- publishing ----------------------------------------------------------------------------------------------------


def test_proc_1_publishing_needs_the_right_the_feature_and_a_publisher_name(trade: Trade) -> None:
    """Each by its name; the operator needs the last two as well."""
    here: dict[str, Any] = {"at": AT, "account": trade.home, "package": trade.package}
    builder = a_user(trade.home, a_role(trade.home, "Packs", "BUILD", "PACKAGE_MANAGEMENT"))
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        publish(actor=builder.actor, **here)
    Publisher.rows.of(trade.home).update(name="")
    with refused(no.PublisherNameMissing, "PROC-1"):
        publish(actor=trade.pam.actor, **here)
    Publisher.rows.of(trade.home).update(name="Home Works")
    switch_feature(actor=OPERATOR, at=AT, account=trade.home, feature=Feature.PROCESS_LIBRARY, on=False)
    with refused(no.FeatureOff, "PRIV-5"):
        publish(actor=trade.pam.actor, **here)
    with refused(no.FeatureMissing, "PROC-1"):
        publish(actor=OPERATOR, **here)


def test_proc_1_only_shareable_packages_of_processes_without_routes_and_services_qualify(trade: Trade) -> None:
    """Whatever contains one of these two does not, however deep it lies."""
    route = a_part(trade.home, "Route", "<route/>", "process_route")
    service = a_part(trade.home, "Service", "<service/>", "api_service")
    within = a_part(trade.home, "Within", f"<process to='{route}'/>")
    packages = {
        "it was not marked shareable when it was packaged": trade.packaged("3.0", shareable=False),
        "only processes are published": trade.packaged("1.0", service),
        "it contains a component of type Process Route": trade.packaged(
            "1.0", a_part(trade.home, "Outer", f"<process of='{within}'/>")
        ),
        "it contains a component of type API Service": trade.packaged(
            "1.0", a_part(trade.home, "Serving", f"<process of='{service}'/>")
        ),
    }
    for why, package in packages.items():
        with refused(no.NotPublishable, "PROC-1") as told:
            trade.published(package)
        assert told[0].details()["why"] == why


def test_proc_2_a_publication_says_who_published_what_and_when(trade: Trade) -> None:
    """With a description for installers and notes for the publisher, whose limits hold; one entry in the log."""
    here: dict[str, Any] = {"actor": trade.pam.actor, "at": AT, "account": trade.home, "package": trade.package}
    with refused(no.PublicationDescriptionInvalid, "PROC-2"):
        publish(**here, description="x" * 2001)
    with refused(no.PublicationNotesInvalid, "PROC-2"):
        publish(**here, notes="x" * 2001)
    with watched() as written:
        assert publish(**here, description=" Takes orders ", notes="first try") == 1
    [made] = history_of(trade.home, trade.order)
    assert (made.number, made.version, made.publisher, made.at) == (1, "1.0", "Home Works", AT)
    assert (made.description, made.notes, made.with_passwords) == ("Takes orders", "first try", False)
    entry = written.only(trade.home)
    assert words(entry) == ("as.process", "PUBLISH", "NONE")
    assert changes(entry) == {"publication": (None, 1), "version": (None, "1.0"), "passwords": (None, False)}
    assert written.raised == {}, "no decision rests on it"


def test_proc_3_a_publication_is_superseded_and_never_goes(trade: Trade) -> None:
    """The newest is what counts; republishing needs an older one; the history shows the last ten, newest first."""
    for _ in range(11):
        trade.published()
    assert [one.number for one in history_of(trade.home, trade.order)] == list(range(11, 1, -1))
    here: dict[str, Any] = {"actor": trade.pam.actor, "at": AT, "account": trade.home, "process": trade.order}
    with refused(no.AlreadyNewest, "PROC-3"):
        republish(**here, number=11)
    for number in (0, 12, 2**40):
        with refused(no.ProcessNotFound, "PROC-4"):
            republish(**here, number=number)
    assert republish(**here, number=2) == 12
    assert Publication.rows.of(trade.home).count() == 12


def test_proc_4_a_name_is_one_process_of_its_publisher(trade: Trade) -> None:
    """Installers tell processes by it; one that is deleted in Build leaves its name free."""
    trade.published()
    same = a_part(trade.home, "ORDER", "<process/>")
    package = trade.packaged("1.0", same)
    with refused(no.ProcessNameTaken, "PROC-4"):
        trade.published(package)
    remove_component(actor=OPERATOR, at=AT, account=trade.home, component=trade.order)
    assert trade.published(package) == 1
    with refused(no.ComponentNotFound, "FOLD-12"):
        trade.published()


def test_share_5_a_process_is_assignable_once_it_is_published(trade: Trade) -> None:
    """Not before, and not after it was deleted in Build."""
    assert assignable(trade.home) == []
    trade.published()
    assert assignable(trade.home) == ["Order"]
    remove_component(actor=OPERATOR, at=AT, account=trade.home, component=trade.order)
    assert assignable(trade.home) == []


def test_scn_76_and_share_2_publishing_alone_does_not_let_share(trade: Trade) -> None:
    """With Process Library and without Account Group Management; and the other way round."""
    trade.published()
    what: dict[str, Any] = {"at": AT, "account": trade.home, "group": trade.group, "kind": Kind.PROCESS}
    groups = a_user(trade.home, a_role(trade.home, "Groups", "ACCOUNT_GROUP_MANAGEMENT"))
    for who, missing in ((trade.pam, "ACCOUNT_GROUP_MANAGEMENT"), (groups, "PROCESS_LIBRARY")):
        with refused(no.PrivilegeNotHeld, "ROLE-11") as told:
            share(actor=who.actor, resources={trade.order}, **what)
        assert told[0].details()["privilege"] == missing
    share(actor=a_user(trade.home, ADMINISTRATOR).actor, resources={trade.order}, **what)


def test_proc_8_and_fold_13_what_is_shared_is_not_deleted_in_build(trade: Trade) -> None:
    """Neither the process nor a folder with it; after the share has ended both are."""
    folder = a_folder(trade.home, "Sold/Deep")
    process = create_component(
        actor=OPERATOR, at=AT, account=trade.home, folder=folder, name="Bill", type="process", format="xml", text="<p/>"
    )
    trade.published(trade.packaged("1.0", process))
    trade.published()
    here: dict[str, Any] = {"actor": trade.pam.actor, "at": AT, "account": trade.home}
    upper = a_folder(trade.home, "Sold")
    trade.shared(process)
    trade.shared()
    with refused(no.ProcessIsShared, "PROC-8") as told:
        remove_component(**here, component=trade.order)
    assert told[0].message == "Order is published and shared with Shops, so it cannot be deleted."
    with refused(no.FolderNotDeletable, "FOLD-13") as told:
        remove_folder(**here, folder=upper, unreferenced_only=True)
    assert told[0].message == "Unable to Delete Folder: Bill is published and shared."
    trade.withdrawn()
    remove_component(**here, component=trade.order)


# ---- the library ---------------------------------------------------------------------------------------------------


def test_proc_4_the_library_is_what_is_shared_right_now(trade: Trade) -> None:
    """Only with accounts of the group, and only while the share lasts; the primary uses its own without one."""
    trade.published()
    assert list(received_processes(trade.shop)) == []
    trade.shared()
    assert [row.name for row in received_processes(trade.shop)] == ["Order"]
    assert list(received_processes(trade.other)) == []
    assert list(received_processes(trade.home)) == []
    assert [row.name for row in usable_page(trade.home).rows] == ["Order"]
    assert [row.name for row in usable_processes(trade.shop)] == ["Order"]
    assert list(usable_processes(trade.other)) == []
    trade.withdrawn()
    assert list(received_processes(trade.shop)) == []
    with refused(no.ProcessNotFound, "PROC-4"):
        trade.installed()


def test_proc_4_what_the_operator_publishes_is_there_for_everybody(trade: Trade) -> None:
    """Without a share, in managed accounts and others, until it is deleted in Build or the operator's account goes."""
    operators = a_primary("House", PUBLISHING)
    Account.rows.of(operators).update(operator=True)
    sold = published_in(operators)
    alone = a_primary("Alone")
    for account in (trade.shop, trade.other, trade.home, alone):
        assert [row.name for row in received_processes(account)] == ["Sold"]
        assert SOURCES[Kind.PROCESS].reach(account, sold.process) is not None
    assert list(received_processes(operators)) == []
    trade.published()
    trade.shared()
    page, number = library_page(trade.shop, order=Order.NAME)
    assert ([row.name for row in page.rows], number) == (["Order", "Sold"], 2)
    copy = install(actor=OPERATOR, at=AT, account=alone, process=sold.process, folder=top_id(alone))
    assert Component.rows.of(alone).get(id=copy).name == "Sold"
    remove_component(actor=OPERATOR, at=AT, account=operators, component=sold.process)
    assert list(received_processes(alone)) == []
    with refused(no.ProcessNotFound, "PROC-4"):
        install(actor=OPERATOR, at=AT, account=alone, process=sold.process, folder=top_id(alone))


def test_proc_4_a_deleted_account_of_the_operator_gives_nothing(trade: Trade) -> None:
    """A suspended one goes on giving, as a suspended primary does (ACC-13)."""
    operators = a_primary("House", PUBLISHING)
    Account.rows.of(operators).update(operator=True)
    sold = published_in(operators)
    suspend_account(actor=OPERATOR, at=AT, account=operators)
    assert [row.pk for row in received_processes(trade.shop)] == [sold.process]
    delete_account(actor=OPERATOR, at=AT, account=operators)
    assert list(received_processes(trade.shop)) == []


def test_proc_4_the_library_is_searched_filtered_and_sorted(trade: Trade) -> None:
    """By words of name or description, by publisher, by popularity, date or name; page by page."""
    made = {}
    for n in range(3):
        name = f"Process {n}"
        made[name] = a_part(trade.home, name, "<process/>")
        publish(
            actor=OPERATOR,
            at=AT + timedelta(hours=n),
            account=trade.home,
            package=trade.packaged("1.0", made[name]),
            description="Straße" if n == 1 else "",
        )
        trade.shared(made[name])
    Publisher.rows.of(trade.home).update(name="New Name")
    trade.published()
    trade.shared()
    for _ in range(2):
        install(actor=OPERATOR, at=AT, account=trade.shop, process=made["Process 1"], folder=top_id(trade.shop))
    trade.installed()

    def names(**asked: Any) -> list[str]:
        page, count = library_page(trade.shop, **asked)
        assert count == len(page.rows)
        return [row.name for row in page.rows]

    assert names(order=Order.NAME) == ["Order", "Process 0", "Process 1", "Process 2"]
    assert names(order=Order.DATE)[:2] == ["Process 2", "Process 1"]
    assert names()[:2] == ["Process 1", "Order"]
    assert names(search="STRASSE") == ["Process 1"]
    assert names(search="in orders") == ["Order"]
    assert names(publisher="New Name") == ["Order"]
    assert publishers_of(trade.shop) == ("Home Works", "New Name")


# ---- installing ----------------------------------------------------------------------------------------------------


def test_scn_67_and_proc_3_and_proc_7_copies_stay_and_new_installs_get_the_newest(trade: Trade) -> None:
    """Publication 2 changes no copy; republishing 1 makes 3, which is what is installed then."""
    trade.published()
    trade.shared()
    first = trade.installed()
    text = newest_text(trade.shop, first)
    edit(trade.home, trade.order, "<process second='yes'/>")
    assert trade.published(trade.packaged("2.0")) == 2
    assert newest_text(trade.shop, first) == text
    assert newest_text(trade.shop, trade.installed()) == "<process second='yes'/>"
    again = republish(actor=trade.pam.actor, at=AT, account=trade.home, process=trade.order, number=1)
    assert (again, received_process(trade.shop, trade.order)[1].version) == (3, "1.0")
    assert "map=" in newest_text(trade.shop, trade.installed())
    trade.withdrawn()
    remove_component(actor=OPERATOR, at=AT, account=trade.home, component=trade.order)
    assert newest_text(trade.shop, first) == text


def test_proc_5_the_process_and_all_it_needs_is_copied_with_references_to_the_copies(trade: Trade) -> None:
    """New ids, no id of the publisher's left, and one entry in the customer's log."""
    trade.published()
    trade.shared()
    with watched() as written:
        made = trade.installed(name="Ours")
    rows = {row.name: row for row in Component.rows.of(trade.shop)}
    assert sorted(rows) == ["Database", "Fields", "Ours"]
    assert newest_text(trade.shop, made) == f"<process map='{rows['Fields'].pk}'/>"
    assert newest_text(trade.shop, rows["Fields"].pk) == f'{{"to": "{rows["Database"].pk}"}}'
    pairs = set(ComponentReference.rows.of(trade.shop).values_list("component_id", "target_id"))
    assert pairs == {(made, rows["Fields"].pk), (rows["Fields"].pk, rows["Database"].pk)}
    entry = written.only(trade.shop)
    assert words(entry) == ("as.process", "INSTALL", "NONE")
    assert changes(entry) == {
        "id": (None, made),
        "process": (None, "Order"),
        "publisher": (None, "Home Works"),
        "publication": (None, 1),
        "components": (None, 3),
    }
    assert Process.rows.of(trade.home).get(id=trade.order).installations == 1


@pytest.mark.parametrize("included", [False, True])
def test_proc_5_passwords_come_along_only_if_published_with_them(trade: Trade, included: bool) -> None:  # noqa: FBT001
    """Otherwise the field is there, and empty."""
    trade.published(with_passwords=included)
    trade.shared()
    trade.installed()
    database = Component.rows.of(trade.shop).get(name="Database").pk
    assert newest_text(trade.shop, database) == (
        '<connection><field type="password" value="%s"/></connection>' % ("s3cret" if included else "")
    )


def test_scn_68_and_proc_5_a_name_that_is_taken_gets_a_number(trade: Trade) -> None:
    """In that folder, ignoring case, for what it needs as well; nothing is overwritten."""
    trade.published()
    trade.shared()
    trade.installed()
    trade.installed()
    trade.installed()
    trade.installed(a_folder(trade.shop, "Elsewhere"))
    assert names_in(trade.shop) == sorted(
        f"{name}{number}" for name in ("Database", "Fields", "Order") for number in ("", "", " 2", " 3")
    )


def test_proc_5_installing_needs_build_and_write_access_to_the_folder(trade: Trade) -> None:
    """A name that cannot be kept and a folder of others are refused as elsewhere in Build."""
    trade.published()
    trade.shared()
    reader = a_user(trade.shop, a_role(trade.shop, "Reader", "BUILD_READ_ONLY"))
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        trade.installed(who=reader)
    closed = a_folder(trade.shop, "Closed")
    restrict(trade.shop, closed, ADMINISTRATOR)
    with refused(no.FolderRestricted, "FOLD-6"):
        trade.installed(closed)
    theirs = a_folder(trade.home, "Theirs")
    with refused(no.FolderNotFound, "FOLD-1"):
        trade.installed(theirs)
    with refused(no.ComponentNameInvalid, "FOLD-12"):
        trade.installed(name="x" * 256)
    trade.installed(closed, who=a_user(trade.shop, ADMINISTRATOR, STANDARD_USER))


def test_scn_69_and_proc_6_a_connector_that_cannot_be_used_stops_the_install(trade: Trade) -> None:
    """Wherever in the process it is used, by its name; shared with the account, it lets the process be installed."""
    kind = a_connector(trade.home)
    edit(
        trade.home,
        trade.connection,
        f"<connection connector-type='{kind}'><x connector-type='http-own-1'/></connection>",
    )
    trade.published(trade.packaged("2.0"))
    trade.shared()
    with refused(no.ConnectorsNotUsable, "PROC-6") as told:
        trade.installed()
    assert told[0].message == "Order uses connectors that cannot be used in this account: Mail."
    share(
        actor=OPERATOR,
        at=AT,
        account=trade.home,
        group=trade.group,
        kind=Kind.CONNECTOR,
        resources={f"connector-{kind}"},
    )
    trade.installed()


def test_proc_5_a_large_process_is_installed_in_few_statements_or_not_at_all(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty parts or four hundred: the statements grow with portions of a hundred, and a crash leaves nothing."""

    def grown(name: str, parts: int) -> ComponentId:
        ids = many_parts(trade.home, name, parts)
        process = a_part(trade.home, name, f"<process uses='{' '.join(ids)}'/>")
        trade.published(trade.packaged("1.0", process))
        trade.shared(process)
        return process

    def counted(process: ComponentId) -> int:
        with CaptureQueriesContext(connection) as queries:
            install(actor=OPERATOR, at=AT, account=trade.shop, process=process, folder=top_id(trade.shop))
        return len(queries)

    small, large = grown("Small", 20), grown("Large", 399)
    few = counted(small)
    assert counted(large) <= few + 3 * 8
    assert len(names_in(trade.shop)) == 421

    before = everything()
    insert = bulk.insert_rows
    done: list[int] = []

    def failing(*given: Any) -> None:
        done.append(1)
        if len(done) == 7:
            raise RuntimeError("the power is gone")
        insert(*given)

    monkeypatch.setattr("tenantry.build.copying.insert_rows", failing)
    with pytest.raises(RuntimeError), transaction.atomic():
        counted(large)
    assert len(done) == 7
    assert everything() == before


# ---- what the page of the publisher lists --------------------------------------------------------------------------


def test_proc_1_the_publisher_sees_processes_with_shareable_packages_alone(trade: Trade) -> None:
    """And of each its shareable versions, the newest first."""
    a_part(trade.home, "Not packaged", "<process/>")
    trade.packaged("1.0", a_part(trade.home, "Not shareable", "<process/>"), shareable=False)
    trade.packaged("1.0", a_part(trade.home, "Service", "<service/>", "api_service"))
    create_package(
        actor=OPERATOR,
        at=AT + timedelta(hours=1),
        account=trade.home,
        component=trade.order,
        version="1.1",
        shareable=True,
    )
    page, count = packaged_processes_page(trade.home)
    assert ([row.name for row in page.rows], count) == (["Order"], 1)
    versions, more = shareable_versions(trade.home, trade.order)
    assert ([one.version for one in versions], more) == (["1.1", "1.0"], False)
    assert [one.version for one in shareable_versions(trade.home, trade.order, "1.1")[0]] == ["1.1"]


def test_proc_4_another_accounts_process_is_not_there(trade: Trade) -> None:
    """Neither to publish, nor to republish, nor to install."""
    rival = Trade()
    trade.published()
    with pytest.raises(Refused) as told:
        publish(actor=rival.pam.actor, at=AT, account=rival.home, package=trade.package)
    assert isinstance(told.value.refusal, no.PackageNotFound)
    with pytest.raises(Refused) as told:
        republish(actor=rival.pam.actor, at=AT, account=rival.home, process=trade.order, number=1)
    assert isinstance(told.value.refusal, no.ProcessNotFound)
    trade.shared()
    with pytest.raises(Refused) as told:
        install(actor=OPERATOR, at=AT, account=rival.shop, process=trade.order, folder=top_id(rival.shop))
    assert isinstance(told.value.refusal, no.ProcessNotFound)


def test_acc_1_and_proc_3_the_doctor_sees_what_is_not_of_one_account_or_not_the_newest(trade: Trade) -> None:
    """Each broken behind the product's back, one after the other."""
    trade.published()
    processes, publications = Process.rows.of(trade.home), Publication.rows.of(trade.home)
    parts = PackagedPart.rows.of(trade.home).filter(name="Fields")
    breaks: tuple[tuple[Any, dict[str, Any], str], ...] = (
        (processes, {"account_id": trade.shop}, "Published processes that are no components of their account: 'Order'"),
        (publications, {"account_id": trade.shop}, f"Publications of something else: 1 of {trade.order}."),
        (parts, {"account_id": trade.shop}, f"Packages that contain something of others: 'Fields' of {trade.shop}."),
        (processes, {"number": 2}, f"Processes whose newest publication is another: 'Order' of {trade.home}."),
    )

    def found() -> list[str]:
        return [finding.what for check in CHECKS for finding in check()]

    assert found() == []
    for rows, broken, told in breaks:
        with transaction.atomic():
            rows.update(**broken)
            assert any(what.startswith(told) for what in found()), told
            transaction.set_rollback(True)
    assert found() == []
