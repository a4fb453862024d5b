"""What is sent refers to other things: where one is not there, the body is wrong, and not the address."""

from collections.abc import Iterator
from contextlib import contextmanager

from tenantry.platform_api.wire.reading import Malformed
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refusal, Refused


@contextmanager
def referring(member: str, id: str, *unknown: type[Refusal]) -> Iterator[None]:
    """Refuse with `NothingNamed` where what happens inside is refused for one of these reasons: that there is nothing
    of the id that this member of the body holds.
    """
    try:
        yield
    except Refused as refused:
        if isinstance(refused.refusal, unknown):
            raise Refused(no.NothingNamed(member=member, id=id)) from refused
        raise


def given(member: str, value: str | None) -> str:
    """What a member of the body holds that has to be there."""
    if not value:
        msg = f"{member} is missing."
        raise Malformed(msg)
    return value
