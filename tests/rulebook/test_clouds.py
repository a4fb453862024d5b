"""Clouds in the pure: what names, maximums and quotas may be, and why attachments cannot be used (CLOUD)."""

import pytest

from tenantry.rules import clouds as law, refusals as no
from tenantry.rules.clouds import UNLIMITED, Properties, Room


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (Properties("N"), None),
        (Properties("x" * 255, max_attachments=UNLIMITED), None),
        (Properties("N", max_attachments=0), None),
        (Properties(""), no.CloudNameInvalid),
        (Properties("  "), no.CloudNameInvalid),
        (Properties("x" * 256), no.CloudNameInvalid),
        (Properties("a\x00b"), no.CloudNameInvalid),
        (Properties("N", max_attachments=-2), no.MaximumInvalid),
        (Properties("N", max_attachments=law.LARGEST_MAXIMUM + 1), no.MaximumInvalid),
    ],
)
def test_cloud_2_names_and_maximums(properties: Properties, expected: type[no.Refusal] | None) -> None:
    """A name of 1 to 255 characters; a number of attachments, or -1 for any number; what is new allows one."""
    found = law.check_properties(properties)
    assert (None if found is None else type(found)) == expected
    assert (Properties("N").max_attachments, Properties("N").allow_deployments) == (1, True)


@pytest.mark.parametrize(
    ("owner", "default", "quota", "maximum"),
    [
        (True, 0, 0, None),
        (False, 1, None, 1),
        (False, UNLIMITED, None, None),
        (False, 1, 3, 3),
        (False, 5, 0, 0),
        (False, 0, UNLIMITED, None),
    ],
)
def test_cloud_3_and_cloud_4_whose_maximum_counts(
    *, owner: bool, default: int, quota: int | None, maximum: int | None
) -> None:
    """The owner's is none; a quota goes before the cloud's own."""
    assert law.room(2, owner=owner, default=default, quota=quota) == Room(2, maximum)


@pytest.mark.parametrize(
    ("there", "maximum", "remaining", "expected"),
    [
        (7, None, None, None),
        (2, 3, 1, None),
        (3, 3, 0, no.CloudFull),
        (4, 3, 0, no.CloudFull),
        (0, 0, 0, no.CloudClosed),
        (2, 0, 0, no.CloudClosed),
    ],
)
def test_cloud_5_one_more_up_to_the_maximum(
    there: int, maximum: int | None, remaining: int | None, expected: type[no.Refusal] | None
) -> None:
    """At the maximum none; 0 forbids new ones, and a maximum that came down takes nothing away."""
    room = Room(there, maximum)
    found = law.check_room("N", room)
    assert room.remaining == remaining
    assert (None if found is None else type(found)) == expected


@pytest.mark.parametrize(
    ("maximum", "shared", "expected"),
    [
        (3, True, None),
        (4, True, None),
        (UNLIMITED, True, None),
        (2, True, no.QuotaBelowAttachments),
        (0, True, no.QuotaBelowAttachments),
        (-2, True, no.MaximumInvalid),
        (9, False, no.QuotaOnlyWhileShared),
        (UNLIMITED, False, no.QuotaOnlyWhileShared),
    ],
)
def test_cloud_4_quotas_of_an_account_with_three_attachments(
    *, maximum: int, shared: bool, expected: type[no.Refusal] | None
) -> None:
    """Not below three, except unlimited; and only while the cloud is shared to it."""
    found = law.check_quota(maximum, 3, account="M", cloud="N", shared=shared)
    assert (None if found is None else type(found)) == expected


@pytest.mark.parametrize(
    ("cloud", "installed", "reaches", "rule", "why"),
    [
        ("N", True, True, None, ""),
        ("N", True, False, "CLOUD-8", "is not shared with this account any more"),
        ("N", False, True, "CLOUD-7", "has no cluster installed any more"),
        ("N", False, False, "CLOUD-8", "is not shared"),
        (None, True, True, "CLOUD-7", "its cloud was deleted"),
    ],
)
def test_cloud_7_and_cloud_8_why_an_attachment_is_unavailable(
    *, cloud: str | None, installed: bool, reaches: bool, rule: str | None, why: str
) -> None:
    """Its cloud is gone, has no cluster, or reaches the account no more; else it is not."""
    found = law.check_available("A", cloud, installed=installed, reaches=reaches)
    if rule is None:
        assert found is None
    else:
        assert found is not None
        assert found.rules == (rule,)
        assert found.message.startswith("A is Unavailable: ")
        assert why in found.message


def test_cloud_7_what_blocks_deleting() -> None:
    """Own attachments a cluster, clusters a cloud; nothing else."""
    assert law.check_cluster_removal("C", "N", 0) is None
    assert isinstance(law.check_cluster_removal("C", "N", 1), no.OwnAttachmentsLeft)
    assert law.check_cloud_removal("N", 0) is None
    assert isinstance(law.check_cloud_removal("N", 1), no.ClustersLeft)


def test_cloud_9_browsing_takes_both_switches() -> None:
    """Where only that of the cloud itself is off, it answers with an error of its own."""
    assert law.check_browsing("N", allowed=True, set_in_cloud=True) is None
    assert law.check_browsing("N", allowed=True, set_in_cloud=False) == no.BrowsingOff(cloud="N")
    assert law.check_browsing("N", allowed=False, set_in_cloud=False) == no.BrowsingNotAllowed(cloud="N")
