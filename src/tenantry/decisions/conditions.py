"""Conditions judged: written in CEL, the Common Expression Language, compiled once and kept.

The language is total and without effects, and here it is smaller still: no macro that goes through a list, no regular
expression, no nesting beyond 32 levels. With a text of 1,000 characters and at most `VALUES_LIMIT` bytes to speak of,
the time that a condition can take is bounded by construction.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Protocol

import msgspec
from cel_expr_python import cel

from tenantry.rules import conditions as law, refusals as no
from tenantry.rules.conditions import MET, Verdict
from tenantry.rules.vocabulary import Condition

VALUES_LIMIT: Final = 16 * 1024
"""Bytes that everything a condition can speak of may have together, as JSON: what is stored and what was sent."""

PROGRAMS: Final = 1_000
"""Compiled conditions kept at most; the one used longest ago goes first."""

PARSED: Final = 4_000
"""Stored properties kept parsed at most."""

_PROPERTIES: Final = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)

MEMBERS: Final = {
    "subject.type": cel.Type.STRING,
    "subject.id": cel.Type.STRING,
    "subject.properties": _PROPERTIES,
    "action.name": cel.Type.STRING,
    "action.properties": _PROPERTIES,
    "resource.type": cel.Type.STRING,
    "resource.id": cel.Type.STRING,
    "resource.properties": _PROPERTIES,
    "context": _PROPERTIES,
}
"""What a condition can speak of."""

_LANGUAGE: Final = cel.NewEnvConfigFromYaml("""
name: conditions
stdlib:
  exclude_macros: [all, exists, exists_one, map, filter]
  exclude_functions:
    - name: matches
""")

_ENVIRONMENT: Final = cel.NewEnv(variables=MEMBERS, config=_LANGUAGE)

_NOT_MET: Final = Verdict(met=False, why="It is false.")


class Thing(Protocol):
    """A subject or resource as a question tells it."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """What was sent of it."""


class Act(Protocol):
    """An action as a question tells it."""

    @property
    def name(self) -> str:
        """The privilege."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """What was sent of it."""


class Asked:
    """The judge of one question about one person (`rules.conditions.Judge`).

    Of subject and resource a condition sees the properties that are stored, overlaid member by member by those that
    were sent; everything else is as it was sent. Nothing is worked out before the first condition is asked about.
    """

    __slots__ = ("_action", "_context", "_resource", "_stored", "_subject", "_values", "_verdicts")

    def __init__(
        self, subject: Thing, action: Act, resource: Thing, context: Mapping[str, Any], stored: str = ""
    ) -> None:
        """`stored` are the properties that are stored of the resource, as JSON, or ""."""
        self._subject = subject
        self._action = action
        self._resource = resource
        self._context = context
        self._stored = stored
        self._values: dict[str, Any] | str | None = None
        self._verdicts: dict[Condition, Verdict] = {}

    def __call__(self, condition: Condition, properties: str) -> Verdict:
        """What a condition comes to; `properties` are the ones stored of the person, as JSON."""
        found = self._verdicts.get(condition)
        if found is None:
            found = self._verdicts[condition] = self._judged(condition, properties)
        return found

    def _judged(self, condition: Condition, properties: str) -> Verdict:
        program = _compiled(condition)
        if isinstance(program, str):
            return _failed(program)
        if self._values is None:
            self._values = self._spoken_of(properties)
        if isinstance(self._values, str):
            return _failed(self._values)
        try:
            value = program.eval(data=self._values)
        except (RuntimeError, ValueError, TypeError) as error:
            return _failed(str(error))
        # Only values known to be true or false are turned into Python's: the library loses a reference to None, or to
        # what holds one, with each that it turns.
        if value.type() == cel.Type.BOOL:
            return MET if value.value() else _NOT_MET
        if value.type() == cel.Type.ERROR:
            return _failed(_in_words(str(value.plain_value())))
        return _failed("it is neither true nor false")

    def _spoken_of(self, properties: str) -> dict[str, Any] | str:
        """The values by name; a sentence where they are too many or not what JSON can say."""
        subject, action, resource = self._subject, self._action, self._resource
        values = {
            "subject.type": subject.type,
            "subject.id": subject.id,
            "subject.properties": overlaid(properties, subject.properties),
            "action.name": action.name,
            "action.properties": dict(action.properties),
            "resource.type": resource.type,
            "resource.id": resource.id,
            "resource.properties": overlaid(self._stored, resource.properties),
            "context": dict(self._context),
        }
        try:
            size = len(msgspec.json.encode(values))
        except (RecursionError, TypeError, ValueError):  # it also proves that nothing is nested without end
            return "what it could speak of cannot be told as JSON, or is nested too deeply"
        if size > VALUES_LIMIT:
            return f"what it could speak of has {size} bytes, at most {VALUES_LIMIT} are looked at"
        return values


def overlaid(stored: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Stored properties with those that were sent: what was sent wins, member by member."""
    return {**_parsed(stored), **sent} if stored else dict(sent)


@lru_cache(maxsize=PARSED)
def _parsed(properties: str) -> Mapping[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(properties)
    return found


def wrong(text: str) -> str:
    """What the language finds wrong with a condition, in words and with the place; "" where it can be used."""
    program = _compiled(Condition(text))
    return program if isinstance(program, str) else ""


def check(text: str) -> no.ConditionInvalid | None:
    """Judge the text of a condition when it is written; "" is none."""
    return law.check_condition(text, wrong)


@lru_cache(maxsize=PROGRAMS)
def _compiled(condition: Condition) -> "cel.Expression | str":
    """The program, or what is wrong with the text."""
    try:
        program = _ENVIRONMENT.compile(condition)
    except (RuntimeError, ValueError) as error:
        return _in_words(str(error))
    if program.return_type() != cel.Type.BOOL:
        return "it is not a comparison, which would be true or false; write == true after a member that is one of them"
    return program


_AT: Final = re.compile(r"ERROR: <input>:(?P<line>-?\d+):(?P<column>-?\d+): (?P<what>.*)")
_MISSING: Final = re.compile(r'Key not found in map : "(?P<name>.*)"', re.DOTALL)


def _in_words(text: str) -> str:
    """What the library says, without its codes: of several mistakes the first."""
    if "recursion" in text:
        return "it is nested too deeply"
    if missing := _MISSING.search(text):
        return f"there is no member {missing['name']}"
    if found := _AT.search(text):
        what = found["what"].removesuffix(" [INVALID_ARGUMENT]").replace(" (in container '')", "")
        line = f"line {found['line']}, " if found["line"] != "1" else ""
        return f"{what[:200]}, at {line}column {found['column']}"
    return re.sub(r"^[A-Z_]+: ", "", text)


def _failed(why: str) -> Verdict:
    return Verdict(met=False, why=f"It cannot be judged: {why.rstrip('.')}.")
