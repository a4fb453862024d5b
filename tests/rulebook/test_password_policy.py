"""Chapter PWD: policies of accounts, their strictest combination, and what a password breaks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.password_choice import Owner, check_password
from tenantry.rules.password_policy import (
    BASELINE,
    PasswordPolicy,
    check_link,
    check_policy,
    check_resets,
    strictest,
    told,
)
from tests.rulebook.world import AT, TICK

ANN = Owner(email="Ann.Lee@Example.com", first_name="Annabel", last_name="Lee")


def broken(
    password: str, policy: PasswordPolicy = BASELINE, *, common: bool = False, used: bool = False
) -> tuple[type[no.Refusal], ...]:
    """The kinds of refusals that Ann gets for a password."""
    return tuple(type(one) for one in check_password(password, policy, ANN, common=common, used_before=used))


def test_pwd_2_at_least_8_characters() -> None:
    """Also where a policy stored earlier asks for fewer."""
    assert broken("tr0ub4d") == (no.PasswordTooShort,)
    assert broken("tr0ub4dz") == ()
    assert broken("tr0ub4d", PasswordPolicy(minimum_length=4)) == (no.PasswordTooShort,)
    [refusal] = check_password("tr0ub4d", PasswordPolicy(minimum_length=4), ANN, common=False, used_before=False)
    assert refusal == no.PasswordTooShort(least=8)


@pytest.mark.parametrize(
    "password",
    [
        *("abcdefgh", "STUVWXYZ", "hgfedcba", "12345678", "34567890", "01234567", "87654321", "98765432"),
        *("aaaaaaaa", "........", "11111111111"),
        *(
            "qwertyui",
            "poiuytre",
            "QWERTYUIOP",
            "asdfghjkl",
            "zxcvbnm,",
            "qwertzui",
            "azertyui",
            "1qaz2wsx",
            "!@#$%^&*",
        ),
        *("qwertyuiopasdf", "asdfghjklzxcvbnm"),
    ],
)
def test_pwd_2_not_solely_a_sequence_or_a_keyboard_run(password: str) -> None:
    """Sequences, one repeated character, and runs of keys, in both directions."""
    assert broken(password) == (no.PasswordIsSequence,)


@pytest.mark.parametrize(
    "password", ["abcdEFGH", "aBcDeFgH", "QwErTyUi", "abcdefgh!", "1234567x", "aaaaaaab", "qwertyui1", "73914628"]
)
def test_pwd_2_a_mix_of_upper_and_lower_case_is_none(password: str) -> None:
    """Nor is what has anything else in it."""
    assert broken(password) == ()


def test_pwd_2_not_on_the_list_of_common_passwords() -> None:
    """The list is somebody else's; here it is a fact."""
    assert broken("letmein-now", common=True) == (no.PasswordIsCommon,)


@pytest.mark.parametrize(
    "password",
    ["xx-ann.lee-xx", "xxANN.LEExx", "my example.com!", "xxEXAMPLE.COM", "i-am-annabel", "ANNABEL-99", "a-lee-b-c"],
)
def test_pwd_2_neither_part_of_the_address_nor_a_name(password: str) -> None:
    """Either part of the address, the first name, the last name; case ignored."""
    assert broken(password) == (no.PasswordNamesOwner,)


def test_pwd_2_names_count_from_three_letters_on() -> None:
    """Shorter ones are in too many words; parts of an address count whatever their length."""
    for password, owner, fine in (
        ("bold-words", Owner(email="x@y.example", first_name="Bo", last_name="Ld"), True),
        ("bold-words", Owner(email="x@y.example", first_name="Bol", last_name="Ld"), False),
        ("bold-words", Owner(email="x@y.example"), True),
        ("bold-words", Owner(email="bo@y.example"), False),
        ("bold-words", Owner(email=""), True),
    ):
        assert (check_password(password, BASELINE, owner, common=False, used_before=False) == ()) is fine


@pytest.mark.parametrize(
    ("kinds", "password", "fine"),
    [
        (3, "password1", False),
        (3, "Password1", True),
        (4, "Password1", False),
        (4, "Password 1", True),
        (2, "passwords", False),
        (2, "passworD", True),
        (None, "passwords", True),
        (3, "пАРОЛЬ-слов", True),
    ],
)
def test_pwd_7_characters_of_several_kinds(kinds: int | None, password: str, *, fine: bool) -> None:
    """For three kinds `password1` fails, `Password1` passes that rule."""
    expected = () if fine else (no.PasswordTooUniform,)
    assert broken(password, PasswordPolicy(character_kinds=kinds)) == expected


@pytest.mark.parametrize(
    ("password", "fine"),
    [("xxn.lxxxx", False), ("XXANNXXX", False), ("xx@exxxx", False), ("xxanxnnxx", True), ("x.coxxxxx", False)],
)
def test_pwd_3_no_run_of_the_user_id(password: str, *, fine: bool) -> None:
    """Three or more consecutive characters of the whole address, case ignored; off, they may be there."""
    assert broken(password, PasswordPolicy(no_user_id=True)) == (() if fine else (no.PasswordHoldsUserId,))
    assert broken(password) == ()


@pytest.mark.parametrize(
    ("password", "fine"),
    [("a12x12bcd", False), ("abcdabxyz", False), ("aaaabcdef", False), ("aaabcdefg", True), ("a1b2c3d4e", True)],
)
def test_pwd_3_no_group_of_characters_twice(password: str, *, fine: bool) -> None:
    """`a12x12` fails because of `12`; characters that belong to the first group are none of the second."""
    assert broken(password, PasswordPolicy(no_repeats=True)) == (() if fine else (no.PasswordRepeats,))
    assert broken(password) == ()


def test_pwd_3_different_from_the_last_passwords() -> None:
    """Asked only where a policy has a history."""
    assert broken("tr0ub4dz", PasswordPolicy(history=3), used=True) == (no.PasswordUsedBefore,)
    assert broken("tr0ub4dz", PasswordPolicy(history=3)) == ()
    assert broken("tr0ub4dz", used=True) == ()


def test_pwd_7_every_rule_that_is_broken_is_named() -> None:
    """So that a page can list them all, in one order."""
    strict = PasswordPolicy(minimum_length=18, character_kinds=2, no_user_id=True, no_repeats=True, history=1)
    assert broken("ann.leeann.lee", strict, common=True, used=True) == (
        no.PasswordTooShort,
        no.PasswordIsCommon,
        no.PasswordNamesOwner,
        no.PasswordHoldsUserId,
        no.PasswordRepeats,
        no.PasswordUsedBefore,
    )


@pytest.mark.parametrize(
    ("member", "least", "most"),
    [("minimum_length", 8, 18), ("history", 1, 120), ("expires_after", 1, 90), ("character_kinds", 2, 4)],
)
def test_pwd_4_values_outside_their_range_are_refused(member: str, least: int, most: int) -> None:
    """Both ends are inside."""

    def judged(value: int) -> no.PolicyValueInvalid | None:
        changed: dict[str, Any] = {member: value}
        return check_policy(replace(BASELINE, **changed))

    assert judged(least) is judged(most) is None
    for value in (least - 1, most + 1, -1):
        assert judged(value) == no.PolicyValueInvalid(member=member, least=least, most=most)
    assert check_policy(BASELINE) is None


def test_pwd_5_the_strictest_combination() -> None:
    """Rule by rule the hardest value."""
    first = PasswordPolicy(minimum_length=10, history=5, expires_after=30, no_repeats=True)
    second = PasswordPolicy(history=3, limited_resets=True, expires_after=60, character_kinds=3)
    third = PasswordPolicy(minimum_length=6, character_kinds=2, no_user_id=True)
    both = PasswordPolicy(
        minimum_length=10, history=5, limited_resets=True, expires_after=30, character_kinds=3, no_repeats=True
    )
    assert strictest([first, second]) == strictest([second, first]) == both
    assert strictest([first, second, third]) == replace(both, no_user_id=True)
    assert strictest([]) == strictest([BASELINE]) == BASELINE
    assert strictest([first]) == first


def test_pwd_4_what_is_stored_stays_valid() -> None:
    """A length from before the ranges counts in the combination; below the baseline it asks for nothing more."""
    assert strictest([PasswordPolicy(minimum_length=24)]).minimum_length == 24
    assert strictest([PasswordPolicy(minimum_length=4)]).minimum_length == 8


def test_pwd_5_scenario_77_both_rules_apply() -> None:
    """One account asks for 10 characters, the other for three kinds: who enters both satisfies both."""
    ten, three = PasswordPolicy(minimum_length=10), PasswordPolicy(character_kinds=3)
    assert broken("lowerone", strictest([ten, three])) == (no.PasswordTooShort, no.PasswordTooUniform)
    assert broken("lower-once", strictest([ten])) == ()
    assert broken("Lower-once", strictest([ten, three])) == ()


def test_pwd_3_at_most_five_resets_in_24_hours() -> None:
    """Where a policy says so; one that is a day old counts no more."""
    limited = PasswordPolicy(limited_resets=True)
    day = timedelta(hours=24)
    four = [AT - timedelta(hours=hours) for hours in range(4)]
    assert check_resets(limited, [*four, AT - day + TICK], AT) == no.TooManyResets(most=5)
    assert check_resets(limited, [*four, AT - day], AT) is None
    assert check_resets(BASELINE, [*four, *four], AT) is None


def test_pwd_5_the_list_says_what_is_asked() -> None:
    """The baseline always, the rest where it is on."""
    assert len(told(BASELINE)) == 4
    strict = PasswordPolicy(
        minimum_length=12,
        history=1,
        limited_resets=True,
        expires_after=1,
        character_kinds=3,
        no_user_id=True,
        no_repeats=True,
    )
    listed = told(strict)
    assert len(listed) == 10
    assert listed[0] == "At least 12 characters."
    assert "Different from your last password." in listed
    assert "Changed every day." in listed
    assert "Different from your last 7 passwords." in told(replace(strict, history=7))
    assert "Changed every 90 days." in told(replace(strict, expires_after=90))


def test_pwd_10_a_link_works_for_30_minutes() -> None:
    """To before the end of them; one that is not there does not."""
    half_an_hour = timedelta(minutes=30)
    assert check_link(AT, AT) is check_link(AT, AT + half_an_hour - TICK) is None
    assert check_link(AT, AT + half_an_hour) == check_link(None, AT) == no.ResetLinkNotValid()
