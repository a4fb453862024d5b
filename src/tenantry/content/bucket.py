"""Content in S3-compatible storage. Loaded only where the setting asks for it: boto3 is large."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from tenantry.content.failures import ContentUnavailable
from tenantry.rules.content import Kept
from tenantry.rules.vocabulary import Instant

IN_MEMORY: Final = 1024 * 1024
"""Bytes of content being read that stay in memory; what is larger goes into a temporary file."""

CLIENT: Final = Config(
    # Servers other than Amazon's know a bucket by the path, and not all know the newer checksums.
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    signature_version="s3v4",
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
)

TRANSFER: Final = TransferConfig(use_threads=False)


class Bucket(S3Storage):  # type: ignore[misc] # django-storages has no types
    """A bucket, or what is below a prefix of it. An object appears whole or not at all: so S3 promises."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the options of django-storages
        """Reach the bucket with the options that `address` makes."""
        super().__init__(client_config=CLIENT, transfer_config=TRANSFER, max_memory_size=IN_MEMORY, **options)

    @property
    def place(self) -> str:
        """How messages call the storage; never with its key or secret."""
        return "/".join(part for part in (self.endpoint_url, self.bucket_name, self.location) if part)

    @property
    def bucket(self) -> Any:  # noqa: ANN401 - boto3 makes its classes as it runs
        """The bucket on this thread's own connection: what django-storages keeps here, threads would share."""
        return self.connection.Bucket(self.bucket_name)

    def _save(self, name: str, content: "File[Any]") -> str:
        with _told():
            super()._save(name, content)
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        with _told():
            file: File[Any] = super()._open(name, mode)
            _ = file.file  # fetches it, so that nothing fails while it is read
        return file

    def delete(self, name: str) -> None:
        """Delete, if it is there."""
        with _told():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether it is there."""
        with _told():
            return bool(super().exists(name))

    def kept(self) -> Iterator[Kept]:
        """Everything that has a name, with the instant since when."""
        prefix = self._prefix()
        with _told():
            for entry in self.bucket.objects.filter(Prefix=prefix):
                yield Kept(entry.key.removeprefix(prefix), entry.last_modified)

    def drop_drafts(self, before: Instant) -> int:
        """End the uploads that were begun before and never finished, because their process died; how many."""
        with _told():
            uploads = self.bucket.multipart_uploads.filter(Prefix=self._prefix())
            drafts = [upload for upload in uploads if upload.initiated < before]
            for upload in drafts:
                upload.Object().meta.client.abort_multipart_upload(
                    Bucket=self.bucket_name, Key=upload.object_key, UploadId=upload.id
                )
        return len(drafts)

    def _prefix(self) -> str:
        return f"{self.location}/" if self.location else ""


@contextmanager
def _told() -> Iterator[None]:
    """Tell failures in one line of our own: of what a server says, only its code."""
    try:
        yield
    except ClientError as error:
        raise ContentUnavailable(f"the server answers {error.response['Error'].get('Code', 'with an error')}") from None
    except (BotoCoreError, Boto3Error) as error:
        raise ContentUnavailable(type(error).__name__) from None
