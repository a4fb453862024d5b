"""What a call is answered with: a status, a body of JSON, and headers."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple

from msgspec import json

Headers = tuple[tuple[str, str], ...]

_STATUS: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Reply(NamedTuple):
    """An answer. `body` is JSON."""

    body: bytes
    status: int = 200
    headers: Headers = ()

    @property
    def line(self) -> str:
        """The status as WSGI wants it."""
        return _STATUS[self.status]


@dataclass(slots=True)
class Fault(Exception):
    """Something that keeps a call from being answered. The standard wants a message: a sentence, as a JSON string."""

    status: int
    message: str
    headers: Headers = ()

    @property
    def reply(self) -> Reply:
        """The answer that says so."""
        return Reply(json.encode(self.message), self.status, self.headers)


class Malformed(Fault):
    """A request that is not one."""

    def __init__(self, message: str) -> None:
        """Say what is wrong, and where."""
        super().__init__(400, message)
