"""Clouds as they are stored: sharing, attachments and what becomes of them, quotas, deleting (CLOUD, ENV-4)."""

import pytest

from tenantry.accounts.models import Account
from tenantry.clouds import clusters, commands as clouds
from tenantry.clouds.models import Cloud, CloudQuota
from tenantry.clouds.queries import accounts_attached, cloud_of, properties_of, quota_candidates, slots_page
from tenantry.clouds.usable import offer, offers, usable_clouds
from tenantry.decisions.using import reach_of
from tenantry.deploy.commands import deploy
from tenantry.environments.commands import remove_environment
from tenantry.groups.commands import remove_accounts_from_group, remove_group
from tenantry.groups.queries import group_of
from tenantry.reporting.commands import report_executions, request_work
from tenantry.reporting.queries import open_work
from tenantry.rules import refusals as no
from tenantry.rules.clouds import TOKEN_LASTS, UNLIMITED, Properties
from tenantry.rules.places import Classification
from tenantry.rules.refusals import Refused
from tenantry.rules.reporting import Work
from tenantry.rules.sharing import Kind
from tenantry.rules.using import Reach
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, RuntimeId, Status
from tenantry.runtimes import commands as runtimes
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.models import Runtime
from tenantry.sharing import commands as sharing
from tenantry.sharing.kinds import SOURCES, assignable
from tenantry.sharing.models import Share
from tenantry.sharing.queries import is_shared_in
from tenantry.store.crossings import Crossing
from tests.store.factories import (
    AT,
    a_group,
    a_primary,
    a_role,
    a_user,
    changes,
    given_numbers,
    refused,
    watched,
    words,
)
from tests.store.shelves import a_component, a_pack, attach, installed, lend_pack, release
from tests.store.skies import (
    ROOMY,
    Sky,
    a_cloud,
    a_cluster,
    a_quota,
    an_attachment,
    cluster_in,
    lend_cloud,
    now,
    withdraw_cloud,
)
from tests.store.workplaces import Station, a_package, a_process, a_runtime, an_environment, document_in, reported

pytestmark = pytest.mark.usefixtures("db")


def state(account: AccountId, attachment: RuntimeId) -> str:
    """The rule by which an attachment is Unavailable, or that it is not."""
    found = now(account, attachment).unavailable
    return "works" if found is None else found.rules[0]


class TestOwners:
    """Making, editing and deleting clouds."""

    def test_cloud_2_a_cloud_is_made_and_edited_but_for_its_classification(self, sky: Sky) -> None:
        """Each is one entry; an edit acts at once; names are unique ignoring case."""
        with watched() as written:
            made = clouds.create_cloud(
                **sky.owner, properties=Properties(" South "), classification=Classification.TEST
            )
        row = cloud_of(sky.home, made)
        assert properties_of(row) == Properties("South", max_attachments=1)
        assert (row.classification, words(written.only(sky.home))) == ("TEST", ("as.cloud", "CREATE", "NONE"))
        told = Properties("South", allow_browsing=False, max_attachments=UNLIMITED)
        with watched() as written:
            clouds.edit_cloud(**sky.owner, cloud=made, properties=told)
            clouds.edit_cloud(**sky.owner, cloud=made, properties=told)
        assert changes(written.only(sky.home)) == {"allow_browsing": (True, False), "max_attachments": (1, -1)}
        assert words(written.only(sky.home)) == ("as.cloud", "UPDATE", "NONE")
        assert properties_of(cloud_of(sky.home, made)) == told
        assert cloud_of(sky.home, made).classification == "TEST"
        for act in (
            lambda: clouds.create_cloud(**sky.owner, properties=Properties("NORTH")),
            lambda: clouds.edit_cloud(**sky.owner, cloud=made, properties=Properties("north")),
        ):
            with refused(no.CloudNameTaken, "CLOUD-2"):
                act()
        with refused(no.MaximumInvalid, "CLOUD-2"):
            clouds.edit_cloud(**sky.owner, cloud=made, properties=Properties("South", max_attachments=-2))

    def test_cloud_1_it_takes_the_privilege_and_the_feature(self, sky: Sky) -> None:
        """An Administrator of an account without the feature has none; nor has anybody without the privilege."""
        with refused(no.FeatureOff, "PRIV-5"):
            clouds.create_cloud(**sky.customer, properties=Properties("Mine"))
        clerk = a_user(sky.home, a_role(sky.home, "Clerk", "ATOM_MANAGEMENT", "ACCOUNT_GROUP_MANAGEMENT"))
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            clouds.edit_cloud(
                actor=clerk.actor, at=AT, account=sky.home, cloud=sky.north, properties=Properties("Mine")
            )

    def test_cloud_7_what_blocks_deleting_and_what_does_not(self, sky: Sky) -> None:
        """Attachments of the owner block a cluster, those of others do not; clusters block the cloud."""
        theirs = sky.attachment()
        own = an_attachment(sky.home, sky.north)
        cluster = cluster_in(sky.north)
        with refused(no.OwnAttachmentsLeft, "CLOUD-7"):
            clusters.remove_cluster(**sky.owner, cluster=cluster)
        runtimes.remove_runtime(**sky.owner, runtime=own)
        with refused(no.ClustersLeft, "CLOUD-7"):
            clouds.remove_cloud(**sky.owner, cloud=sky.north)
        assert state(sky.member, theirs) == "works"
        with watched() as written:
            clusters.remove_cluster(**sky.owner, cluster=cluster)
        assert words(written.only(sky.home)) == ("as.cloud.cluster", "DELETE", "NONE")
        assert written.gave == {sky.home: 1}
        assert state(sky.member, theirs) == "CLOUD-7"
        a_cluster(sky.home, sky.north)
        assert state(sky.member, theirs) == "works"

    def test_cloud_7_one_cluster_of_several_leaves_the_others_at_work(self, sky: Sky) -> None:
        """Attachments of others lose nothing then, and what the owner gives is as it was."""
        theirs = sky.attachment()
        second = a_cluster(sky.home, sky.north)
        with watched() as written:
            clusters.remove_cluster(**sky.owner, cluster=second.id)
        assert state(sky.member, theirs) == "works"
        assert written.gave == {}

    def test_cloud_7_a_deleted_cloud_ends_like_its_share_and_for_good(self, sky: Sky) -> None:
        """Shares and quotas go; attachments stay Unavailable in their environments, and can be deleted there."""
        environment = an_environment(sky.member, "Production")
        theirs = sky.attachment(environment=environment)
        a_quota(sky.home, sky.north, sky.member, 5)
        clusters.issue_cluster_token(**sky.owner, cloud=sky.north)
        clusters.remove_cluster(**sky.owner, cluster=cluster_in(sky.north))
        with watched() as written:
            clouds.remove_cloud(**sky.owner, cloud=sky.north)
        assert [words(entry) for entry in written.entries[sky.home]] == [
            ("as.accountgroup.resource", "DELETE", "NONE"),
            ("as.cloud", "DELETE", "NONE"),
        ]
        assert not is_shared_in(group_of(sky.home, sky.group), Kind.CLOUD, sky.north)
        assert not Cloud.rows.of(sky.home).exists()
        assert not CloudQuota.rows.of(sky.home).exists()
        left = now(sky.member, theirs)
        assert (left.environment_id, left.cloud_id, left.in_cloud) == (environment, None, True)
        assert state(sky.member, theirs) == "CLOUD-7"
        with refused(no.RuntimeAttached, "ENV-6"):
            runtimes.remove_runtime(**sky.customer, runtime=theirs)
        runtimes.detach_runtime(**sky.customer, runtime=theirs)
        runtimes.remove_runtime(**sky.customer, runtime=theirs)
        assert not Runtime.rows.of(sky.member).exists()


class TestSharing:
    """When clouds can be shared, and whom they reach."""

    def test_scn_62_share_5_a_cloud_is_offered_once_a_cluster_is_installed(self, sky: Sky) -> None:
        """Without clusters it is on no list and cannot be shared."""
        bare = a_cloud(sky.home, "Bare", clusters=0)

        def offered() -> list[str]:
            return [one.name for one in assignable(Kind.CLOUD, sky.home, ROOMY, [sky.north])[0]]

        assert offered() == []
        with refused(no.ResourceNotShareable, "SHARE-5"):
            lend_cloud(sky.home, sky.group, bare)
        before = given_numbers()[sky.home]
        a_cluster(sky.home, bare)
        a_cluster(sky.home, bare)
        assert offered() == ["Bare"]
        assert given_numbers()[sky.home] > before
        lend_cloud(sky.home, sky.group, bare)
        assert {one.name for one in usable_clouds(sky.member)} == {"Bare", "North"}

    def test_cloud_5_the_list_of_what_can_be_used_says_what_single_answers_say(self, sky: Sky) -> None:
        """Own and received clouds, with and without clusters, for every account."""
        mine = a_cloud(sky.home, "Mine", clusters=0)
        gone = a_cloud(sky.home, "Gone")
        lend_cloud(sky.home, sky.group, gone)
        clusters.remove_cluster(**sky.owner, cluster=cluster_in(gone))
        stranger = a_primary("Stranger", ROOMY)
        theirs = a_cloud(stranger, "Theirs")
        expected = {sky.home: {sky.north, mine, gone}, sky.member: {sky.north}, sky.other: set(), stranger: {theirs}}
        for account, keys in expected.items():
            assert set(usable_clouds(account).values_list("id", flat=True)) == keys
            assert {one.id for one in offers(account).rows} == keys
            answers = {key: reach_of(Kind.CLOUD, key, account) for key in (sky.north, mine, gone, theirs)}
            assert {key for key, answer in answers.items() if isinstance(answer, Reach)} == keys
            for key in {sky.north, mine, gone, theirs} - keys:
                with refused(no.CloudNotFound, "CLOUD-5"):
                    create_attachment(actor=OPERATOR, at=AT, account=account, cloud=key, name="A")
        with refused(no.CloudNotInstalled, "CLOUD-7"):
            create_attachment(**sky.owner, cloud=mine, name="A")

    def test_share_8_what_lives_by_a_cloud_is_counted_by_account(self, sky: Sky) -> None:
        """Attachments of others, not the owner's own; the words go on after "there"."""
        lend_cloud(sky.home, a_group(sky.home, "More", members=[sky.other]), sky.north)
        for account, number in ((sky.member, 2), (sky.other, 1), (sky.home, 3)):
            for _ in range(number):
                an_attachment(account, sky.north)
        everybody = Account.rows.across(Crossing.IMPACT).filter(id__in=[sky.home, sky.member, sky.other])
        lives = SOURCES[Kind.CLOUD].lives([sky.north], everybody)
        assert {(one.account, one.resource, one.what) for one in lives} == {
            (sky.member, sky.north, "2 attachments"),
            (sky.other, sky.north, "1 attachment"),
        }
        assert accounts_attached(sky.cloud()) == (3, 2)


class TestQuotas:
    """How many attachments an account may have."""

    def test_scn_63_cloud_4_and_cloud_5_a_quota_of_three(self, sky: Sky) -> None:
        """With three attachments In the Cloud is unavailable; lowering to 2 is refused, -1 is accepted."""
        sky.allows(max_attachments=1)
        a_quota(sky.home, sky.north, sky.member, 3)
        for left in (3, 2, 1):
            assert offer(sky.member, sky.north).room.remaining == left
            sky.attachment()
        assert isinstance(offer(sky.member, sky.north).closed, no.CloudFull)
        with refused(no.CloudFull, "CLOUD-5"):
            create_attachment(**sky.customer, cloud=sky.north, name="A fourth one")
        with refused(no.QuotaBelowAttachments, "CLOUD-4"):
            clouds.edit_quota(**sky.owner, cloud=sky.north, member=sky.member, maximum=2)
        with watched() as written:
            clouds.edit_quota(**sky.owner, cloud=sky.north, member=sky.member, maximum=UNLIMITED)
        assert words(written.only(sky.home)) == ("as.cloud.quota", "UPDATE", "NONE")
        sky.attachment()
        assert offer(sky.member, sky.north).closed is None
        with watched() as written:
            clouds.remove_quota(**sky.owner, cloud=sky.north, member=sky.member)
        assert words(written.only(sky.home)) == ("as.cloud.quota", "DELETE", "NONE")
        assert isinstance(offer(sky.member, sky.north).closed, no.CloudFull)
        assert Runtime.rows.of(sky.member).count() == 4

    def test_cloud_4_a_quota_of_0_forbids_new_ones(self, sky: Sky) -> None:
        """Until it goes; and below what is there it cannot be set."""
        a_quota(sky.home, sky.north, sky.member, 0)
        with refused(no.CloudClosed, "CLOUD-4"):
            create_attachment(**sky.customer, cloud=sky.north, name="One")
        clouds.remove_quota(**sky.owner, cloud=sky.north, member=sky.member)
        sky.attachment()
        with refused(no.QuotaBelowAttachments, "CLOUD-4"):
            clouds.add_quota(**sky.owner, cloud=sky.north, member=sky.member, maximum=0)

    def test_cloud_4_quotas_are_for_accounts_to_which_the_cloud_is_shared_now(self, sky: Sky) -> None:
        """Neither added nor edited nor deleted for others; kept while it is not shared; one for each."""
        with refused(no.QuotaOnlyWhileShared, "CLOUD-4"):
            clouds.add_quota(**sky.owner, cloud=sky.north, member=sky.other, maximum=3)
        for stranger in (a_primary("Stranger"), AccountId("nobody")):
            with refused(no.NotManagedHere, "GRP-23"):
                clouds.add_quota(**sky.owner, cloud=sky.north, member=stranger, maximum=3)
        with refused(no.QuotaOnlyWhileShared, "CLOUD-4"):
            clouds.add_quota(**sky.owner, cloud=sky.north, member=sky.home, maximum=3)
        assert [one.id for one in quota_candidates(sky.cloud())[0]] == [sky.member]
        a_quota(sky.home, sky.north, sky.member, 3)
        assert quota_candidates(sky.cloud()) == ((), 0)
        with refused(no.QuotaThere, "CLOUD-4"):
            clouds.add_quota(**sky.owner, cloud=sky.north, member=sky.member, maximum=4)
        sky.withdraw()
        with refused(no.QuotaOnlyWhileShared, "CLOUD-4"):
            clouds.edit_quota(**sky.owner, cloud=sky.north, member=sky.member, maximum=4)
        with refused(no.QuotaOnlyWhileShared, "CLOUD-4"):
            clouds.remove_quota(**sky.owner, cloud=sky.north, member=sky.member)
        sky.lend()
        assert offer(sky.member, sky.north).room.maximum == 3
        with refused(no.QuotaNotFound, "CLOUD-4"):
            clouds.edit_quota(**sky.owner, cloud=sky.north, member=sky.other, maximum=4)

    def test_cloud_3_the_owner_may_have_any_number(self, sky: Sky) -> None:
        """Also where nobody else may have one."""
        sky.allows(max_attachments=0)
        for _ in range(3):
            create_attachment(**sky.owner, cloud=sky.north, name="Own")
        assert offer(sky.home, sky.north).room.remaining is None

    def test_cloud_4_the_tab_tells_who_has_attachments_or_a_quota(self, sky: Sky) -> None:
        """By account, the owner among them, found by name or id; also where it is shared no more."""
        an_attachment(sky.home, sky.north)
        sky.attachment()
        sky.attachment()
        a_quota(sky.home, sky.north, sky.member, 7)
        everywhere = a_group(sky.home, "Wider", members=[sky.other])
        lend_cloud(sky.home, everywhere, sky.north)
        a_quota(sky.home, sky.north, sky.other, UNLIMITED)
        withdraw_cloud(sky.home, everywhere, sky.north)
        page, count = slots_page(sky.cloud())
        found = [(one.name, one.attachments, one.maximum, one.shared, one.owner) for one in page.rows]
        assert count == 3
        assert found == [
            ("Member", 2, 7, True, False),
            ("Other", 0, -1, False, False),
            ("Partner", 1, None, False, True),
        ]
        assert [one.account for one in slots_page(sky.cloud(), sky.other)[0].rows] == [sky.other]


class TestAttachments:
    """The slots of accounts in clouds."""

    def test_cloud_5_an_attachment_is_a_runtime_without_a_secret(self, sky: Sky) -> None:
        """Made by who has Runtime Management; recorded in the account whose it is."""
        clerk = a_user(sky.member, a_role(sky.member, "Clerk", "BUILD", "ATOM_MANAGEMENT_READ_ONLY"))
        with refused(no.PrivilegeNotHeld, "ROLE-11"):
            create_attachment(actor=clerk.actor, at=AT, account=sky.member, cloud=sky.north, name="Slot")
        with watched() as written:
            made = create_attachment(**sky.customer, cloud=sky.north, name=" Slot ")
        entry = written.only(sky.member)
        assert (words(entry), entry.container) == (("as.runtime", "ADD", "NONE"), "Slot")
        row = now(sky.member, made)
        assert (row.name, row.cloud_id, row.digest, row.environment_id) == ("Slot", sky.north, None, None)
        with refused(no.RuntimeNameInvalid, "ENV-3"):
            create_attachment(**sky.customer, cloud=sky.north, name="")

    def test_env_4_and_cloud_6_it_fits_environments_of_the_clouds_classification(self, sky: Sky) -> None:
        """A local runtime fits either."""
        test, production = (
            an_environment(sky.member, name, classification=name[:4].upper()) for name in ("Test", "Production")
        )
        made = sky.attachment()
        with refused(no.ClassificationDiffers, "ENV-4"):
            runtimes.attach_runtime(**sky.customer, runtime=made, environment=test)
        runtimes.attach_runtime(**sky.customer, runtime=made, environment=production)
        local = a_runtime(sky.member, test).id
        runtimes.attach_runtime(**sky.customer, runtime=local, environment=production)

    def test_scn_64_cloud_8_they_are_unavailable_while_the_cloud_is_not_shared(self, sky: Sky) -> None:
        """No settings, no attaching, nothing run; kept with environment and quota, and still counting."""
        production, other = (an_environment(sky.member, name) for name in ("Production", "Other"))
        first, second = sky.attachment(environment=production), sky.attachment()
        process = a_process(sky.member)
        package = a_package(sky.member, process)
        deploy(**sky.customer, package=package, environment=production)
        [run] = reported(sky.member, Station(first, ""))
        document = document_in(sky.member, run).pk
        a_quota(sky.home, sky.north, sky.member, 2)
        sky.withdraw()
        for attachment in (first, second):
            assert state(sky.member, attachment) == "CLOUD-8"
            with refused(no.AttachmentUnavailable, "CLOUD-8"):
                runtimes.rename_runtime(**sky.customer, runtime=attachment, name="New")
            with refused(no.AttachmentUnavailable, "CLOUD-8"):
                runtimes.attach_runtime(**sky.customer, runtime=attachment, environment=other)
        with refused(no.AttachmentUnavailable, "CLOUD-8"):
            report_executions(at=AT, account=sky.member, runtime=first, records=[])
        with refused(no.AttachmentUnavailable, "CLOUD-8"):
            request_work(**sky.customer, document=document, kind=Work.RERUN)
        with refused(no.CloudNotFound, "CLOUD-5"):
            create_attachment(**sky.customer, cloud=sky.north, name="Third")
        deploy(**sky.customer, package=a_package(sky.member, process, "2.0"), environment=production)  # of others there
        assert now(sky.member, first).environment_id == production
        sky.lend()
        assert {state(sky.member, one) for one in (first, second)} == {"works"}
        assert offer(sky.member, sky.north).room.remaining == 0
        with refused(no.CloudFull, "CLOUD-5"):
            create_attachment(**sky.customer, cloud=sky.north, name="Third")
        request_work(**sky.customer, document=document, kind=Work.RERUN)
        runtimes.rename_runtime(**sky.customer, runtime=first, name="New")

    @pytest.mark.parametrize("end", ["withdrawn", "account leaves", "group deleted", "owner deleted"])
    def test_cloud_8_and_share_8_whatever_ends_the_share(self, sky: Sky, end: str) -> None:
        """Four ways, and another share keeps it working."""
        made = sky.attachment()
        keeps = a_group(sky.home, "Keeps", members=[sky.member])
        lend_cloud(sky.home, keeps, sky.north)

        def finish(group: GroupId) -> None:
            match end:
                case "withdrawn":
                    withdraw_cloud(sky.home, group, sky.north)
                case "account leaves":
                    remove_accounts_from_group(**sky.owner, group=group, members=frozenset({sky.member}))
                case "group deleted":
                    remove_group(**sky.owner, group=group)
                case _:
                    Account.rows.of(sky.home).update(status=Status.DELETED)

        if end != "owner deleted":
            finish(sky.group)
            assert state(sky.member, made) == "works"
        finish(keeps)
        assert state(sky.member, made) == "CLOUD-8"
        assert now(sky.member, made).cloud_id == sky.north

    def test_acc_13_a_suspended_owner_keeps_its_customers_served(self, sky: Sky) -> None:
        """Suspending is reversible and ends no share."""
        made = sky.attachment()
        Account.rows.of(sky.home).update(status=Status.SUSPENDED)
        assert state(sky.member, made) == "works"

    def test_cloud_5_giving_an_attachment_up_makes_room(self, sky: Sky) -> None:
        """Also one that is Unavailable: deleting is no change of settings."""
        first, _ = sky.attachment(), sky.attachment()
        sky.withdraw()
        runtimes.remove_runtime(**sky.customer, runtime=first)
        sky.lend()
        assert offer(sky.member, sky.north).room.remaining == 1

    def test_env_6_an_unavailable_attachment_still_blocks_its_environment(self, sky: Sky) -> None:
        """It is attached, until somebody detaches it."""
        environment = an_environment(sky.member, "Production")
        made = sky.attachment(environment=environment)
        sky.withdraw()
        with refused(no.RuntimesAttached, "ENV-6"):
            remove_environment(**sky.customer, environment=environment)
        runtimes.detach_runtime(**sky.customer, runtime=made)
        remove_environment(**sky.customer, environment=environment)


class TestWhatACloudAllows:
    """The properties of CLOUD-2 act at once."""

    def test_cloud_2_without_deployments_nothing_is_deployed_to_attachments(self, sky: Sky) -> None:
        """What is deployed stays; nor does one attach where something is deployed; Unavailable ones refuse nothing."""
        production, other = (an_environment(sky.member, name) for name in ("Production", "Other"))
        process = a_process(sky.member)
        package, newer = a_package(sky.member, process), a_package(sky.member, process, "2.0")
        sky.attachment(environment=production)
        deploy(**sky.customer, package=package, environment=production)
        deploy(**sky.customer, package=package, environment=other)
        sky.allows(allow_deployments=False)
        with refused(no.DeploymentsNotAllowed, "CLOUD-2"):
            deploy(**sky.customer, package=newer, environment=production)
        second = sky.attachment()
        with refused(no.DeploymentsNotAllowed, "CLOUD-2"):
            runtimes.attach_runtime(**sky.customer, runtime=second, environment=other)
        deploy(**sky.customer, package=newer, environment=other)
        pack = a_pack(sky.home, a_component(sky.home))
        release(sky.home, pack)
        lend_pack(sky.home, sky.group, pack)
        instance = installed(sky.member, pack)
        with refused(no.DeploymentsNotAllowed, "CLOUD-2"):
            attach(sky.member, instance, production)
        idle = an_environment(sky.member, "Idle")
        attach(sky.member, instance, idle)
        with refused(no.DeploymentsNotAllowed, "CLOUD-2"):
            runtimes.attach_runtime(**sky.customer, runtime=second, environment=idle)
        sky.withdraw()
        deploy(**sky.customer, package=newer, environment=production)

    def test_cloud_2_without_test_executions_another_runtime_is_asked(self, sky: Sky) -> None:
        """Or nobody is; re-runs go on, and what was requested before is not handed out."""
        production = an_environment(sky.member, "Production")
        first = sky.attachment(name="Alone", environment=production)
        [run] = reported(sky.member, Station(first, ""))
        document = document_in(sky.member, run).pk
        request_work(**sky.customer, document=document, kind=Work.TEST)
        sky.allows(allow_test_executions=False)
        with refused(no.TestExecutionsNotAllowed, "CLOUD-2"):
            request_work(**sky.customer, document=document, kind=Work.TEST)
        rerun = request_work(**sky.customer, document=document, kind=Work.RERUN)
        assert [one.id for one in open_work(sky.member, first, production, tests=False)] == [rerun]
        local = a_runtime(sky.member, production, "Local")
        request_work(**sky.customer, document=document, kind=Work.TEST)
        assert [one.kind for one in open_work(sky.member, local.id, production)] == ["TEST"]


def test_share_2_only_an_own_cloud_is_shared(sky: Sky) -> None:
    """A received one is not shared onward: a stranger's id is as unknown as none."""
    stranger = a_primary("Stranger", ROOMY)
    group = a_group(stranger)
    for key in (sky.north, "none"):
        with refused(no.ResourceNotYours, "SHARE-2"):
            sharing.share(
                actor=OPERATOR, at=AT, account=stranger, group=group, kind=Kind.CLOUD, resources=frozenset({key})
            )
    assert not Share.rows.of(stranger).exists()


def test_a_cluster_token_works_once_within_a_day(sky: Sky) -> None:
    """Refused alike whatever is wrong with it."""
    token = clusters.issue_cluster_token(**sky.owner, cloud=sky.north)
    with refused(no.ClusterTokenRefused, "CLOUD-1"):
        clusters.install_cluster(at=AT + TOKEN_LASTS, token=token, name="Late")
    clusters.install_cluster(at=AT, token=token, name="In time")
    for value in (token, "", "x"):
        with refused(no.ClusterTokenRefused, "CLOUD-1"):
            clusters.install_cluster(at=AT, token=value, name="Again")
    with pytest.raises(Refused):
        clusters.issue_cluster_token(**sky.customer, cloud=sky.north)
