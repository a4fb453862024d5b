"""Takes docs/console.png, the picture in the README: User Management with a person chosen, 1280 by 800, light.

    .venv/bin/python -m tests.journeys.screenshot

Run it again when the look has changed; people and company are invented.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.borders.tree import PROJECT
from tests.journeys.installation import PASSWORD, Installation, Line, running_installation
from tests.journeys.visitors import WIDE, Visitor, launch

TARGET = PROJECT / "docs" / "console.png"
LARGEST = 200_000
"""Bytes."""

ACCOUNT = "northwindtraders-RF19QA"
CUSTOM_ROLES: tuple[Line, ...] = (
    {
        "name": "Integration Developer",
        "description": "Builds processes, deploys nothing",
        "inherits": "Support",
        "privileges": ["BUILD", "PACKAGE_MANAGEMENT"],
    },
    {
        "name": "Release Manager",
        "description": "Deploys what others built",
        "inherits": "Integration Developer",
        "privileges": ["DEPLOY"],
    },
    {"name": "Auditor", "description": "Reads what happened", "privileges": ["VIEW_AUDIT_LOGS"]},
)
PEOPLE = (
    ("amelie.laurent", "Amélie", "Laurent", ("Production Support",)),
    ("chen.wei", "Wei", "Chen", ("Standard User",)),
    ("ewan.macrae", "Ewan", "MacRae", ("Integration Developer",)),
    ("ingrid.solberg", "Ingrid", "Solberg", ("Support",)),
    ("jonas.weber", "Jonas", "Weber", ("Support",)),
    ("lucia.ferrari", "Lucia", "Ferrari", ("Standard User",)),
    ("mara.lindqvist", "Mara", "Lindqvist", ("Administrator",)),
    ("noor.haddad", "Noor", "Haddad", ("Auditor",)),
    ("priya.raman", "Priya", "Raman", ("Release Manager", "Auditor")),
    ("tomas.okafor", "Tomás", "Okafor", ("Integration Developer",)),
    ("yuki.tanaka", "Yuki", "Tanaka", ("Standard User",)),
)
LOCKED, CHOSEN = "jonas.weber", "priya.raman"


def company() -> list[Line]:
    """The lines of the invented company."""
    lines: list[Line] = [
        {"kind": "account", "id": ACCOUNT, "name": "Northwind Traders", "features": ["advanced_user_security"]},
        *({"kind": "role", "account": ACCOUNT, **role} for role in CUSTOM_ROLES),
    ]
    for name, first, last, roles in PEOPLE:
        user = f"{name}@northwind.example"
        facts = {"first_name": first, "last_name": last, "signed_in": True, "locked": name == LOCKED}
        lines.append({"kind": "user", "id": user, "password": PASSWORD, **facts})
        lines += ({"kind": "user_role", "account": ACCOUNT, "user": user, "role": role} for role in roles)
    return lines


def take(installation: Installation) -> None:
    """Sign in, choose a person, and take the picture."""
    installation.load(*company())
    with sync_playwright() as playwright:
        browser = launch(playwright)
        visitor = Visitor(installation, browser.new_context(viewport=WIDE, reduced_motion="reduce"))
        visitor.sign_in("mara.lindqvist@northwind.example")
        visitor.choose_user(f"{CHOSEN}@northwind.example")
        visitor.page.mouse.move(0, 0)
        expect(visitor.page.locator(".toast")).to_have_count(0)
        visitor.page.screenshot(path=TARGET)
        browser.close()


def main() -> int:
    """Take it, and say when it is too large for a README."""
    with tempfile.TemporaryDirectory() as folder, running_installation(Path(folder)) as installation:
        take(installation)
    size = TARGET.stat().st_size
    sys.stdout.write(f"{TARGET.relative_to(PROJECT)}: {size:,} bytes\n")
    return 0 if size <= LARGEST else 1


if __name__ == "__main__":
    raise SystemExit(main())
