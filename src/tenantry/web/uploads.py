"""How much is taken in of uploaded files, before anybody has looked at them."""

from typing import Any, Final

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from tenantry.connectors.uploads import ARCHIVE_LIMIT
from tenantry.rules.libraries import FILE_LIMIT
from tenantry.sso.certificates import LONGEST

MOST: Final = ARCHIVE_LIMIT + 1
"""Bytes of one file that are kept while a form is read. What is longer is dropped, and the form says so."""

LESS: Final = {"library": FILE_LIMIT + 1, "certificate": LONGEST + 1}
"""The same for fields of forms that take less."""


class Bounded(FileUploadHandler):
    """Lets files pass to the handlers after it, up to a size. The rest of a longer one is read and thrown away."""

    taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django calls it
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on, or drop the file."""
        del start
        self.taken += len(raw_data)
        if self.taken > LESS.get(self.field_name or "", MOST):
            request: Any = self.request
            request.oversized = (*getattr(request, "oversized", ()), self.field_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""
