"""PACK: packs, their releases, and what accounts that have installed them run, on every engine."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.commands import change_account_status, switch_feature
from tenantry.accounts.models import Account
from tenantry.audit.models import Entry
from tenantry.build.components import save_component
from tenantry.deploy.commands import deploy
from tenantry.deploy.models import PackagedComponent
from tenantry.environments.commands import remove_environment
from tenantry.estate import invariants_of_packs
from tenantry.groups.commands import add_accounts_to_group, remove_accounts_from_group, remove_group
from tenantry.jobs.kinds import Job, JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.jobs.operating import call_off
from tenantry.packs import commands, instances, received
from tenantry.packs.commands import (
    add_to_pack,
    change_release_day,
    choose_version,
    create_pack,
    edit_pack,
    mark_deleted,
    release_pack,
    remove_pack,
    run_release,
    undelete,
)
from tenantry.packs.instances import (
    apply_pending_update,
    attach_environments,
    detach_environments,
    install_pack,
    uninstall_pack,
)
from tenantry.packs.models import Pack, PackAttachment, PackComponent, PackInstance, PackRelease, ReleasedPackage
from tenantry.packs.queries import contents, pack_of, packages_of, pending_release
from tenantry.packs.received import environments_of, instances_page, packs_to_run, usable_packs, usable_packs_page
from tenantry.reporting.models import Execution
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.packs import Standing
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId, Status
from tenantry.sharing.kinds import SOURCES
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing
from tenantry.users.models import User
from tests.estate.loading import Loader
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    a_group,
    a_member,
    a_role,
    a_user,
    all_accounts,
    changes,
    entries,
    everything,
    refused,
    watched,
    words,
)
from tests.store.partners import around_all_tests
from tests.store.shelves import (
    Shelf,
    a_component,
    a_pack,
    a_place,
    a_shelf,
    attach,
    installed,
    lend_pack,
    night,
    packaged,
    plan,
    re_release,
    release,
    released_number,
    runs,
    told,
    withdraw_pack,
)
from tests.store.test_runtime_api import Line, an_execution
from tests.store.workplaces import a_runtime, an_environment

pytestmark = pytest.mark.usefixtures("db")

CROSSING = Crossing.DOCTOR


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Shelf]:
    """The shelf, made once; what a test does with it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield a_shelf()


@pytest.fixture
def shelf(made: Shelf, db: None) -> Shelf:
    """A primary with a released pack, and two customers."""
    return made


def apply(account: AccountId, instance: str, at: datetime = AT) -> None:
    """Apply the pending update by hand."""
    apply_pending_update(actor=OPERATOR, at=at, account=account, instance=instance)


def detach(account: AccountId, instance: str, place: EnvironmentId, at: datetime = AT) -> None:
    """Detach an environment."""
    detach_environments(actor=OPERATOR, at=at, account=account, instance=instance, environments={place})


def try_out(account: AccountId, pack: str) -> tuple[str, EnvironmentId]:
    """An instance in an environment that has a runtime."""
    place = a_place(account)
    a_runtime(account, place)
    return installed(account, pack, "", place), place


# ---- scenarios -----------------------------------------------------------------------------------------------------


def test_scn_70_an_immediate_release_updates_what_is_installed(shelf: Shelf) -> None:
    """Given a pack released and installed in M, when it is re-released immediately, then M's version goes from 1 to 2
    without action.
    """
    instance = installed(shelf.abc, shelf.pack)
    assert runs(shelf.abc, instance) == (1, ["1.0"])
    re_release(shelf, "2.0")
    assert runs(shelf.abc, instance) == (2, ["2.0"])


def test_scn_71_a_dated_release_is_applied_early_or_that_night(shelf: Shelf) -> None:
    """Given a dated re-release, when M applies it early and N does not, then N gets it automatically that night and M
    is unchanged.
    """
    early, place = try_out(shelf.abc, shelf.pack)
    late = installed(shelf.ghi, shelf.pack)
    plan(shelf, "2.0", days=3)
    apply(shelf.abc, early)
    assert (runs(shelf.abc, early), runs(shelf.ghi, late)) == ((2, ["2.0"]), (1, ["1.0"]))
    assert (told(shelf.abc, early).stands, told(shelf.ghi, late).stands) == (Standing.EARLY, Standing.PENDING)
    midnight = datetime.combine((AT + 3 * DAY).date(), datetime.min.time(), UTC)
    night(midnight - timedelta(microseconds=1))
    assert runs(shelf.ghi, late) == (1, ["1.0"])
    night(midnight)
    assert runs(shelf.ghi, late) == runs(shelf.abc, early) == (2, ["2.0"])
    assert told(shelf.abc, early).stands is told(shelf.ghi, late).stands is Standing.CURRENT
    assert environments_of(told(shelf.abc, early)) == (place,)


def test_scn_72_who_loses_the_pack_stays_where_it_is(shelf: Shelf) -> None:
    """Given the pack leaves M's last group, then M's instance keeps version 2 while others move to 3; shared again, M
    goes to the current release.
    """
    everywhere = all_accounts(shelf.home)
    lend_pack(shelf.home, everywhere, shelf.pack)
    mine, theirs = installed(shelf.abc, shelf.pack), installed(shelf.ghi, shelf.pack)
    re_release(shelf, "2.0")
    withdraw_pack(shelf.home, everywhere, shelf.pack)
    assert told(shelf.abc, mine).stands is Standing.CURRENT, "the other group still shares it"
    remove_accounts_from_group(actor=OPERATOR, at=AT, account=shelf.home, group=shelf.group, members={shelf.abc})
    assert told(shelf.abc, mine).stands is Standing.FROZEN
    re_release(shelf, "3.0")
    assert (runs(shelf.abc, mine), runs(shelf.ghi, theirs)) == ((2, ["2.0"]), (3, ["3.0"]))
    re_release(shelf, "4.0")
    assert (runs(shelf.abc, mine), runs(shelf.ghi, theirs)) == ((2, ["2.0"]), (4, ["4.0"]))
    add_accounts_to_group(actor=OPERATOR, at=AT, account=shelf.home, group=shelf.group, members={shelf.abc})
    assert runs(shelf.abc, mine) == (3, ["4.0"]), "one release to this account"
    re_release(shelf, "5.0")
    assert (runs(shelf.abc, mine), runs(shelf.ghi, theirs)) == ((4, ["5.0"]), (5, ["5.0"]))


def test_scn_73_a_deleted_pack_is_gone_everywhere(shelf: Shelf) -> None:
    """Given the pack is deleted by P, then it is uninstalled in all accounts and environments are detached."""
    place = a_place(shelf.abc)
    installed(shelf.abc, shelf.pack, "", place)
    withdraw_pack(shelf.home, shelf.group, shelf.pack)
    re_release(shelf, "2.0")
    lend_pack(shelf.home, shelf.group, shelf.pack)
    installed(shelf.ghi, shelf.pack)
    plan(shelf, "3.0")
    with watched() as written:
        remove_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack)
    for table in (Pack, PackComponent, PackRelease, ReleasedPackage, PackInstance, PackAttachment, QueuedJob):
        assert not table.rows.across(CROSSING).exists(), table
    assert not Share.rows.of(shelf.home).filter(kind=Kind.INTEGRATION_PACK).exists()
    assert [words(entry) for entry in written.entries[shelf.abc]] == [("as.ipack", "UNINSTALL", "NONE")]
    assert [words(entry) for entry in written.entries[shelf.ghi]] == [("as.ipack", "UNINSTALL", "NONE")]
    assert written.entries[shelf.abc][0].source == "INTERNAL"
    home = [words(entry) for entry in written.entries[shelf.home]]
    assert home == [("as.accountgroup.resource", "DELETE", "NONE"), ("as.ipack", "DELETE", "NONE")]
    assert written.gave == {shelf.home: 1}
    remove_environment(actor=OPERATOR, at=AT, account=shelf.abc, environment=place)


def test_scn_74_single_once_multiple_under_names(shelf: Shelf) -> None:
    """Given a Single Attachment pack already installed, then a second install is refused; a Multiple Attachments one
    asks for a name.
    """
    installed(shelf.abc, shelf.pack)
    with refused(no.AlreadyInstalled, "PACK-8"):
        install_pack(actor=OPERATOR, at=AT, account=shelf.abc, pack=shelf.pack)
    multi = a_shelf("MULTI")
    for name in ("", "  ", "x" * 256):
        with refused(no.InstanceNameInvalid, "PACK-8"):
            install_pack(actor=OPERATOR, at=AT, account=multi.abc, pack=multi.pack, name=name)
    first = installed(multi.abc, multi.pack, "Shop A")
    re_release(multi, "2.0")
    second = installed(multi.abc, multi.pack, "Shop B")
    with refused(no.InstanceNameTaken, "PACK-8"):
        install_pack(actor=OPERATOR, at=AT, account=multi.abc, pack=multi.pack, name=" SHOP a ")
    assert (runs(multi.abc, first), runs(multi.abc, second)) == ((2, ["2.0"]), (1, ["2.0"]))
    assert [one.name for one in instances_page(multi.abc)[0]] == ["Shop A", "Shop B"]


# ---- PACK-1, PACK-2, PACK-12: packs and what they hold -------------------------------------------------------------


def test_pack_1_packs_need_the_right_and_their_features() -> None:
    """Managing takes INTEGRATION_PACK and the feature; Multiple Attachments the multi-install feature; types stay."""
    shelf = a_shelf(released=False)
    manager = a_user(shelf.home, a_role(shelf.home, "Packs", "INTEGRATION_PACK")).actor
    other = a_user(shelf.home, a_role(shelf.home, "Deploys", "DEPLOY", "ACCOUNT_GROUP_MANAGEMENT")).actor
    here: dict[str, Any] = {"at": AT, "account": shelf.home}
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        create_pack(actor=other, name="Mine", type="SINGLE", **here)
    create_pack(actor=manager, name="Mine", type="MULTI", description="d" * 500, **here)
    with refused(no.PackDescriptionInvalid, "PACK-1"):
        create_pack(actor=manager, name="More", type="SINGLE", description="d" * 501, **here)
    with refused(no.PackNameTaken, "PACK-1"):
        create_pack(actor=manager, name=" mine", type="SINGLE", **here)
    with refused(no.PackTypeUnknown, "PACK-1"):
        create_pack(actor=manager, name="More", type="TRIPLE", **here)
    switch_feature(actor=OPERATOR, at=AT, account=shelf.home, feature=Feature.MULTI_INSTALL_PACKS, on=False)
    with refused(no.FeatureMissing, "PACK-1"):
        create_pack(actor=manager, name="More", type="MULTI", **here)
    create_pack(actor=manager, name="More", type="SINGLE", **here)
    switch_feature(actor=OPERATOR, at=AT, account=shelf.home, feature=Feature.INTEGRATION_PACKS, on=False)
    with refused(no.FeatureOff, "PRIV-5"):
        release_pack(actor=manager, pack=shelf.pack, **here)


def test_pack_2_what_a_pack_takes(shelf: Shelf) -> None:
    """Shareable processes and API Services, by default in their latest shareable version; no Process Route, nothing
    that contains one, no certificate, no custom library; API Services not with Multiple Attachments.
    """
    home = shelf.home
    route = a_component(home, "Route", "process_route")
    direct = a_component(home, "Direct", text=f"<process route='{route}'/>")
    deep = a_component(home, "Deep", text=f"<process calls='{direct}'/>")
    unshared = a_component(home, "Unshared", version="")
    packaged(home, unshared, "1.0", shareable=False)
    service = a_component(home, "Service", "api_service")
    kinds = [a_component(home, kind, kind) for kind in ("certificate", "custom_library")]
    for component in (route, direct, deep, unshared, *kinds):
        with refused(no.NotForPacks, "PACK-2"):
            add_to_pack(actor=OPERATOR, at=AT, account=home, pack=shelf.pack, components={component, service})
    add_to_pack(actor=OPERATOR, at=AT, account=home, pack=shelf.pack, components={service})
    with refused(no.AlreadyInPack, "PACK-2"):
        add_to_pack(actor=OPERATOR, at=AT, account=home, pack=shelf.pack, components={service})
    multi = a_pack(home, kind="MULTI")
    with refused(no.NotForPacks, "PACK-2"):
        add_to_pack(actor=OPERATOR, at=AT, account=home, pack=multi, components={service})
    packaged(home, shelf.process, "2.0")
    packaged(home, shelf.process, "2.1", shareable=False)
    wanted = {one.name: one.wanted.version for one in contents(pack_of(home, shelf.pack))}
    assert wanted == {"Orders": "2.0", "Service": "1.0"}
    with refused(no.ComponentNotFound, "FOLD-12"):
        add_to_pack(actor=OPERATOR, at=AT, account=home, pack=shelf.pack, components={"nothing"})


def test_pack_2_a_process_that_has_come_to_contain_a_route_is_not_released(shelf: Shelf) -> None:
    """The latest version is taken by itself, so what it contains is judged when it is released."""
    route = a_component(shelf.home, "Route", "process_route")
    save_component(
        actor=OPERATOR,
        at=AT,
        account=shelf.home,
        component=shelf.process,
        opened=1,
        text=f"<process route='{route}'/>",
    )
    packaged(shelf.home, shelf.process, "2.0")
    with refused(no.NotForPacks, "PACK-2"):
        release(shelf.home, shelf.pack)


def test_pack_2_a_hundred_packages_at_most(shelf: Shelf) -> None:
    """Those marked as deleted do not count, and undeleting one counts it again."""
    many = [a_component(shelf.home, f"Process {number}") for number in range(100)]
    with refused(no.PackFull, "PACK-2"):
        add_to_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, components=set(many))
    mark_deleted(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, component=shelf.process)
    add_to_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, components=set(many))
    with refused(no.PackFull, "PACK-2"):
        undelete(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, component=shelf.process)


def test_pack_12_a_deleted_component_stays_until_the_next_release(shelf: Shelf) -> None:
    """Marked, it is still there and still runs; undeleted, nothing has happened; released, it is gone."""
    other = a_component(shelf.home, "Stock")
    add_to_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, components={other})
    release(shelf.home, shelf.pack)
    instance = installed(shelf.abc, shelf.pack)
    mark_deleted(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, component=other)
    assert runs(shelf.abc, instance) == (1, ["1.0", "1.0"])
    undelete(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, component=other)
    with refused(no.NothingToRelease, "PACK-3"):
        release(shelf.home, shelf.pack)
    mark_deleted(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, component=other)
    release(shelf.home, shelf.pack)
    assert runs(shelf.abc, instance) == (2, ["1.0"])
    with refused(no.PackComponentNotFound, "PACK-12"):
        undelete(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, component=other)


def test_pack_12_with_a_dated_release_it_stays_until_that_night(shelf: Shelf) -> None:
    """What was marked before the release was planned can be undeleted so long, and then stays; what was marked after
    that waits for the next release.
    """
    other, third = a_component(shelf.home, "Stock"), a_component(shelf.home, "Third")
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": shelf.home, "pack": shelf.pack}
    add_to_pack(components={other, third}, **here)
    release(shelf.home, shelf.pack)
    mark_deleted(component=other, **here)
    plan(shelf, "2.0", days=1)
    mark_deleted(component=third, **here)
    assert {one.name: one.deleted for one in contents(pack_of(shelf.home, shelf.pack))} == {
        "Orders": False,
        "Stock": True,
        "Third": True,
    }
    night(AT + 2 * DAY)
    assert {one.name for one in contents(pack_of(shelf.home, shelf.pack))} == {"Orders", "Third"}
    undelete(component=third, **here)


# ---- PACK-3 to PACK-7: releases ------------------------------------------------------------------------------------


def test_pack_3_the_first_completed_release_makes_a_pack_assignable() -> None:
    """Neither a pack with contents nor one whose first release is pending is shared, seen or installed (SHARE-5)."""
    shelf = a_shelf(released=False)
    source = SOURCES[Kind.INTEGRATION_PACK]
    release_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, day=(AT + DAY).date())
    assert source.assignable(shelf.home, "", (), 9) == ((), 0)
    with refused(no.ResourceNotShareable, "SHARE-5"):
        lend_pack(shelf.home, shelf.group, shelf.pack)
    with refused(no.PackNotFound, "PACK-8"):
        install_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack)
    with watched() as written:
        night(AT + DAY)
    assert written.gave == {shelf.home: 1}
    entry = written.only(shelf.home)
    assert (words(entry), entry.source, entry.user) == (("as.ipack", "RELEASE", "NONE"), "INTERNAL", "operator")
    lend_pack(shelf.home, shelf.group, shelf.pack)
    assert [pack.id for pack in usable_packs(shelf.abc)] == [shelf.pack]


def test_pack_3_new_versions_release_nothing_by_themselves(shelf: Shelf) -> None:
    """They make another release possible; a version chosen back makes it needless; an empty pack has none."""
    instance = installed(shelf.abc, shelf.pack)
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": shelf.home, "pack": shelf.pack}
    [old] = [package.id for package in packages_of(PackRelease.rows.of(shelf.home).get(number=1)).values()]
    with refused(no.NothingToRelease, "PACK-3"):
        release_pack(**here)
    packaged(shelf.home, shelf.process, "2.0")
    assert runs(shelf.abc, instance) == (1, ["1.0"])
    choose_version(component=shelf.process, package=old, **here)
    with refused(no.NothingToRelease, "PACK-3"):
        release_pack(**here)
    with refused(no.PackageNotFound, "PRIV-9"):
        choose_version(component=shelf.process, package="another", **here)
    choose_version(component=shelf.process, package=None, **here)
    release_pack(**here)
    assert runs(shelf.abc, instance) == (2, ["2.0"])
    mark_deleted(component=shelf.process, **here)
    with refused(no.NothingToRelease, "PACK-3"):
        release_pack(**here)


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("UTC", datetime(2031, 5, 23, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2031, 5, 22, 22, tzinfo=UTC)),
        ("America/New_York", datetime(2031, 5, 23, 4, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2031, 5, 22, 10, tzinfo=UTC)),
    ],
)
def test_pack_4_a_dated_release_runs_when_that_day_begins_for_its_publisher(
    shelf: Shelf, zone: str, due: datetime
) -> None:
    """Between midnight and one in the morning of that day in the publishing user's time zone, not the server's
    (CONF-11, USER-16); moving elsewhere afterwards changes nothing.
    """
    who = a_user(shelf.home, ADMINISTRATOR)
    User.objects.filter(pk=who.id).update(time_zone=zone)
    packaged(shelf.home, shelf.process, "2.0")
    release_pack(actor=who.actor, at=AT, account=shelf.home, pack=shelf.pack, day=date(2031, 5, 23))
    User.objects.filter(pk=who.id).update(time_zone="Asia/Tokyo")
    [job] = QueuedJob.rows.of(shelf.home).filter(kind="pack.release")
    assert job.due == due
    night(due - timedelta(seconds=1))
    assert released_number(shelf.pack, shelf.home) == 1
    with watched() as written:
        night(due)
    assert released_number(shelf.pack, shelf.home) == 2
    assert written.only(shelf.home).user == who.email.casefold()


def test_pack_4_the_day_has_not_begun(shelf: Shelf) -> None:
    """Today and days before it are refused, as the publisher's calendar has them."""
    who = a_user(shelf.home, ADMINISTRATOR)
    User.objects.filter(pk=who.id).update(time_zone="Pacific/Kiritimati")
    packaged(shelf.home, shelf.process, "2.0")
    here: dict[str, Any] = {"actor": who.actor, "at": AT, "account": shelf.home, "pack": shelf.pack}
    for day in (date(2031, 5, 20), date(2031, 5, 21)):  # it is the 21st there already
        with refused(no.ReleaseDayInvalid, "PACK-4"):
            release_pack(day=day, **here)
    release_pack(day=date(2031, 5, 22), **here)
    with refused(no.ReleaseDayInvalid, "PACK-4"):
        change_release_day(day=date(2031, 5, 21), **here)


def test_pack_5_one_update_is_pending_and_a_further_one_replaces_it(shelf: Shelf) -> None:
    """A second dated one is refused; an immediate one takes its place, for those who applied it as well."""
    early, _ = try_out(shelf.abc, shelf.pack)
    late = installed(shelf.ghi, shelf.pack)
    plan(shelf, "2.0", days=3)
    packaged(shelf.home, shelf.process, "3.0")
    with refused(no.UpdatePending, "PACK-5"):
        release_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, day=(AT + 5 * DAY).date())
    apply(shelf.abc, early)
    release(shelf.home, shelf.pack)
    assert (runs(shelf.abc, early), runs(shelf.ghi, late)) == ((3, ["3.0"]), (2, ["3.0"]))
    assert not QueuedJob.rows.of(shelf.home).exists()
    night(AT + 9 * DAY)
    assert runs(shelf.ghi, late) == (2, ["3.0"])
    plan(shelf, "4.0", days=1)
    apply(shelf.abc, early)
    assert runs(shelf.abc, early) == (4, ["4.0"])


def test_pack_5_the_day_of_a_pending_release_can_be_changed(shelf: Shelf) -> None:
    """It then runs on that day alone, with the contents that were frozen."""
    instance = installed(shelf.abc, shelf.pack)
    with refused(no.NoUpdatePending, "PACK-5"):
        change_release_day(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, day=(AT + DAY).date())
    plan(shelf, "2.0", days=2)
    packaged(shelf.home, shelf.process, "3.0")
    with watched() as written:
        change_release_day(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, day=(AT + 9 * DAY).date())
    assert changes(written.only(shelf.home))["day"] == ("2031-05-22", "2031-05-29")
    assert told(shelf.abc, instance).due == date(2031, 5, 29)
    night(AT + 3 * DAY)
    moved = PackRelease.rows.of(shelf.home).get(number=None)
    run_release(Job(JobKind.PACK_RELEASE, shelf.home, shelf.pack, {"release": moved.pk}, AT), AT + 3 * DAY)
    assert runs(shelf.abc, instance) == (1, ["1.0"])
    night(AT + 9 * DAY)
    assert runs(shelf.abc, instance) == (2, ["2.0"])


def test_pack_5_a_pending_release_is_not_called_off_in_the_queue(shelf: Shelf) -> None:
    """It is moved or replaced by its publisher; a job that has nothing to complete any more may go."""
    instance = installed(shelf.abc, shelf.pack)
    plan(shelf, "2.0", days=2)
    [job] = QueuedJob.rows.of(shelf.home)
    with watched() as written, refused(no.PendingReleaseStays, "PACK-5"):
        call_off(actor=OPERATOR, at=AT, job=job.pk)
    assert not written.entries
    night(AT + 2 * DAY)
    assert runs(shelf.abc, instance) == (2, ["2.0"])
    plan(shelf, "3.0", days=4)
    [job] = QueuedJob.rows.of(shelf.home)
    PackRelease.rows.of(shelf.home).filter(number=None).update(replaced_at=AT)
    assert call_off(actor=OPERATOR, at=AT, job=job.pk) is True
    assert not QueuedJob.rows.of(shelf.home).exists()


def test_pack_5_who_may_apply_an_update_early(shelf: Shelf) -> None:
    """Runtime Management in an environment with a runtime; the entry is as.ipack UPDATE MANUAL (AUD-1)."""
    place = a_place(shelf.abc)
    instance = installed(shelf.abc, shelf.pack, "", place)
    deployer = a_user(shelf.abc, a_role(shelf.abc, "Deployer", "DEPLOY")).actor
    who = a_user(shelf.abc, a_role(shelf.abc, "Runs", "ATOM_MANAGEMENT")).actor
    with refused(no.NoUpdatePending, "PACK-5"):
        apply_pending_update(actor=who, at=AT, account=shelf.abc, instance=instance)
    plan(shelf, "2.0")
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        apply_pending_update(actor=deployer, at=AT, account=shelf.abc, instance=instance)
    with refused(no.NoRuntimeForUpdate, "PACK-5"):
        apply_pending_update(actor=who, at=AT, account=shelf.abc, instance=instance)
    a_runtime(shelf.abc, place)
    with watched() as written:
        apply_pending_update(actor=who, at=AT, account=shelf.abc, instance=instance)
    entry = written.only(shelf.abc)
    assert (words(entry), changes(entry)["version"]) == (("as.ipack", "UPDATE", "MANUAL"), (1, 2))
    assert runs(shelf.abc, instance) == (2, ["2.0"])


def test_pack_6_no_other_update_after_an_early_one(shelf: Shelf) -> None:
    """Until the release is complete; then the next pending one can be taken."""
    instance, _ = try_out(shelf.abc, shelf.pack)
    plan(shelf, "2.0", days=1)
    apply(shelf.abc, instance)
    with refused(no.UpdateTaken, "PACK-6"):
        apply(shelf.abc, instance)
    night(AT + DAY)
    plan(shelf, "3.0", days=3)
    apply(shelf.abc, instance)
    assert runs(shelf.abc, instance) == (3, ["3.0"])


def test_pack_6_attaching_anew_drops_the_early_update_until_the_day(shelf: Shelf) -> None:
    """Detaching alone does not, nor attaching another environment or one that was detached before, be it at the same
    instant; afterwards it cannot be applied again.
    """
    instance, place = try_out(shelf.abc, shelf.pack)
    other, gone = a_place(shelf.abc, "Other"), a_place(shelf.abc, "Gone before")
    attach(shelf.abc, instance, gone)
    plan(shelf, "2.0", days=1)
    detach(shelf.abc, instance, gone, AT + timedelta(hours=1))
    apply(shelf.abc, instance, AT + timedelta(hours=1))
    attach(shelf.abc, instance, other, gone, at=AT + timedelta(hours=2))
    detach(shelf.abc, instance, place, AT + timedelta(hours=3))
    assert runs(shelf.abc, instance) == (2, ["2.0"])
    attach(shelf.abc, instance, place, at=AT + timedelta(hours=4))
    assert (runs(shelf.abc, instance), told(shelf.abc, instance).stands) == ((1, ["1.0"]), Standing.TAKEN)
    with refused(no.UpdateTaken, "PACK-6"):
        apply(shelf.abc, instance)
    night(AT + DAY)
    assert (runs(shelf.abc, instance), told(shelf.abc, instance).stands) == ((2, ["2.0"]), Standing.CURRENT)


def test_pack_7_a_release_costs_the_same_whatever_is_installed(shelf: Shelf) -> None:
    """A release to one instance takes as many statements as one to thirty."""

    def cost(version: str) -> int:
        packaged(shelf.home, shelf.process, version)
        with CaptureQueriesContext(connection) as queries:
            release(shelf.home, shelf.pack)
        return len(queries)

    everybody = [(shelf.abc, installed(shelf.abc, shelf.pack))]
    few = cost("2.0")
    for number in range(15):
        member = a_member(shelf.home, f"More {number}")
        add_accounts_to_group(actor=OPERATOR, at=AT, account=shelf.home, group=shelf.group, members={member})
        everybody.append((member, installed(member, shelf.pack)))
    assert cost("3.0") == few
    assert [runs(account, instance)[1] for account, instance in everybody] == [["3.0"]] * 16
    assert [runs(account, instance)[0] for account, instance in everybody] == [3] + [2] * 15


# ---- PACK-8 to PACK-10: installing ---------------------------------------------------------------------------------


def test_pack_8_installing_and_attaching_take_deploy_and_the_gate(shelf: Shelf) -> None:
    """DEPLOY installs, attaches and uninstalls; each environment's gate holds for what happens in it (ENV-13)."""
    closed = an_environment(shelf.abc, "Closed", ADMINISTRATOR)
    place = a_place(shelf.abc)
    deployer = a_user(shelf.abc, a_role(shelf.abc, "Deployer", "DEPLOY")).actor
    looker = a_user(shelf.abc, a_role(shelf.abc, "Looker", "ATOM_MANAGEMENT", "PACKAGE_MANAGEMENT")).actor
    here: dict[str, Any] = {"at": AT, "account": shelf.abc}
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        install_pack(actor=looker, pack=shelf.pack, **here)
    instance = install_pack(actor=deployer, pack=shelf.pack, **here)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        attach_environments(actor=looker, instance=instance, environments={place}, **here)
    with refused(no.EnvironmentClosed, "ENV-9"):
        attach_environments(actor=deployer, instance=instance, environments={place, closed}, **here)
    with refused(no.EnvironmentNotFound, "ENV-13"):
        attach_environments(actor=deployer, instance=instance, environments={EnvironmentId("none")}, **here)
    attach_environments(actor=OPERATOR, instance=instance, environments={place, closed}, **here)
    with refused(no.EnvironmentClosed, "ENV-9"):
        detach_environments(actor=deployer, instance=instance, environments={closed}, **here)
    with refused(no.EnvironmentClosed, "ENV-9"):
        uninstall_pack(actor=deployer, instance=instance, **here)
    with watched() as written:
        detach_environments(actor=OPERATOR, instance=instance, environments={closed}, **here)
        uninstall_pack(actor=deployer, instance=instance, **here)
    said = [words(entry)[1] for entry in written.entries[shelf.abc]]
    assert said == ["DETACH", "DETACH", "UNINSTALL"]
    assert not PackAttachment.rows.of(shelf.abc).exists()


def test_pack_8_what_an_account_can_install(shelf: Shelf) -> None:
    """What is released and shared with it, and its own; nobody else's, by whatever id."""
    stranger = a_shelf()
    assert [pack.id for pack in usable_packs(shelf.abc)] == [shelf.pack]
    assert [pack.id for pack in usable_packs(shelf.home)] == [shelf.pack]
    page, count = usable_packs_page(shelf.abc, "pack")
    assert ([row.id for row in page.rows], count) == ([shelf.pack], 1)
    assert usable_packs_page(shelf.abc, "nothing like it")[1] == 0
    with refused(no.PackNotFound, "PACK-8"):
        install_pack(actor=OPERATOR, at=AT, account=shelf.abc, pack=stranger.pack)
    own = installed(shelf.home, shelf.pack)
    re_release(shelf, "2.0")
    assert runs(shelf.home, own) == (2, ["2.0"])


def test_pack_9_the_version_counts_releases_to_the_account(shelf: Shelf) -> None:
    """Starting with 1 at installation, whatever the pack has been through before, and again after uninstalling."""
    for version in ("2.0", "3.0"):
        re_release(shelf, version)
    instance = installed(shelf.abc, shelf.pack)
    assert runs(shelf.abc, instance) == (1, ["3.0"])
    re_release(shelf, "4.0")
    assert runs(shelf.abc, instance) == (2, ["4.0"])
    uninstall_pack(actor=OPERATOR, at=AT, account=shelf.abc, instance=instance)
    assert runs(shelf.abc, installed(shelf.abc, shelf.pack)) == (1, ["4.0"])


def test_pack_10_uninstalling_detaches_first(shelf: Shelf) -> None:
    """An entry for each environment, then one for the instance; nothing of it is left."""
    places = [a_place(shelf.abc, name) for name in ("One", "Two")]
    instance = installed(shelf.abc, shelf.pack, "", *places)
    with watched() as written:
        uninstall_pack(actor=OPERATOR, at=AT, account=shelf.abc, instance=instance)
    said = [words(entry)[1] for entry in written.entries[shelf.abc]]
    assert said == ["DETACH", "DETACH", "UNINSTALL"]
    assert not PackAttachment.rows.of(shelf.abc).exists()
    assert not PackInstance.rows.of(shelf.abc).exists()


# ---- PACK-11: the end of a share -----------------------------------------------------------------------------------


def _withdraw(shelf: Shelf) -> None:
    withdraw_pack(shelf.home, shelf.group, shelf.pack)


def _leave(shelf: Shelf) -> None:
    remove_accounts_from_group(actor=OPERATOR, at=AT, account=shelf.home, group=shelf.group, members={shelf.abc})


def _delete_group(shelf: Shelf) -> None:
    remove_group(actor=OPERATOR, at=AT, account=shelf.home, group=shelf.group)


def _share(shelf: Shelf) -> None:
    lend_pack(shelf.home, all_accounts(shelf.home), shelf.pack)


def _join(shelf: Shelf) -> None:
    group = a_group(shelf.home, "Another")
    lend_pack(shelf.home, group, shelf.pack)
    add_accounts_to_group(actor=OPERATOR, at=AT, account=shelf.home, group=group, members={shelf.abc})


@pytest.mark.parametrize("end", [_withdraw, _leave, _delete_group])
@pytest.mark.parametrize("again", [_share, _join])
def test_pack_11_an_ended_share_freezes_and_sharing_again_resumes(
    shelf: Shelf, end: Callable[[Shelf], None], again: Callable[[Shelf], None]
) -> None:
    """However it ends and begins: environments stay, no release comes, nothing can be applied or installed; it can be
    uninstalled. The end writes nothing about instances.
    """
    place = a_place(shelf.abc)
    a_runtime(shelf.abc, place)
    instance = installed(shelf.abc, shelf.pack, "", place)
    row = PackInstance.rows.of(shelf.abc).values().get()
    end(shelf)
    assert PackInstance.rows.of(shelf.abc).values().get() == row
    plan(shelf, "2.0", days=1)
    one = told(shelf.abc, instance)
    assert (one.stands, one.due, environments_of(one)) == (Standing.FROZEN, None, (place,))
    with refused(no.PackFrozen, "PACK-11"):
        apply(shelf.abc, instance)
    with refused(no.PackFrozen, "PACK-11"):
        install_pack(actor=OPERATOR, at=AT, account=shelf.abc, pack=shelf.pack)
    other = a_member(shelf.home, "Never had it")
    with refused(no.PackNotFound, "PACK-8"):
        install_pack(actor=OPERATOR, at=AT, account=other, pack=shelf.pack)
    night(AT + DAY)
    re_release(shelf, "3.0")
    assert runs(shelf.abc, instance) == (1, ["1.0"])
    again(shelf)
    assert (runs(shelf.abc, instance), told(shelf.abc, instance).stands) == ((2, ["3.0"]), Standing.CURRENT)


def test_pack_11_what_came_between_two_ends_is_kept(shelf: Shelf) -> None:
    """Shared again for a while, it ran the current release; that is where the second end leaves it."""
    instance = installed(shelf.abc, shelf.pack)
    _withdraw(shelf)
    re_release(shelf, "2.0")
    lend_pack(shelf.home, shelf.group, shelf.pack)
    _withdraw(shelf)
    assert runs(shelf.abc, instance) == (2, ["2.0"])
    re_release(shelf, "3.0")
    assert runs(shelf.abc, instance) == (2, ["2.0"])
    lend_pack(shelf.home, shelf.group, shelf.pack)
    assert runs(shelf.abc, instance) == (3, ["3.0"])


def test_pack_11_an_early_update_is_the_current_version_too(shelf: Shelf) -> None:
    """Whoever runs the pending update when the share ends goes on with it, whether it is completed or replaced."""
    mine, _ = try_out(shelf.abc, shelf.pack)
    theirs, _ = try_out(shelf.ghi, shelf.pack)
    plan(shelf, "2.0", days=1)
    for account, instance in ((shelf.abc, mine), (shelf.ghi, theirs)):
        apply(account, instance)
    _leave(shelf)
    re_release(shelf, "3.0")
    assert (runs(shelf.abc, mine), runs(shelf.ghi, theirs)) == ((2, ["2.0"]), (3, ["3.0"]))
    plan(shelf, "4.0", days=1)
    apply(shelf.ghi, theirs)
    remove_accounts_from_group(actor=OPERATOR, at=AT, account=shelf.home, group=shelf.group, members={shelf.ghi})
    night(AT + DAY)
    assert (runs(shelf.abc, mine), runs(shelf.ghi, theirs)) == ((2, ["2.0"]), (4, ["4.0"]))
    re_release(shelf, "5.0", AT + DAY)
    assert runs(shelf.ghi, theirs) == (4, ["4.0"])
    members = {shelf.abc, shelf.ghi}
    add_accounts_to_group(actor=OPERATOR, at=AT, account=shelf.home, group=shelf.group, members=members)
    assert (runs(shelf.abc, mine), runs(shelf.ghi, theirs)) == ((3, ["5.0"]), (5, ["5.0"]))


def test_pack_11_a_suspended_publisher_goes_on_releasing_and_a_deleted_one_does_not(shelf: Shelf) -> None:
    """Suspension keeps shares in force (ACC-13); a deleted primary gives nothing, and what is installed keeps running
    (ACC-14, SHARE-8).
    """
    instance = installed(shelf.abc, shelf.pack)
    plan(shelf, "2.0", days=1)
    change_account_status(actor=OPERATOR, at=AT, account=shelf.home, status=Status.SUSPENDED)
    night(AT + DAY)
    assert (runs(shelf.abc, instance), told(shelf.abc, instance).stands) == ((2, ["2.0"]), Standing.CURRENT)
    change_account_status(actor=OPERATOR, at=AT, account=shelf.home, status=Status.ACTIVE)
    plan(shelf, "3.0", days=3)
    change_account_status(actor=OPERATOR, at=AT, account=shelf.home, status=Status.DELETED)
    night(AT + 9 * DAY)
    assert (runs(shelf.abc, instance), told(shelf.abc, instance).stands) == ((2, ["2.0"]), Standing.FROZEN)
    assert not QueuedJob.rows.of(shelf.home).filter(kind="pack.release").exists()


def test_pack_11_a_deleted_customer_receives_nothing(shelf: Shelf) -> None:
    """It is in no group any more, All Accounts among them (ACC-14)."""
    lend_pack(shelf.home, all_accounts(shelf.home), shelf.pack)
    instance = installed(shelf.abc, shelf.pack)
    change_account_status(actor=OPERATOR, at=AT, account=shelf.abc, status=Status.DELETED)
    re_release(shelf, "2.0")
    assert (runs(shelf.abc, instance), told(shelf.abc, instance).stands) == ((1, ["1.0"]), Standing.FROZEN)


# ---- ENV-6, crashes, what lives ------------------------------------------------------------------------------------


def test_env_6_an_environment_with_packs_stays(shelf: Shelf) -> None:
    """The refusal names them; detached, it goes, with what was remembered of it."""
    place = a_place(shelf.abc)
    instance = installed(shelf.abc, shelf.pack, "", place)
    with refused(no.PacksAttached, "ENV-6") as caught:
        remove_environment(actor=OPERATOR, at=AT, account=shelf.abc, environment=place)
    assert told(shelf.abc, instance).name in caught[0].message
    detach(shelf.abc, instance, place)
    remove_environment(actor=OPERATOR, at=AT, account=shelf.abc, environment=place)


class Crash(Exception):
    """The process ends here."""


def crashing(step: str, module: ModuleType, broken: pytest.MonkeyPatch) -> None:
    """Let a module's commands crash after a step."""
    real = getattr(module, step)

    def crash(*args: object, **more: object) -> None:
        real(*args, **more)
        raise Crash

    broken.setattr(module, step, crash)


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("step", ["newest_release", "leave_behind", "packages_of", "cancel", "record"])
def test_pack_7_a_release_that_crashes_happens_wholly_or_not_at_all(
    shelf: Shelf, step: str, monkeypatch: pytest.MonkeyPatch, *, dated: bool
) -> None:
    """Whatever it was doing, nothing is left of it, and doing it again completes it."""
    frozen, here = installed(shelf.abc, shelf.pack), installed(shelf.ghi, shelf.pack)
    _leave(shelf)
    if dated:
        plan(shelf, "2.0", days=1)
    else:
        packaged(shelf.home, shelf.process, "2.0")
    before = everything()
    with monkeypatch.context() as broken:
        crashing(step, commands, broken)
        if dated:
            night(AT + DAY)
        else:
            with pytest.raises(Crash), transaction.atomic():
                release(shelf.home, shelf.pack)
    after = everything()
    noted = [before.pop("QueuedJob"), after.pop("QueuedJob")]
    assert (noted[0] != noted[1]) is dated, "the queue tells that a try has failed"
    assert after == before
    if dated:
        night(AT + 2 * DAY)
    else:
        release(shelf.home, shelf.pack)
    assert (runs(shelf.abc, frozen), runs(shelf.ghi, here)) == ((1, ["1.0"]), (2, ["2.0"]))


@pytest.mark.parametrize("step", ["names_of_instances", "record"])
def test_pack_8_an_installation_that_crashes_has_not_happened(
    shelf: Shelf, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And installing again completes it."""
    before = everything()
    with monkeypatch.context() as broken:
        crashing(step, instances, broken)
        with pytest.raises(Crash), transaction.atomic():
            installed(shelf.abc, shelf.pack)
    assert everything() == before
    assert runs(shelf.abc, installed(shelf.abc, shelf.pack)) == (1, ["1.0"])


def test_share_7_what_lives_by_a_pack(shelf: Shelf) -> None:
    """A preview learns how many instances stay as they are, for each account that has any; the owner's do not count."""
    installed(shelf.home, shelf.pack)
    installed(shelf.abc, shelf.pack)
    lives = SOURCES[Kind.INTEGRATION_PACK].lives
    accounts = Account.rows.across(CROSSING).values("id")
    assert [tuple(one) for one in lives([shelf.pack], accounts)] == [(shelf.abc, shelf.pack, "1 installed instance")]
    multi = a_shelf("MULTI")
    for name in ("A", "B"):
        installed(multi.ghi, multi.pack, name)
    assert {one.account: one.what for one in lives([multi.pack], accounts)} == {multi.ghi: "2 installed instances"}


def test_pack_1_a_new_name_is_seen_wherever_the_pack_is(shelf: Shelf) -> None:
    """Instances of a Single Attachment pack are called like it."""
    instance = installed(shelf.abc, shelf.pack)
    edit_pack(actor=OPERATOR, at=AT, account=shelf.home, pack=shelf.pack, name="Retail", description="For shops")
    one = told(shelf.abc, instance)
    assert (one.name, one.description) == ("Retail", "For shops")
    assert pending_release(pack_of(shelf.home, shelf.pack)) is None
    assert entries(shelf.home)[-1].container == "Retail"
    assert Entry.rows.of(shelf.home).filter(type="as.ipack").count() == 4


# ---- what runtimes are told, estates, the doctor -------------------------------------------------------------------


def test_pack_8_runtimes_run_what_is_attached_where_they_are(shelf: Shelf) -> None:
    """Deployments first, then each process of an attached pack with its text, at the version that the instance runs;
    what they report of it is an execution like others.
    """
    place, elsewhere = a_place(shelf.abc), a_place(shelf.abc, "Elsewhere")
    here, there = Line(a_runtime(shelf.abc, place).secret), Line(a_runtime(shelf.abc, elsewhere).secret)
    instance = installed(shelf.abc, shelf.pack, "", place)
    own = a_component(shelf.abc, "Own", text="<process name='own'/>")
    package = PackagedComponent.rows.of(shelf.abc).get(component=own).pk
    deploy(actor=OPERATOR, at=AT, account=shelf.abc, package=package, environment=place)
    deployed, one = here.get("deployments").json()["deployments"]
    assert (deployed["name"], "pack" in deployed) == ("Own", False)
    assert (one["name"], one["version"], one["component"]) == ("Orders", "1.0", shelf.process)
    assert one["pack"] == {"id": instance, "name": told(shelf.abc, instance).name, "version": 1}
    assert here.get(f"deployments/{one['id']}").json()["text"] == "<process/>"
    assert here.get(f"deployments?after={deployed['id']}").json()["deployments"] == [one]
    assert here.get(f"deployments?after={one['id']}").json()["deployments"] == []
    assert here.get("deployments?after=packs-1").status_code == 422
    assert there.get("deployments").json()["deployments"] == []
    assert there.get(f"deployments/{one['id']}").status_code == 404
    report = {**an_execution("run-1"), "process": "Orders", "component": one["component"]}
    assert here.post("executions", {"executions": [report]}).json()["new"] == 1
    assert Execution.rows.of(shelf.abc).get().component == shelf.process
    re_release(shelf, "2.0")
    _, newer = here.get("deployments").json()["deployments"]
    assert (newer["version"], newer["pack"]["version"], newer["id"] != one["id"]) == ("2.0", 2, True)
    assert here.get(f"deployments/{one['id']}").status_code == 404
    detach(shelf.abc, instance, place)
    assert here.get("deployments").json()["deployments"] == [deployed]


def test_pack_8_a_list_of_what_to_run_goes_on(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page everything once, also where a page has little."""
    monkeypatch.setattr(received, "AT_ONCE", 3)
    monkeypatch.setattr(received, "_ATTACHMENTS_AT_ONCE", 2)
    multi = a_shelf("MULTI")
    more = {a_component(multi.home, f"Process {number}") for number in range(3)}
    add_to_pack(actor=OPERATOR, at=AT, account=multi.home, pack=multi.pack, components=more)
    release(multi.home, multi.pack)
    place = a_place(multi.abc)
    for number in range(3):
        installed(multi.abc, multi.pack, f"Shop {number}", place)
    seen: list[tuple[int, int]] = []
    after: tuple[int, int] | None = (0, 0)
    while after is not None:
        found, after = packs_to_run(multi.abc, place, after)
        assert len(found) <= 3
        seen += [(run.attachment, run.item) for run in found]
    assert len(seen) == len(set(seen)) == 12
    assert seen == sorted(seen)


def test_pack_11_a_load_ends_and_begins_shares_as_well(shelf: Shelf, tmp_path: Path) -> None:
    """An account that moves away stands still; back again, it goes on, by whatever line lets it."""
    loads = Loader(tmp_path)
    abc = {"kind": "account", "id": shelf.abc, "name": "Customer ABC"}
    instance = installed(shelf.abc, shelf.pack)
    loads(
        {"kind": "account", "id": "other", "name": "Other", "features": ["account_groups"]}, {**abc, "primary": "other"}
    )
    re_release(shelf, "2.0")
    assert runs(shelf.abc, instance) == (1, ["1.0"])
    back = {"kind": "group_account", "account": shelf.home, "group": "Pack users", "member": shelf.abc}
    loads({**abc, "primary": shelf.home})
    assert runs(shelf.abc, instance) == (1, ["1.0"])
    loads(back)
    assert runs(shelf.abc, instance) == (2, ["2.0"])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda s: Pack.rows.of(s.home).update(released=2), "not at their last release"),
        (lambda s: PackInstance.rows.of(s.abc).update(held=_first(s), held_version=1), "stand still although"),
        (lambda s: PackInstance.rows.of(s.abc).update(early=_first(s)), "none of theirs"),
        (lambda s: PackAttachment.rows.of(s.abc).update(account=s.ghi), "environments of others"),
    ],
)
def test_pack_11_the_doctor_looks_at_packs(shelf: Shelf, spoil: Callable[[Shelf], object], said: str) -> None:
    """Nothing is found while all is well, and each thing that cannot be is."""
    installed(shelf.abc, shelf.pack, "", a_place(shelf.abc))
    assert [finding for check in invariants_of_packs.CHECKS for finding in check()] == []
    spoil(shelf)
    [finding] = [finding for check in invariants_of_packs.CHECKS for finding in check()]
    assert said in str(finding)


def _first(shelf: Shelf) -> PackRelease:
    return PackRelease.rows.of(shelf.home).get(number=1)
