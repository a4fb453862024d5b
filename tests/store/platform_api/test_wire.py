"""Both forms of every object: what is written is read again as it was, whatever is in it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from msgspec import structs

from tenantry.platform_api.objects import PlatformObject, Verb
from tenantry.platform_api.register import OBJECTS
from tenantry.platform_api.wire.reading import Malformed, read_json, read_plain, read_xml
from tenantry.platform_api.wire.rendering import Answered, Form, bulk_body, error_body, object_body, result_body
from tenantry.platform_api.wire.shapes import Kind, Wire, shape_of

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=8)
INSTANTS = st.integers(946_684_800, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
PLAIN: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: TEXTS,
    Kind.FLAG: st.booleans(),
    Kind.WHOLE: st.integers(-(10**17), 10**17),
    Kind.INSTANT: INSTANTS,
}


def instances(made: type[Wire]) -> st.SearchStrategy[Wire]:
    """Objects of a class, each member there or not."""
    members: dict[str, st.SearchStrategy[Any]] = {}
    for member in shape_of(made).members:
        one = instances(member.part) if member.part is not None else PLAIN[member.kind]
        if member.choices:
            one = st.sampled_from(member.choices)
        if member.verbatim:  # what is kept word by word is XML, or was written so that it is
            one = st.sampled_from(["", "plain", "<a/>", '<a b="1">x<c/>&amp;</a>'])
        members[member.python] = st.lists(one, max_size=2) if member.many else one
    needed = {field.name for field in structs.fields(made) if field.required}
    always = {name: one for name, one in members.items() if name in needed}
    sometimes = {name: one for name, one in members.items() if name not in needed}
    return st.fixed_dictionaries(always, optional=sometimes).map(lambda given: made(**given))


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_api_3_each_object_is_written_and_read_again(name: str) -> None:
    """In JSON as it was; in XML as well, but for lists that are empty, which no element tells from absent ones."""
    made = OBJECTS[name].wire

    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(one=instances(made))
    def round_trip(one: Wire) -> None:
        assert read_json(object_body(one, Form.JSON), made) == one
        assert told(read_xml(object_body(one, Form.XML), made)) == told(one)

    round_trip()


def told(value: Any) -> Any:
    """What an object holds, without what is empty: XML has one line break and one kind of nothing."""
    if isinstance(value, Wire):
        held = {name: told(getattr(value, name)) for name in value.__struct_fields__}
        return {name: one for name, one in held.items() if one not in (None, [], {}, "")}
    return [told(one) for one in value] if isinstance(value, list) else value


class Part(Wire):
    """A part of a test's object."""

    wire_name = ""
    name: str


class Thing(Wire):
    """An object of this test."""

    on: bool | None = None
    number: int | None = None
    parts: list[Part] | None = None
    some_text: str | None = None


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"on": "TRUE", "number": "7"}, Thing(on=True, number=7)),
        ({"number": ["Long", 3832]}, Thing(number=3832)),
        ({"parts": {"name": "one"}}, Thing(parts=[Part(name="one")])),
        ({"parts": [{"@type": "x", "name": "a", "more": 1}], "@type": "Other"}, Thing(parts=[Part(name="a")])),
        ({"someText": True}, Thing(some_text="true")),
        ({"someText": 5, "sometext": "another name"}, Thing(some_text="5")),
        ({"someText": None, "on": None}, Thing()),
        ({"someText": ["one"]}, Thing(some_text="one")),
    ],
)
def test_clients_bend_types_and_are_understood(given: dict[str, Any], wanted: Thing) -> None:
    """As they do in fact."""
    assert read_json(json.dumps(given).encode(), Thing) == wanted


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"on": "yes"}, "on is 'yes', which is neither true nor false."),
        ({"number": "1.5"}, "number is '1.5', which is no whole number."),
        ({"number": "9" * 19}, "number is '9999999999999999999', which is no whole number."),
        ({"parts": [{"name": "a"}, {}]}, "parts.name is missing."),
        ({"parts": ["a"]}, "parts is not an object."),
        ({"someText": {"a": 1}}, "someText is not a plain value."),
        ([], "The body is not an object."),
    ],
)
def test_what_cannot_be_understood_names_its_place(given: Any, message: str) -> None:
    """One sentence."""
    with pytest.raises(Malformed) as malformed:
        read_plain(given, Thing)
    assert str(malformed.value) == message


def test_answers_hold_what_xml_cannot() -> None:
    """Characters that XML has no way to write are replaced, in errors too; JSON keeps them."""
    odd = Thing(some_text="a\x01b")
    assert "a\ufffdb" in object_body(odd, Form.XML).decode()
    assert json.loads(object_body(odd, Form.JSON))["someText"] == "a\x01b"
    assert "a\ufffdb" in error_body("a\x01b", Form.XML).decode()
    assert "a\ufffdb" in bulk_body([Answered(id="a\x01b", message="x")], Form.XML).decode()


def test_an_empty_result_is_a_list_all_the_same() -> None:
    """Clients look at it without asking."""
    assert json.loads(result_body([], 0, "", Form.JSON)) == {
        "@type": "QueryResult",
        "result": [],
        "numberOfResults": 0,
    }


@pytest.mark.parametrize("verb", list(Verb), ids=lambda verb: str(verb.name))
def test_a_description_says_how_each_of_its_verbs_is_done(verb: Verb) -> None:
    """One that does not is refused when it is made, and not at the first call."""
    with pytest.raises(TypeError):
        PlatformObject(wire=Thing, verbs=verb)
