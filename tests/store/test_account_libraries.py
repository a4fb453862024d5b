"""Account Libraries against the tables and the storage (PRIV-10)."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenantry.account_libraries import uploads
from tenantry.account_libraries.commands import remove_library, upload_library
from tenantry.account_libraries.models import AccountLibrary
from tenantry.account_libraries.queries import libraries_page, library_of
from tenantry.account_libraries.uploads import kept_library
from tenantry.content.columns import ContentColumn
from tenantry.content.failures import ContentUnavailable
from tenantry.content.store import exists, keep, opened, storage
from tenantry.content.sweep import columns_of
from tenantry.rules import libraries as law, refusals as no
from tenantry.rules.content import ContentKey
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tests.content.zips import archive
from tests.store.factories import AT, PARTNER, STANDARD_USER, Somebody, a_role, a_user, an_account, refused
from tests.store.jars import JAR, a_kept_jar, a_library

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> AccountId:
    """An account that can have custom roles."""
    return an_account("Acme", PARTNER)


def holding(account: AccountId, *privileges: str) -> Somebody:
    """Somebody with a role of these privileges alone."""
    return a_user(account, a_role(account, "Some", *privileges))


def kept() -> int:
    """How many things the storage has."""
    return len(list(storage().kept()))


def test_priv_10_both_privileges_upload_and_delete(account: AccountId) -> None:
    """A Standard User has both; what is uploaded is read back byte for byte, and says who brought it and when."""
    somebody = a_user(account, STANDARD_USER)
    row = library_of(account, a_library(account, "C:\\jars\\Tools.jar", somebody.actor))
    assert (row.name, row.size, row.user, row.at) == ("Tools.jar", len(JAR), somebody.email, AT)
    with opened(account, row.content) as stream:
        assert stream.read() == JAR
    remove_library(actor=somebody.actor, at=AT, account=account, library=row.pk)
    assert not AccountLibrary.rows.of(account).exists()


@pytest.mark.parametrize(("held", "lacks"), [("BUILD", "DEVELOPER"), ("DEVELOPER", "BUILD")])
def test_priv_10_one_of_the_two_is_not_enough(account: AccountId, held: str, lacks: str) -> None:
    """Neither for uploading nor for deleting; the refusal names the other one, and of the upload nothing is kept."""
    library = a_library(account, "first.jar")
    actor = holding(account, held).actor
    before = kept()
    with refused(no.PrivilegeNotHeld, "ROLE-11") as uploading:
        a_library(account, "second.jar", actor)
    with refused(no.PrivilegeNotHeld, "ROLE-11") as deleting:
        remove_library(actor=actor, at=AT, account=account, library=library)
    assert {refusal.details()["privilege"] for refusal in (*uploading, *deleting)} == {lacks}
    assert kept() == before
    assert exists(account, library_of(account, library).content)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("tools.zip", JAR, no.AccountLibraryNameInvalid),
        ("tools.jar", b"no archive", no.NotAnArchive),
        ("tools.jar", archive({"../escape.class": b"x"}), no.ArchiveEntryEscapes),
        ("tools.jar", archive({"bomb": b"\0" * 3_000_000}), no.ArchiveBomb),
        ("TOOLS.jar", JAR, no.AccountLibraryNameTaken),
    ],
    ids=["name", "no archive", "escape", "bomb", "taken"],
)
def test_priv_10_of_what_is_refused_nothing_is_kept(
    account: AccountId, name: str, data: bytes, expected: type[no.Refusal]
) -> None:
    """A bad name, no archive, a dangerous one, and a name that is taken in another case: neither row nor content."""
    a_library(account, "tools.jar")
    before = kept()
    with pytest.raises(Refused) as caught, kept_library(account, BytesIO(data), name) as file:
        upload_library(actor=OPERATOR, at=AT, account=account, file=file)
    assert isinstance(caught.value.refusal, expected)
    assert kept() == before
    assert AccountLibrary.rows.of(account).count() == 1


def test_priv_10_size_and_number_are_limited(account: AccountId, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is too large is not even looked into; the last file that has room is taken, and no other."""
    monkeypatch.setattr(law, "FILES_LIMIT", 2)
    a_library(account, "1.jar")
    a_library(account, "2.jar")
    before = kept()
    with pytest.raises(Refused) as caught:
        a_library(account, "3.jar")
    assert caught.value.refusal == no.AccountLibrariesFull(limit=2)
    monkeypatch.setattr(law, "FILE_LIMIT", len(JAR) - 1)
    monkeypatch.setattr(uploads, "checked_archive", lambda _: pytest.fail("looked into"))
    with pytest.raises(Refused) as caught:
        a_library(account, "3.jar")
    assert caught.value.refusal == no.ContentTooLarge(limit=len(JAR) - 1)
    assert kept() == before


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda file, _: replace(file, key=ContentKey("0" * 32)),
        lambda file, other: replace(file, key=keep(other, [JAR], limit=len(JAR)).key),
    ],
    ids=["nobody's", "another account's"],
)
def test_acc_1_a_library_names_content_that_its_account_keeps(
    account: AccountId, spoiled: Callable[..., uploads.LibraryFile]
) -> None:
    """What nobody keeps and what another account keeps are refused alike."""
    file = spoiled(a_kept_jar(account), an_account("Other"))
    with refused(no.ContentNotFound, "ACC-1"):
        upload_library(actor=OPERATOR, at=AT, account=account, file=file)


def test_priv_10_names_are_unique_in_an_account_alone(account: AccountId) -> None:
    """Another account may have a file of the same name; a name is free again when its file is deleted."""
    first = a_library(account)
    a_library(an_account("Other"))
    remove_library(actor=OPERATOR, at=AT, account=account, library=first)
    a_library(account)


def test_priv_10_content_goes_when_the_deletion_is_committed(
    account: AccountId, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Not before: a deletion that is rolled back leaves row and bytes. The sweep knows the column."""
    library = a_library(account)
    key = library_of(account, library).content
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        remove_library(actor=OPERATOR, at=AT, account=account, library=library)
        transaction.set_rollback(True)
    assert exists(account, library_of(account, library).content)
    with django_capture_on_commit_callbacks(execute=True):
        remove_library(actor=OPERATOR, at=AT, account=account, library=library)
        assert exists(account, key)
    assert not exists(account, key)
    assert (AccountLibrary, "content") in columns_of(AccountLibrary._meta.apps)
    assert isinstance(AccountLibrary._meta.get_field("content"), ContentColumn)


def test_priv_10_a_storage_that_fails_then_does_not_undo_the_deletion(
    account: AccountId,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log tells of it, the row is gone, and what is left over is the sweep's."""
    library = a_library(account)

    def down(*_: object) -> None:
        raise ContentUnavailable("down")

    monkeypatch.setattr("tenantry.content.store.forget", down)
    with django_capture_on_commit_callbacks(execute=True):
        remove_library(actor=OPERATOR, at=AT, account=account, library=library)
    assert not AccountLibrary.rows.of(account).exists()
    assert "(down)" in caplog.text


def test_priv_10_libraries_are_searched_and_paged_by_name(account: AccountId) -> None:
    """Every word in any case; pages meet without a gap."""
    rows = AccountLibrary.rows.of(account)
    names = [f"{n:03}-Kit.jar" for n in range(60)]
    rows.bulk_create(
        [
            AccountLibrary(account_id=account, name=name, name_key=name.casefold(), content=f"{n:032x}", size=1, at=AT)
            for n, name in enumerate(names)
        ]
    )
    first, number = libraries_page(account)
    second, _ = libraries_page(account, at=first.next)
    assert [row.name for row in (*first.rows, *second.rows)] == names
    assert (number, len(first.rows), second.next) == (60, 50, "")
    found, number = libraries_page(account, "KIT 05")
    assert (found.rows[0].name, number) == ("005-Kit.jar", 11)
    for nobodys in (0, -1, 2**63, 2**70):
        with refused(no.AccountLibraryNotFound, "ACC-1"):
            library_of(account, nobodys)
