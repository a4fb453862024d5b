"""The kinds of refusals: a reason to say no, and the exception that carries one."""

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A reason to say no. `code` never changes once published; `rule` is a rule id of the law."""

    code: ClassVar[str]
    rule: ClassVar[str]
    sentence: ClassVar[str]

    @property
    def message(self) -> str:
        """The sentence for people, fields filled in."""
        return self.sentence.format(**self.details())

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule ids this refusal rests on, the deciding one first."""
        return (self.rule,)

    def details(self) -> dict[str, str]:
        """The fields by name."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial(Refusal):
    """A decision's no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid(Refusal):
    """What was asked is malformed; `field` of the form or line is `place`."""

    place: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(Refusal):
    """What was asked is well-formed, but the state of things forbids it."""


class Refused(Exception):
    """Raised by commands, with the one refusal that decided; the transaction rolls back and nothing has happened.

    Where several rules are judged at once, such as those about a new password, `refusals` has all of them, in order.
    """

    def __init__(self, refusal: Refusal, *more: Refusal) -> None:
        """Carry `refusal` and what else there is to refuse; their sentences are the exception's text."""
        self.refusal = refusal
        self.refusals = (refusal, *more)
        super().__init__(" ".join(one.message for one in self.refusals))


def refuse(refusal: Refusal | None) -> None:
    """Raise `Refused` with this refusal; `None` passes."""
    if refusal is not None:
        raise Refused(refusal)
