"""The one setting that says where content is kept. Read while the settings are made, so it knows nothing of Django."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

VARIABLE: Final = "TENANTRY_CONTENT_URL"

FORMS: Final = "file:/path or s3://KEY:SECRET@host:port/bucket?region=name&tls=no"


def storage_at(url: str, folder: Path) -> dict[str, Any]:
    """Django's description of the storage at `url`; `folder` where it is empty.

    A ValueError says what is wrong with the setting, and repeats nothing of it: it may hold a secret.
    """
    if not url:
        return _files(folder)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _wrong("is no URL; a / : @ ? # or % in a key or secret is written as %2F %3A %40 %3F %23 %25") from None
    if parts.scheme == "file":
        if parts.netloc or not parts.path.startswith("/"):
            raise _wrong("names no absolute path after file:")
        return _files(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        return _bucket(parts)
    raise _wrong("is neither a file: nor an s3: URL")


def _wrong(why: str) -> ValueError:
    return ValueError(f"{VARIABLE} {why}. It is {FORMS}.")


def _files(folder: Path) -> dict[str, Any]:
    return {"BACKEND": "tenantry.content.files.Files", "OPTIONS": {"location": str(folder.absolute())}}


def _bucket(parts: SplitResult) -> dict[str, Any]:
    bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = options.pop("tls", "yes")
    region = options.pop("region", "us-east-1")
    if not parts.hostname or not bucket:
        raise _wrong("names no host or no bucket")
    if bool(parts.username) != bool(parts.password):
        raise _wrong("has a key without a secret, or a secret without a key")
    if tls not in {"yes", "no"} or options or not region:
        raise _wrong("has an option that is neither region=name nor tls=yes or tls=no")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return {
        "BACKEND": "tenantry.content.bucket.Bucket",
        "OPTIONS": {
            "endpoint_url": f"{'http' if tls == 'no' else 'https'}://{host}" + (f":{parts.port}" if parts.port else ""),
            "bucket_name": bucket,
            "location": prefix,
            "region_name": region,
            "access_key": unquote(parts.username) if parts.username else None,
            "secret_key": unquote(parts.password) if parts.password else None,
        },
    }
