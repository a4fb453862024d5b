"""Refusals as values: each has a code, a rule, fields, and a sentence that can be said."""

import re
from dataclasses import MISSING, fields

import pytest

from tenantry.rules import refusals as no

KINDS = [
    kind
    for kind in vars(no).values()
    if isinstance(kind, type) and issubclass(kind, no.Refusal) and hasattr(kind, "code")
]
"""Every refusal that can be given; the kinds that only sort them have no code."""


def example(kind: type[no.Refusal]) -> no.Refusal:
    """One of this kind, every field filled."""
    values = {
        field.name: (7 if field.type in {int, "int"} else f"<{field.name}>")
        for field in fields(kind)
        if field.default is MISSING
    }
    return kind(**values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_refusal_speaks(kind: type[no.Refusal]) -> None:
    """The sentence is filled in completely, ends like one, and the rule has the form of a rule id."""
    refusal = example(kind)
    assert re.fullmatch(r"[a-z_]+", refusal.code)
    assert "{" not in refusal.message
    if refusal.sentence != "{why}":
        assert refusal.message.endswith((".", "</why>", "<why>"))
    assert refusal.rules
    for rule in (refusal.rule, *refusal.rules):
        assert re.fullmatch(r"[A-Z]{2,5}-[1-9]\d?", rule)
    assert set(refusal.details()) == {field.name for field in fields(kind)}
    if isinstance(refusal, no.Invalid):
        assert re.fullmatch(r"[a-z_]+", refusal.place)


def test_every_refusal_is_a_denial_malformed_or_a_conflict() -> None:
    """Doors sort refusals by three kinds, and there are no others."""
    assert len(KINDS) > 40
    for kind in KINDS:
        assert sum(issubclass(kind, base) for base in (no.Denial, no.Invalid, no.Conflict)) == 1


def test_codes_are_unique_but_for_the_two_ways_of_having_no_role() -> None:
    """Clients act on the code; "no role" and "no role in force" are one thing to them."""
    codes: dict[str, list[str]] = {}
    for kind in KINDS:
        codes.setdefault(kind.code, []).append(kind.__name__)
    assert {code: names for code, names in codes.items() if len(names) > 1} == {
        "no_roles": ["NoRoles", "RolesNotInForce"]
    }


def test_a_refused_command_carries_its_refusal() -> None:
    """`refuse` raises what it is given and lets nothing pass as nothing."""
    no.refuse(None)
    with pytest.raises(no.Refused) as caught:
        no.refuse(no.UserLocked())
    assert caught.value.refusal == no.UserLocked()
    assert str(caught.value) == "The user is locked."


def test_text_from_outside_is_never_taken_for_a_pattern() -> None:
    """Braces in a name are part of the name."""
    assert no.RoleNameTaken(name="{account} {0}").message == "There is a role named “{account} {0}” already."
    assert no.AccountNameInvalid(why="{x}").message == "{x}"
