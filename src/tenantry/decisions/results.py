"""What searches find. Each says of every name what asking about it alone says."""

from dataclasses import dataclass, field

from tenantry.rules.refusals import Denial


@dataclass(frozen=True, slots=True)
class Results:
    """The names found, all of them, sorted. `reason` says what kept a search from finding anything, where one thing
    did: nobody is known by that name, there is no such thing.
    """

    names: list[str] = field(default_factory=list)
    reason: Denial | None = None
