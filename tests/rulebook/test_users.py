"""Chapter USER: addresses, names, roles given and kept, and that nobody confers what they do not hold."""

from datetime import timedelta

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.granting import check_administrator_kept, check_conferring, check_limited, covers
from tenantry.rules.privileges import BUILT_IN_NAMES, NOTHING, PLATFORM, Mask
from tenantry.rules.users import (
    check_email,
    check_first_roles,
    check_names,
    check_roles_left,
    check_validity,
    roles_after_dialog,
)
from tenantry.rules.vocabulary import OPERATOR, Actor, Instant, RoleGrant, RoleId, Source, Validity, user_key
from tests.rulebook.world import AT, HERE, TICK, grant, names

DAY = timedelta(days=1)


def roles(*keys: str) -> frozenset[RoleId]:
    """Some roles."""
    return frozenset(RoleId(key) for key in keys)


def test_aud_1_whoever_acts_has_a_name_in_the_log() -> None:
    """People by their key; the platform operator, who is no person, as such."""
    assert Actor(user_key("Ann@Example.com"), Source.UI).name == "ann@example.com"
    assert (OPERATOR.name, OPERATOR.user, OPERATOR.source) == ("operator", None, Source.INTERNAL)


@pytest.mark.parametrize("spelling", ["ann@example.com", "Ann@Example.COM", " ANN@EXAMPLE.COM\t"])
def test_user_1_addresses_are_compared_ignoring_case(spelling: str) -> None:
    """The e-mail address is the user ID, compared ignoring case."""
    assert user_key(spelling) == "ann@example.com"


def test_user_1_different_addresses_are_different_people() -> None:
    """Nothing but case is ignored: no dots, no tags."""
    keys = {user_key(e) for e in ("a.b@example.com", "ab@example.com", "a.b+c@example.com", "a.b@example.org")}
    assert len(keys) == 4


@pytest.mark.parametrize(
    "email", ["a@b", "ann.o'neil+tag@sub.example.com", "jörg@exämple.de", "x" * 252 + "@y", "a@b@c"[:3]]
)
def test_user_1_what_looks_like_an_address_is_one(email: str) -> None:
    """Shape and length are all that is judged."""
    assert check_email(email) is None


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a@b\n",
        "a\x00@b",
        "a@b\x7f",
        " a@b",
        "x" * 253 + "@y",
    ],
)
def test_user_1_what_does_not_is_refused(email: str) -> None:
    """No @, two of them, blanks, control characters, or 255 characters: refused."""
    refusal = check_email(email)
    assert isinstance(refusal, no.EmailInvalid)
    assert refusal.rules == ("USER-1",)
    assert len(refusal.email) <= 60


def test_user_3_both_names_are_required() -> None:
    """The add form requires first name and last name."""
    assert check_names("Ann", "Lee") is None
    assert check_names("A" * 150, "L" * 150) is None
    for first, last in (("", "Lee"), ("Ann", ""), (" ", "Lee"), ("Ann", "\t"), ("A" * 151, "Lee"), ("Ann", "L" * 151)):
        refusal = check_names(first, last)
        assert refusal == no.NameRequired(limit=150)
        assert refusal.rules == ("USER-3",)


def test_user_3_at_least_one_role_is_required() -> None:
    """All are mandatory, the role too."""
    assert check_first_roles(roles("SUPPORT")) is None
    refusal = check_first_roles(roles())
    assert refusal == no.RoleRequired()
    assert refusal.rules == ("USER-3",)


def test_user_7_the_dialog_replaces_the_visible_selection() -> None:
    """A user may hold any number of roles; what is shown and not chosen is taken."""
    shown = roles("a", "b", "c")
    assert roles_after_dialog(roles("a", "b"), shown, roles("b", "c")) == roles("b", "c")
    assert roles_after_dialog(roles("a"), shown, shown) == shown
    assert roles_after_dialog(roles("a"), shown, roles()) == roles()


def test_user_8_the_dialog_never_drops_what_it_does_not_show() -> None:
    """Saving the dialog must not drop roles it does not show."""
    assert roles_after_dialog(roles("a", "hidden"), roles("a", "b"), roles("b")) == roles("b", "hidden")
    assert roles_after_dialog(roles("hidden"), roles("a"), roles()) == roles("hidden")
    assert roles_after_dialog(roles("hidden"), roles(), roles()) == roles("hidden")


def test_user_9_the_dialog_leaves_at_least_one_role() -> None:
    """Deselecting the last role is refused in the dialog."""
    assert check_roles_left(roles("a")) is None
    refusal = check_roles_left(roles())
    assert refusal == no.LastRoleKept()
    assert refusal.rules == ("USER-9",)


@pytest.mark.parametrize(
    ("starts", "ends", "fine"),
    [
        (None, None, True),
        (AT, None, True),
        (None, AT, True),
        (AT, AT + TICK, True),
        (AT, AT, False),
        (AT + TICK, AT, False),
    ],
)
def test_user_7_a_grant_ends_after_it_starts(starts: Instant | None, ends: Instant | None, *, fine: bool) -> None:
    """A grant that is in force at no instant is none."""
    refusal = check_validity(Validity(starts, ends))
    assert (refusal is None) == fine
    assert refusal is None or refusal.rules == ("USER-7",)


def admin(starts: Instant | None = None, ends: Instant | None = None) -> RoleGrant:
    """A direct grant of Administrator."""
    return grant("ADMINISTRATOR", starts, ends)


FOREVER, ENDING, ENDING_LATER = admin(), admin(None, AT + DAY), admin(None, AT + 30 * DAY)
ENDED, COMING = admin(None, AT), admin(AT + TICK)
STARTING_NOW, ENDING_NOW_ALMOST = admin(AT), admin(None, AT + TICK)


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ([FOREVER], [FOREVER], True),
        ([FOREVER], [], False),
        ([FOREVER, FOREVER], [FOREVER], True),
        ([FOREVER], [grant("STANDARD_USER")], False),
        ([FOREVER], [ENDING], False),
        ([FOREVER, ENDING], [ENDING], False),
        ([FOREVER, ENDING], [FOREVER], True),
        ([FOREVER, COMING], [COMING], False),
        ([FOREVER, ENDED], [ENDED], False),
        ([FOREVER], [STARTING_NOW], True),
        ([ENDING], [], False),
        ([ENDING], [ENDED], False),
        ([ENDING], [COMING], False),
        ([ENDING, ENDING_LATER], [ENDING], True),
        ([ENDING], [ENDING_NOW_ALMOST], True),
        ([ENDED], [], True),
        ([], [], True),
        ([], [FOREVER], True),
        ([grant("STANDARD_USER")], [], True),
    ],
)
def test_user_11_an_account_that_has_an_administrator_keeps_one(
    before: list[RoleGrant], after: list[RoleGrant], *, kept: bool
) -> None:
    """The last direct Administrator can be neither removed nor stripped; of lasting ones a lasting one stays."""
    refusal = check_administrator_kept(HERE, before, after, AT)
    assert (refusal is None) == kept
    if refusal is not None:
        assert refusal == no.LastAdministrator(account=HERE)
        assert refusal.rules == ("USER-11",)


def mask(*privileges: str) -> Mask:
    """Some privileges."""
    return PLATFORM.mask(privileges)


@pytest.mark.parametrize(
    ("held", "before", "after", "excess"),
    [
        ((), (), (), None),
        (("API",), (), ("API",), None),
        (("API",), (), ("API", "EXECUTE"), "Execute"),
        ((), (), ("EXECUTE", "API"), "API Access, Execute"),
        ((), ("EXECUTE",), ("EXECUTE",), None),
        ((), ("EXECUTE", "API"), ("EXECUTE",), None),
        (("API",), ("EXECUTE",), ("API", "DEPLOY"), "Packaged Component Deployment"),
        (("ENV_MANAGEMENT",), (), ("ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY"), None),
        (("ATOM_MANAGEMENT",), (), ("ENV_MANAGEMENT_FULL",), "Environment Management Full Access"),
        (("BUILD",), (), ("BUILD_READ_ONLY",), "Build Read Access"),
    ],
)
def test_user_13_nobody_confers_what_they_do_not_hold(
    held: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...], excess: str | None
) -> None:
    """Only what is new must be the giver's own; masks arrive closed, so nothing is implied here."""
    refusal = check_conferring(PLATFORM, mask(*held), mask(*before), mask(*after))
    if excess is None:
        assert refusal is None
    else:
        assert refusal == no.NotYoursToGive(privileges=excess)
        assert refusal.rules == ("USER-13",)


def test_priv_3_who_manages_environments_may_confer_the_two_it_overrides() -> None:
    """Else nobody could ever put them into a role, since Administrators do not carry them."""
    two = {"ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY"}
    assert names(covers(PLATFORM, mask("ENV_MANAGEMENT"))) == two | {"ENV_MANAGEMENT"}
    assert names(covers(PLATFORM, mask("ENV_MANAGEMENT_FULL", "API"))) == {"ENV_MANAGEMENT_FULL", "API"}
    assert covers(PLATFORM, NOTHING) == NOTHING


def test_user_13_limited_holders_touch_only_roles_they_cover() -> None:
    """Every privilege of the roles involved, given or taken, must be theirs already."""
    held = mask("USER_MANAGEMENT_LIMITED", "EXECUTE", "VIEW_RESULT")
    assert check_limited(PLATFORM, held, mask("EXECUTE", "VIEW_RESULT")) is None
    assert check_limited(PLATFORM, held, NOTHING) is None
    refusal = check_limited(PLATFORM, held, mask("EXECUTE", "VIEW_DATA"))
    assert refusal == no.NotYoursToGive(privileges="View Data")
    for name in sorted(BUILT_IN_NAMES):
        assert isinstance(check_limited(PLATFORM, NOTHING, mask(name)), no.NotYoursToGive)
