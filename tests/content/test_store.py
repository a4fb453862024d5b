"""Keeping content, over files and over a real S3 server alike."""

import hashlib
import io
import os
import signal
import stat
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tenantry.content.address import storage_at
from tenantry.content.failures import ContentUnavailable
from tenantry.content.proof import prove
from tenantry.content.store import exists, forget, keep, opened, storage
from tenantry.content.sweep import sweep
from tenantry.rules import refusals as no
from tenantry.rules.content import GRACE
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tests.content.conftest import Place
from tests.s3 import Server

ACME, RIVAL = AccountId("acme"), AccountId("rival")
MIB = 1024 * 1024
LARGE = os.urandom(9 * MIB)
"""More than S3 clients send at once: it goes up in parts."""


def read(account: AccountId, key: str) -> bytes:
    """All that is kept under a key."""
    with opened(account, key) as stream:
        return stream.read()


def later() -> datetime:
    """When everything kept now is older than the grace."""
    return datetime.now(UTC) + GRACE + timedelta(minutes=1)


@pytest.mark.parametrize("data", [b"", b"x", LARGE], ids=["empty", "small", "in parts"])
def test_what_is_kept_is_read_again(place: Place, data: bytes) -> None:
    """From a file or from pieces as they come; with its size and digest, and as a stream that can be sought."""
    streamed = keep(ACME, io.BytesIO(data), limit=len(data))
    pieced = keep(ACME, (data[at : at + 100_001] for at in range(0, len(data), 100_001)), limit=len(data))
    assert streamed.key != pieced.key
    for stored in (streamed, pieced):
        assert (stored.size, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert exists(ACME, stored.key)
        with opened(ACME, stored.key) as stream:
            assert stream.read() == data
            stream.seek(-1, os.SEEK_END) if data else stream.seek(0)
            assert stream.read() == data[-1:]
        forget(ACME, stored.key)
        forget(ACME, stored.key)
        assert not exists(ACME, stored.key)
    assert place.names() == []


@pytest.mark.parametrize("size", [10, len(LARGE)], ids=["small", "in parts"])
def test_above_the_limit_nothing_is_kept(place: Place, size: int) -> None:
    """The last byte decides; what came before it is gone, drafts included."""
    endless = (LARGE[at : at + 4096] for at in range(0, size, 4096))
    with pytest.raises(Refused) as caught:
        keep(ACME, endless, limit=size - 1)
    assert caught.value.refusal == no.ContentTooLarge(limit=size - 1)
    assert place.names() == []
    assert storage().drop_drafts(later()) == 0


@pytest.mark.parametrize("size", [10, len(LARGE)], ids=["small", "in parts"])
def test_a_stream_that_breaks_keeps_nothing(place: Place, size: int) -> None:
    """Who uploads goes away in the middle: the error is the stream's own."""

    def broken() -> Iterator[bytes]:
        yield LARGE[:size]
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, ContentUnavailable)):
        keep(ACME, broken(), limit=10 * MIB)
    assert place.names() == []
    assert storage().drop_drafts(later()) == 0


def test_acc_1_a_key_opens_nothing_in_another_account(place: Place) -> None:
    """Whoever learns a key reads, finds and deletes nothing with it elsewhere."""
    key = keep(ACME, [b"secret"], limit=10).key
    for account in (RIVAL, AccountId("acme/"), AccountId(f"../{place.names()[0].partition('/')[0]}"), AccountId("")):
        with pytest.raises(Refused) as caught:
            read(account, key)
        assert caught.value.refusal == no.ContentNotFound()
        assert not exists(account, key)
        forget(account, key)
    assert read(ACME, key) == b"secret"


@pytest.mark.parametrize(
    "key", ["", "..", "../secret-key", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "/", "0" * 32 + "\n"]
)
def test_what_is_no_key_opens_nothing(place: Place, key: str) -> None:
    """Whatever somebody writes into an address."""
    with pytest.raises(Refused) as caught:
        read(ACME, key)
    assert caught.value.refusal == no.ContentNotFound()
    assert not exists(ACME, key)
    forget(ACME, key)


@pytest.mark.parametrize("account", ["../../up", "/etc", "a/b", "x" * 255, "ä\n\\", "drafts", ".."])
def test_any_account_id_is_a_folder_inside(place: Place, account: str) -> None:
    """Ids are given by the host, and may be any text."""
    key = keep(AccountId(account), [b"x"], limit=1).key
    assert read(AccountId(account), key) == b"x"
    [name] = place.names()
    assert name.endswith(f"/{key}")


def test_equal_content_at_once_is_kept_each_for_itself(place: Place) -> None:
    """Eight threads keep the same bytes: eight keys, and forgetting one leaves the others."""
    with ThreadPoolExecutor(8) as threads:
        keys = [stored.key for stored in threads.map(lambda _: keep(ACME, [b"same"], limit=4), range(8))]
        assert len(set(keys)) == 8
        forget(ACME, keys[0])
        assert list(threads.map(lambda key: read(ACME, key), keys[1:])) == [b"same"] * 7


UPLOAD = """
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"
django.setup()
from tenantry.content.store import keep
def pieces():
    yield bytes(int(sys.argv[1]))
    print("half", flush=True)
    sys.stdin.read()
    yield b"the rest"
keep("acme", pieces(), limit=64 * 1024 * 1024)
"""


def test_an_upload_that_is_killed_leaves_nothing_under_a_key(place: Place, tmp_path: Path) -> None:
    """SIGKILL in the middle: nothing can be read; what was written so far lies apart, until the sweep takes it."""
    half = 17 * MIB  # two parts are sent, and the third is being filled
    child = subprocess.Popen(
        [sys.executable, "-c", UPLOAD, str(half)],
        env=os.environ | place.environment | {"TENANTRY_DATA_DIR": str(tmp_path), "TENANTRY_SECRET_KEY": "unused"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert place.names() == []
    if place.kind == "files":  # the server of the tests says of every upload that it began in 2010
        assert storage().drop_drafts(datetime.now(UTC) - timedelta(minutes=1)) == 0
    assert storage().drop_drafts(later()) == 1
    assert storage().drop_drafts(later()) == 0


def test_the_storage_proves_itself_and_leaves_nothing(place: Place) -> None:
    """What `tenantry doctor` does."""
    prove()
    assert place.names() == []


def test_files_are_read_by_nobody_else_and_reach_the_disk_before_their_name(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0600 in 0700; the bytes are flushed, then the name is given, then the name is flushed."""
    settings.STORAGES = {**settings.STORAGES, "content": storage_at("", tmp_path / "content")}
    keep(ACME, [b"the folders are there"], limit=100)
    acts: list[str] = []
    flush, rename = os.fsync, Path.rename

    def seen_flush(descriptor: int) -> None:
        acts.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else f"{os.fstat(descriptor).st_size} bytes")
        flush(descriptor)

    def seen_rename(self: Path, target: Path) -> Path:
        acts.append("name")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", seen_flush)
    monkeypatch.setattr(Path, "rename", seen_rename)
    keep(ACME, [b"x" * 77], limit=77)
    assert acts == ["77 bytes", "name", "folder"]
    for path in (tmp_path / "content").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_full_disk_keeps_nothing(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk says so when the bytes are flushed; it is told in one line, and the draft is gone."""
    settings.STORAGES = {**settings.STORAGES, "content": storage_at("", tmp_path / "content")}

    def full(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ContentUnavailable, match="No space left on device"):
        keep(ACME, [b"x"], limit=1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_one_is_told(tmp_path: Path, settings: Settings) -> None:
    """Something else lies where the folder should be."""
    (tmp_path / "content").write_text("in the way")
    settings.STORAGES = {**settings.STORAGES, "content": storage_at("", tmp_path / "content")}
    with pytest.raises(ContentUnavailable, match=r"exists|directory"):
        keep(ACME, [b"x"], limit=1)


@pytest.mark.parametrize("case", ["wrong secret", "no bucket", "no server"])
def test_a_bucket_that_does_not_serve_is_told_without_its_secret(
    case: str, s3: Server, tmp_path: Path, settings: Settings
) -> None:
    """In every act; and neither the text nor what led to it has the secret in it."""
    secret = "Wrong/Secret+1"
    url = {
        "wrong secret": s3.url(s3.new_bucket(), secret=secret),
        "no bucket": s3.url("nowhere"),
        "no server": f"s3://key:{secret.replace('/', '%2F')}@127.0.0.1:1/bucket?tls=no",
    }[case]
    expected = {"wrong secret": "SignatureDoesNotMatch|403", "no bucket": "NoSuchBucket|404", "no server": "Connection"}
    settings.STORAGES = {**settings.STORAGES, "content": storage_at(url, tmp_path)}
    acts: list[Callable[[], object]] = [
        lambda: keep(ACME, [b"x"], limit=1),
        lambda: list(storage().kept()),
        lambda: sweep(later()),
    ]
    if case != "no bucket":  # of what is not there, nobody can say whether the bucket is
        acts += [lambda: exists(ACME, "0" * 32), lambda: read(ACME, "0" * 32), lambda: forget(ACME, "0" * 32)]
    start = time.monotonic()
    for act in acts:
        with pytest.raises(ContentUnavailable, match=expected[case]) as caught:
            act()
        assert secret not in "".join(traceback.format_exception(caught.value))
    assert time.monotonic() - start < 15
