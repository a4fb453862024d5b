"""An estate of a given size, the same at every run: accounts of uneven sizes, their roles, and people in them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

FIRST = ("Ada", "Ben", "Chloé", "Dana", "Emil", "Fatima", "Goran", "Hana", "Ines", "Jamal", "Kira", "Luca", "Mai")
LAST = ("Abe", "Brandt", "Costa", "Dvořák", "Evans", "Fischer", "García", "Haddad", "Ito", "Jensen", "Kaya", "Lopez")
OWN_ROLES = (
    ("Operators", "Support", ("DEPLOY", "ATOM_MANAGEMENT")),
    ("Builders", None, ("BUILD", "PACKAGE_MANAGEMENT", "VIEW_RESULT")),
    ("Readers", None, ("BUILD_READ_ONLY", "VIEW_RESULT")),
)
DEFAULT_SHARE = (("Standard User", 0.45), ("Support", 0.1), ("Production Support", 0.05))
HASH = "$argon2id$v=19$m=19456,t=2,p=1$TUdBNDBnaExUdG9pcEVicHFzRnVYSQ$M07P1AKZBI1YXoWA5hMgH2/Te7tuzjf4WpQ57pYl3EU"


@dataclass(frozen=True)
class Size:
    """How many of each."""

    users: int
    accounts: int
    managed_by_one: int = 100


FULL = Size(users=500_000, accounts=10_000)
SMALL = Size(users=10_000, accounts=200)


def write(path: Path, size: Size) -> int:
    """Write the estate and return the number of its lines."""
    count = 0
    with path.open("wb") as file:
        for line in lines(size):
            file.write(msgspec.json.encode(line) + b"\n")
            count += 1
    return count


def lines(size: Size) -> Iterator[dict[str, object]]:
    """The lines: accounts with roles, then people with roles, as an export of another system would have them."""
    chance = random.Random(11)
    accounts = [f"company{n}-{chance.randrange(36**4):06X}" for n in range(size.accounts)]
    primary = ""
    for number, account in enumerate(accounts):
        features = ["advanced_user_security"]
        line: dict[str, object] = {"kind": "account", "id": account, "name": f"Company {number}"}
        if number % size.managed_by_one == 0:
            primary = account
            features.append("account_groups")
        else:
            line["primary"] = primary
        yield line | {"features": features}
        for name, parent, privileges in OWN_ROLES:
            role: dict[str, object] = {"kind": "role", "account": account, "name": name, "privileges": privileges}
            yield role | ({"inherits": parent} if parent else {})
    weights = [1 / (1 + n % 97) for n in range(size.accounts)]
    homes = chance.choices(range(size.accounts), weights, k=size.users)
    administered: set[int] = set()
    for number, home in enumerate(homes):
        yield _person(number, chance)
        email = _email(number)
        if home not in administered:
            administered.add(home)
            yield {"kind": "user_role", "account": accounts[home], "user": email, "role": "Administrator"}
        else:
            yield _role(accounts[home], email, chance)
        if chance.random() < 0.1:  # noqa: PLR2004 - a second role: every tenth
            yield _role(accounts[chance.randrange(size.accounts)], email, chance)


def _email(number: int) -> str:
    first = FIRST[number % len(FIRST)].encode("ascii", "ignore").decode().lower()
    return f"{first}.{number}@people{number % 977}.example"


def _person(number: int, chance: random.Random) -> dict[str, object]:
    line: dict[str, object] = {"kind": "user", "id": _email(number)}
    line |= {"first_name": FIRST[number % len(FIRST)], "last_name": LAST[number // 7 % len(LAST)]}
    if chance.random() < 0.6:  # noqa: PLR2004 - most have a password here
        line |= {"password_hash": HASH, "signed_in": True}
    if chance.random() < 0.3:  # noqa: PLR2004 - some are known to the host by an id
        line["external_id"] = f"host-{number}"
    return line


def _role(account: str, email: str, chance: random.Random) -> dict[str, object]:
    draw = chance.random()
    line: dict[str, object] = {"kind": "user_role", "account": account, "user": email}
    for role, share in DEFAULT_SHARE:
        if draw < share:
            return line | {"role": role}
        draw -= share
    line["role"] = chance.choice(OWN_ROLES)[0]
    return line | ({"valid_until": "2031-12-31T00:00:00Z"} if chance.random() < 0.05 else {})  # noqa: PLR2004
