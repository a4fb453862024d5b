"""The one setting: its forms, and that nothing of it is repeated when it is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tenantry.content.address import VARIABLE, storage_at
from tests.command_line.processes import WORLD, Installation
from tests.migrated import put
from tests.s3 import Server

FOLDER = Path("/srv/tenantry/content")
SECRET = "Abc+Def=Ghi"


def options(url: str) -> dict[str, object]:
    """What the storage is made with."""
    return dict(storage_at(url, FOLDER)["OPTIONS"])


@pytest.mark.parametrize(
    ("url", "location"),
    [("", str(FOLDER)), ("file:/srv/x", "/srv/x"), ("file:" + "///srv/x%20y", "/srv/x y")],
)
def test_files(url: str, location: str) -> None:
    """The data folder by default, else any absolute path."""
    assert storage_at(url, FOLDER) == {"BACKEND": "tenantry.content.files.Files", "OPTIONS": {"location": location}}


def test_a_bucket() -> None:
    """Host, bucket, prefix, region, TLS, and a key and secret with anything in them."""
    assert storage_at("s3://K%2FY:S%2F%3A%40%25+@s3.example:9000/b/p/q?region=eu-1&tls=no", FOLDER) == {
        "BACKEND": "tenantry.content.bucket.Bucket",
        "OPTIONS": {
            "endpoint_url": "http://s3.example:9000",
            "bucket_name": "b",
            "location": "p/q",
            "region_name": "eu-1",
            "access_key": "K/Y",
            "secret_key": "S/:@%+",
        },
    }


def test_what_a_bucket_does_not_say() -> None:
    """TLS, the region most servers know, no prefix, and the machine's own credentials."""
    found = options("s3://[::1]:9000/b/")
    assert found["endpoint_url"] == "https://[::1]:9000"
    assert (found["location"], found["region_name"]) == ("", "us-east-1")
    assert (found["access_key"], found["secret_key"]) == (None, None)


@pytest.mark.parametrize(
    "url",
    [
        f"s3://key:{SECRET}/x@host/bucket",
        f"s3://key:{SECRET}@host:port/bucket",
        f"s3://key:{SECRET}@host",
        f"s3://key:{SECRET}@/bucket",
        f"s3://key@host/bucket?x={SECRET}",
        f"s3://:{SECRET}@host/bucket",
        f"s3://key:{SECRET}@host/bucket?tls={SECRET}",
        f"s3://key:{SECRET}@host/bucket?region=",
        f"s3://key:{SECRET}@host/bucket?secret={SECRET}",
        f"s3://key:{SECRET}@[host/bucket",
        f"https://key:{SECRET}@host/bucket",
        f"file:{SECRET}",
        f"file:{'//'}{SECRET}/x",
        SECRET,
    ],
)
def test_a_wrong_setting_is_refused_and_not_repeated(url: str) -> None:
    """What is wrong, what is right, and nothing of what was written: it may be the secret."""
    with pytest.raises(ValueError, match=f"^{VARIABLE} .* It is file:/path or s3://") as caught:
        storage_at(url, FOLDER)
    assert "Abc" not in str(caught.value).lower()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_files_never_load_the_library_of_buckets(tmp_path: Path) -> None:
    """boto3 is large; an installation without a bucket does not pay for it."""
    lines = (
        "import django, sys; django.setup()",
        "from tenantry.content.store import storage; storage().exists('x/y')",
        "import tenantry.content.sweep",
        "sys.exit(' '.join(sorted({'boto3', 'botocore', 'storages'} & set(sys.modules))) or None)",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "tenantry.web.settings", "TENANTRY_DATA_DIR": str(tmp_path), VARIABLE: ""},
        capture_output=True,
        check=False,
    )
    assert (done.stderr.strip(), done.returncode) == (b"", 0)


@pytest.mark.processes
def test_the_doctor_proves_the_storage(s3: Server, tmp_path: Path, django_db_setup: None) -> None:
    """It names the place, leaves nothing there, and tells what is wrong without the secret."""
    installation = Installation(tmp_path)
    put(installation.data / "tenantry.sqlite3")
    loaded = installation.run("load", installation.write("world.jsonl", *WORLD))
    assert loaded.returncode == 0, loaded.stderr
    bucket = s3.new_bucket()

    done = installation.run("doctor", TENANTRY_CONTENT_URL=s3.url(bucket))
    assert f"Content in http://127.0.0.1:{s3.port}/{bucket}/below/here: in order\n" in done.stdout
    assert done.returncode == 0
    assert "Contents" not in s3.client().list_objects_v2(Bucket=bucket)

    done = installation.run("doctor", TENANTRY_CONTENT_URL=s3.url(bucket, secret=SECRET))
    assert "ERROR: Content cannot be written, read and deleted there: the server answers SignatureDoesNotMatch." in (
        done.stdout
    )
    assert done.returncode == 1
    assert SECRET not in done.stdout + done.stderr

    done = installation.run("doctor", TENANTRY_CONTENT_URL=f"s3://key:{SECRET}/@host/bucket")
    assert done.returncode == 1
    assert done.stderr.startswith(f"The settings cannot be used: {VARIABLE} ")
    assert SECRET not in done.stdout + done.stderr
