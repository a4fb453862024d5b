"""What is wrong with a file is told with its line and field, and nothing of it is loaded."""

import gzip
from pathlib import Path

import pytest
import zstandard

from tenantry.estate.problems import EstateRefused
from tenantry.estate.reading import read
from tests.estate.loading import (
    ANN,
    BOB,
    OPS,
    PARTNER,
    SERV,
    URI,
    WORLD,
    Fields,
    Loader,
    M,
    P,
    R,
    counts,
    exported,
    gives,
    group,
    member,
    serves,
    shared,
    shares,
)

pytestmark = [pytest.mark.store, pytest.mark.django_db]

LONG = "x" * 256


def account(**fields: object) -> Fields:
    """An account line."""
    return {"kind": "account", "id": "beta", "name": "Beta", **fields}


def user(**fields: object) -> Fields:
    """A user line."""
    return {"kind": "user", "id": "u@beta.test", **fields}


def role(**fields: object) -> Fields:
    """A role line of acme."""
    return {"kind": "role", "account": "acme", "name": "R", "privileges": [], **fields}


def thing(**fields: object) -> Fields:
    """An object line of acme."""
    return {"kind": "object", "account": "acme", "type": "report", "id": "1", **fields}


def privilege(**fields: object) -> Fields:
    """A privilege line."""
    return {"kind": "privilege", "name": "REPORTS.READ", "title": "Reports", **fields}


ALONE = {
    "no kind": ({"id": "x"}, "kind", "is missing"),
    "unknown kind": ({"kind": "planet"}, "kind", "there is no kind 'planet'"),
    "federation id of blanks": (
        {"kind": "federation", "account": "acme", "user": "ann@acme.test", "federation_id": " "},
        "federation_id",
        "SSO-5",
    ),
    "group without a name": (group(" "), "name", "needs a name"),
    "group name too long": (group(LONG), "name", "GRP-5"),
    "group id empty": (group(id=""), "id", "is empty"),
    "unknown alert level": (group(alert_level="loud"), "alert_level", "GRP-5"),
    "group role ends before it starts": (
        serves(ANN, "Support", valid_from="2026-02-01T00:00:00Z", valid_until="2026-01-01T00:00:00Z"),
        "valid_until",
        "must end after it starts",
    ),
    "unknown resource": (shares("C", type="planet"), "type", "there is no type 'planet'"),
    "shared default role": (shares("support"), "name", "ROLE-1"),
    "unknown field": (account(colour="red"), "colour", "unknown field of account"),
    "missing field": ({"kind": "account", "id": "x"}, "name", "is missing"),
    "wrong type": (account(name=5), "name", "must be a text, not a number"),
    "account id empty": (account(id=" "), "id", "is empty"),
    "account id too long": (account(id=LONG), "id", "at most 255"),
    "account id of all accounts": (account(id="*"), "id", "stands for all accounts"),
    "account name empty": (account(name=""), "name", "needs a name"),
    "account name too long": (account(name=LONG), "name", "at most 255"),
    "unknown feature": (account(features=["fly"]), "features", "there is no feature 'fly'"),
    "unknown status": (account(status="gone"), "status", "there is no status 'gone'"),
    "naive time": (account(trial_ends="2026-01-01T00:00:00"), "trial_ends", "must have an offset"),
    "no time": (account(trial_ends="tomorrow"), "trial_ends", "is no RFC 3339 time"),
    "time out of range": (account(trial_ends="0001-01-01T00:00:00+05:00"), "trial_ends", "is out of range"),
    "bad e-mail": (user(id="nobody"), "id", "is not an e-mail address"),
    "long e-mail": (user(id="x" * 250 + "@a.test"), "id", "over 254 characters"),
    "long first name": (user(first_name="x" * 151), "first_name", "at most 150"),
    "long last name": (user(last_name="x" * 151), "last_name", "at most 150"),
    "long external id": (user(external_id=LONG), "external_id", "at most 255"),
    "empty external id": (user(external_id=""), "external_id", "is empty"),
    "two passwords": (user(password="a", password_hash="b"), "password_hash", "is given beside password"),
    "unknown hash": (user(password_hash="$2b$12$abc"), "password_hash", "is no PHC string"),
    "Django's own hash": (user(password_hash="argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"), "password_hash", "PHC"),
    "NUL": (user(first_name="a\0b"), "first_name", "has a NUL character"),
    "locked is a text": (user(locked="yes"), "locked", "must be true or false, not a text"),
    "name of a default role": (role(name="support"), "name", "name of a default role"),
    "shared suffix": (role(name="R (Shared)"), "name", "may not end in"),
    "role name too long": (role(name=LONG), "name", "at most 255"),
    "role description too long": (role(description="x" * 1001), "description", "at most 1000"),
    "id of a default role": (role(id="SUPPORT"), "id", "is the id of a default role"),
    "ends before it starts": (
        gives(ANN, "Support", valid_from="2026-02-01T00:00:00Z", valid_until="2026-01-01T00:00:00Z"),
        "valid_until",
        "must end after it starts",
    ),
    "built-in privilege": (privilege(name="BUILD"), "name", "is a built-in privilege"),
    "privilege with a space": (privilege(name="A B"), "name", "characters other than letters"),
    "privilege not in ASCII": (privilege(name="ÄNDERN"), "name", "characters other than letters"),
    "privilege without title": (privilege(title=""), "title", "is empty"),
    "reserved type": (thing(type="folder"), "type", "has a meaning of its own"),
    "object without id": (thing(id=""), "id", "is empty"),
    "environment of an object": (thing(environment="Test"), "environment", "has no environment named"),
}
"""Lines that are wrong by themselves."""

TOGETHER = {
    "unknown primary": (account(primary="nobody"), "primary", "there is no account 'nobody'"),
    "own primary": (account(primary="beta"), "primary", "does not manage itself"),
    "primary without groups": (account(primary="acme"), "primary", "does not have Account Groups"),
    "support access unknown": (
        account(support_access_role="Ops"),
        "support_access_role",
        "no role of beta named 'Ops'",
    ),
    "support access shared": (
        account(support_access_role={"account": "acme", "name": "Ops"}),
        "support_access_role",
        "SUP-1",
    ),
    "role of no account": (role(account="nobody"), "account", "there is no account 'nobody'"),
    "unknown privilege": (role(privileges=["FLY"]), "privileges", "There is no privilege FLY"),
    "limited user management": (role(privileges=["USER_MANAGEMENT_LIMITED"]), "privileges", "ROLE-17"),
    "connector review": (role(privileges=["CONNECTOR_REVIEW"]), "privileges", "ROLE-17"),
    "unknown parent": (role(inherits="Nobody"), "inherits", "ROLE-7"),
    "foreign parent": (role(inherits={"account": "beta", "name": "X"}), "inherits", "none of another account (ROLE-7)"),
    "own parent": (role(inherits="r"), "inherits", "ROLE-8"),
    "user_role of no account": (gives(ANN, "Support", "nobody"), "account", "there is no account"),
    "user_role of no user": (gives(user(), "Support"), "user", "there is no user"),
    "user_role of no role": (gives(ANN, "Nobody"), "role", "no role of acme named 'Nobody'"),
    "object of no account": (thing(account="nobody"), "account", "there is no account"),
    "shared role of nobody": (gives(ANN, {"account": "nobody", "name": "R"}), "role", "no custom role of nobody"),
    "group of no account": (group(primary="nobody"), "account", "there is no account 'nobody'"),
    "implies the unknown": (privilege(implies=["FLY"]), "implies", "there is no privilege FLY"),
    "implies what no role carries": (privilege(implies=["CONNECTOR_REVIEW"]), "implies", "cannot be implied"),
}
"""Lines that are wrong beside the others of the world."""


IN_GROUPS = {
    "group of a managed account": (group(primary="m"), "account", "ACC-6"),
    "managed by somebody with groups": (P | {"primary": "q"}, "primary", "ACC-6"),
    "group account of no account": (member("m", primary="nobody"), "account", "there is no account 'nobody'"),
    "member of no account": (member("nobody"), "member", "there is no account 'nobody'"),
    "member of another primary": (member("m", primary="q"), "member", "GRP-23"),
    "primary in its own group": (member("p"), "member", "GRP-23"),
    "stranger in All Accounts": (member("q", "All Accounts"), "member", "GRP-23"),
    "account of an unknown group": (member("m", "Z"), "group", "p has no account group named 'Z'"),
    "person of an unknown group": (serves(SERV, "Support", "Z"), "group", "no account group named 'Z'"),
    "share of an unknown group": (shares("R", "Z"), "group", "no account group named 'Z'"),
    "unknown person in a group": (serves({"id": "x@p.test"}, "Support"), "user", "there is no user 'x@p.test'"),
    "unknown group role": (serves(SERV, "Nobody"), "role", "GRP-9"),
    "group role of a member": (serves(SERV, "Own"), "role", "GRP-9"),
    "group role of another account": (serves(SERV, "x") | {"role": shared("Own", "m")}, "role", "GRP-9"),
    "unknown role shared": (shares("Nobody"), "name", "SHARE-2"),
    "shared role of a member": (shares("Own"), "name", "SHARE-2"),
    "name of All Accounts": (group("all accounts", id="group-g"), "name", "GRP-2"),
    "taken group name": (group("H", id="group-g"), "name", "GRP-5"),
    "another group's id": (group("New", "q", id="group-g"), "id", "of another account"),
    "another id": (group("g", id="other"), "id", "with another id: group-g"),
    "role not shared here": (gives(URI, shared("R"), "n"), "role", "not shared with n (SHARE-2, ROLE-20)"),
    "role shared by nobody": (gives(URI, shared("S"), "m"), "role", "not shared with m (SHARE-2, ROLE-20)"),
    "role of a stranger": (gives(URI, shared("Q", "q"), "m"), "role", "does not manage m"),
    "role of a member in the primary": (gives(URI, shared("Own", "m"), "p"), "role", "does not manage p"),
    "shared role unknown": (gives(URI, shared("T"), "m"), "role", "no custom role of p named 'T'"),
    "shared role as Support Access Role": (M | {"support_access_role": shared("R")}, "support_access_role", "SUP-1"),
    "shared role inherited": (R | {"account": "m", "id": "x", "inherits": shared("R")}, "inherits", "ROLE-7"),
}
"""Lines that are wrong beside those of a partner."""

Q: Fields = P | {"id": "q", "name": "Stranger"}
BESIDE = (
    *(line | {"id": "group-g"} if line["kind"] == "account_group" else line for line in PARTNER),
    *(Q, group(primary="q"), role(account="q", name="Q"), role(account="p", name="S")),
    *(role(account="m", name="Own"), group("H", id="group-h")),
)
"""What they are wrong beside."""


@pytest.mark.parametrize("case", IN_GROUPS)
def test_a_line_wrong_about_groups_is_told_with_its_field(case: str, loader: Loader) -> None:
    """Whether the rest is stored already or in the file; and nothing is loaded."""
    line, field, what = IN_GROUPS[case]
    others = tuple(other for other in BESIDE if (other["kind"], other.get("id")) != (line["kind"], line.get("id")))
    assert loader.refused(*others, line)
    assert exported() == ""
    loader(*BESIDE)
    state = exported()
    first, *more = loader.refused(line)
    assert first[:2] == (1, field)
    assert what in first[2]
    assert len(more) <= 1, more
    assert exported() == state


@pytest.mark.parametrize("case", ALONE)
def test_a_line_wrong_by_itself_is_told_with_its_field(case: str, loader: Loader) -> None:
    """Line and field are named, and nothing is loaded."""
    line, field, what = ALONE[case]
    [problem] = loader.refused(*WORLD, line)
    assert problem[:2] == (len(WORLD) + 1, field)
    assert what in problem[2]
    assert exported() == ""


@pytest.mark.parametrize("case", TOGETHER)
def test_a_line_wrong_beside_the_others_is_told_with_its_field(case: str, loader: Loader) -> None:
    """The same, for what only the whole tells; whether the rest is in the file or stored already."""
    line, field, what = TOGETHER[case]
    for before in ((), WORLD):
        if before:
            loader(*before)
        state = exported()
        [problem] = loader.refused(*WORLD, line)
        assert problem[:2] == (len(WORLD) + 1, field)
        assert what in problem[2]
        assert exported() == state


def test_acc_6_a_primary_is_never_managed(loader: Loader) -> None:
    """A primary that is managed itself can manage nobody, and one that manages cannot become managed."""
    groups = {"features": ["account_groups"]}
    top, middle = account(id="top", **groups), account(id="middle", primary="top", **groups)
    told = [what for _, _, what in loader.refused(top, middle, account(primary="middle"))]
    assert any("managed itself" in what for what in told)
    loader(top, account(id="middle", **groups), account(primary="middle"))
    assert "manages accounts itself" in loader.refused(middle)[0][2]


def test_role_8_a_circle_of_parents_is_refused_wherever_its_parts_come_from(loader: Loader) -> None:
    """Half stored, half in the file."""
    loader(*WORLD, role(name="Child", inherits="Ops"))
    assert "ROLE-8" in loader.refused(OPS | {"inherits": "Child"})[0][2]


def test_role_5_names_are_unique_ignoring_case_also_after_renaming(loader: Loader) -> None:
    """A role renamed by its id must not take the name of another."""
    loader(*WORLD, role(id="r-1"))
    assert (
        "another role named" in loader.refused(role(id="r-1", name="OPS"))[0][2]
        or "another id" in (loader.refused(role(id="r-1", name="OPS"))[0][2])
    )


def test_an_id_that_belongs_to_another_role_is_refused(loader: Loader) -> None:
    """To a role of another account, to a role of another name, to two roles of the load."""
    loader(*WORLD, account(features=["advanced_user_security"]), role(account="beta", id="r-1"))
    assert loader.refused(role(id="r-1"))[0][1] == "id"
    assert "with another id" in loader.refused(OPS | {"id": "r-2"})[0][2]
    assert "two roles of this load" in loader.refused(role(name="A", id="n"), role(name="B", id="n"))[0][2]


def test_user_1_names_of_people_never_overlap(loader: Loader) -> None:
    """Nobody's external id is another's external id or e-mail address, within the file and beside what is stored."""
    assert loader.refused(user(external_id="x"), BOB | {"external_id": "x"})[0][1] == "external_id"
    assert loader.refused(user(external_id="BOB@acme.test"), BOB)[0][1] == "external_id"
    loader(*WORLD, user(external_id="x@y.test"))
    assert loader.refused(BOB | {"external_id": "x@y.test"})[0][1] == "external_id"
    assert loader.refused(user(external_id="Ann@acme.test"))[0][1] == "external_id"
    assert loader.refused(user(id="x@y.test"))[0][1] == "id"
    assert loader.refused(user(external_id="u@beta.test")) == [], "one's own address is nobody else's"


def test_lines_about_one_thing_are_joined_unless_they_contradict_each_other(loader: Loader) -> None:
    """Equal lines and lines that complete each other count once."""
    double = (ANN, ANN | {"locked": False}, gives(ANN, "Support"), gives(ANN, "support"))
    assert counts(loader(*WORLD, *double)) == {
        "account": (1, 0, 0),
        "user": (2, 0, 0),
        "role": (1, 0, 0),
        "user_role": (3, 0, 0),
    }
    assert loader.refused(BOB | {"locked": True}, BOB | {"locked": False}) == [
        (2, "locked", f"contradicts {loader.file}:1")
    ]
    [problem] = loader.refused(
        gives(BOB, "Ops", valid_until="2030-01-01T00:00:00Z"), gives(BOB, "OPS", valid_until="2031-01-01T00:00:00Z")
    )
    assert problem == (2, "valid_until", f"contradicts {loader.file}:1")


def test_the_first_ten_problems_are_told(loader: Loader) -> None:
    """More would not help anybody."""
    lines = [user(id=f"bad-{n}") for n in range(30)]
    assert [problem[0] for problem in loader.refused(*lines)] == list(range(1, 11))


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"{", "is not JSON"),
        (b'{"kind":"account"} x', "is not JSON"),
        (b"[1]", "a line holds one JSON object"),
        (b'"x"', "a line holds one JSON object"),
        (b'{"kind":"account","id":"\xff","name":"x"}', "is not UTF-8"),
        (b'{"kind":"account","id":"\\ud800","name":"x"}', "is not JSON"),
    ],
)
def test_what_is_no_json_line_is_told(raw: bytes, what: str, tmp_path: Path) -> None:
    """With its file and line."""
    file = tmp_path / "broken.jsonl"
    file.write_bytes(b"\n  \r\n" + raw + b"\n")
    with pytest.raises(EstateRefused) as refused:
        read([file])
    assert str(refused.value).startswith(f"{file}:3: ")
    assert what in str(refused.value)


def test_files_that_cannot_be_read_are_told(tmp_path: Path, loader: Loader) -> None:
    """Missing ones, folders, cut-off compression."""
    packed = gzip.compress(loader.write(*WORLD).read_bytes() * 50)
    squeezed = zstandard.compress(loader.write(*WORLD).read_bytes() * 50)
    (tmp_path / "cut.gz").write_bytes(packed[:-20])
    (tmp_path / "cut.zst").write_bytes(squeezed[:-20])
    (tmp_path / "wrong.gz").write_bytes(b"\x1f\x8bnonsense")
    names = ("missing", "", "cut.gz", "cut.zst", "wrong.gz")
    with pytest.raises(EstateRefused) as refused:
        read([tmp_path / name for name in names])
    found = [(Path(problem.file).name, problem.what) for problem in refused.value.problems]
    assert [name for name, _ in found] == ["missing", tmp_path.name, "cut.gz", "cut.zst", "wrong.gz"]
    assert found[0][1] == "there is no such file"
    assert found[1][1] == "is a folder, not a file"
    assert all("damaged or cut off" in what for _, what in found[2:])


def test_compressed_files_load_as_they_are(loader: Loader, tmp_path: Path) -> None:
    """By gzip and Zstandard, several frames included, and a byte order mark in front."""
    plain = loader.write(*WORLD).read_bytes()
    half = plain.index(b"\n") + 1
    files = {
        "a.jsonl": b"\xef\xbb\xbf" + plain,
        "a.jsonl.gz": gzip.compress(plain[:half]) + gzip.compress(plain[half:]),
        "a.jsonl.zst": zstandard.compress(plain[:half]) + zstandard.compress(plain[half:]),
        "without-end.jsonl": plain.rstrip(b"\n"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        estate = read([tmp_path / name])
        assert (len(estate.accounts), len(estate.users), len(estate.user_roles)) == (1, 2, 2), name
