"""Reading what a call brings: its body and the parameters of its address. Strict: what nobody asked for is refused."""

import re
from typing import Final, TypeVar

import msgspec
from django.http import HttpRequest, QueryDict

from tenantry.own_api.problems import Fault, Place

S = TypeVar("S", bound=msgspec.Struct)


class Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a call may bring: these members and no others."""


_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_MEMBER: Final = re.compile(r"(?:unknown|required) field `(?P<name>[^`]*)`")
_STEP: Final = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<number>[0-9]+|\.\.\.)\]")


def body_of(request: HttpRequest, wanted: type[S]) -> S:
    """The body, as JSON of the wanted form."""
    media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Fault(415, "not_json", "The body has to be application/json.")
    try:
        plain = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Fault(400, "body_unreadable", "The body is not JSON.") from wrong
    try:
        found = msgspec.convert(plain, wanted)
    except msgspec.ValidationError as wrong:
        what, pointer = placed(str(wrong))
        raise Fault(
            422, "body_invalid", f"The body is not accepted: {what}.", [Place(what, pointer=pointer)]
        ) from wrong
    if _has_zero(plain):
        raise Fault(422, "body_invalid", "The body is not accepted: no text may hold the character of number zero.")
    return found


def parameters_of(request: HttpRequest, wanted: type[S]) -> S:
    """The parameters of the address; texts are taken for numbers and truth values where these are wanted."""
    sent: QueryDict = request.GET
    for name, values in sent.lists():
        if len(values) > 1:
            raise _parameter(name, "Given more than once")
    try:
        return msgspec.convert(dict(sent.items()), wanted, strict=False)
    except msgspec.ValidationError as wrong:
        what, pointer = placed(str(wrong))
        raise _parameter(pointer.removeprefix("/").replace("~1", "/").replace("~0", "~"), what) from wrong


def _parameter(name: str, what: str) -> Fault:
    detail = f"The parameter {name!r} is not accepted: {what}."
    return Fault(422, "parameter_invalid", detail, [Place(what, parameter=name)])


def placed(message: str) -> tuple[str, str]:
    """What is wrong, and the JSON pointer to where it is, of a message of the reader's."""
    found = _AT.match(message)
    what, path = (found["what"], found["path"] or "") if found else (message, "")
    steps = [step["name"] or step["number"] for step in _STEP.finditer(path.removeprefix("$"))]
    if member := _MEMBER.search(what):
        steps.append(member["name"])
    return what, "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def _has_zero(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_zero(one) for one in (*value, *value.values()))
    if isinstance(value, list):
        return any(map(_has_zero, value))
    return isinstance(value, str) and "\x00" in value
