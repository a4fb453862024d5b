"""The left menu: its sections and entries in the order of the rule book, with ours between them (UI)."""

from typing import Final

from tenantry.web.shell import MENU

SETTINGS: Final = {
    "My User Settings": ["User Information", "Email Alerts", "Authentication", "Platform API Tokens", "Preferences"],
    "Account": ["Account Information", "Features", "Publisher", "Usage Agreement"],
    "Account Access": ["User Management", "Account Groups"],
    "Platform API": ["Token Management", "Trusted IP Addresses", "CORS"],
    "Security Options": ["Password Policy", "SSO Options", "Security"],
    "Development Resources": ["Account Libraries", "Developer"],
}


def test_sections_and_entries_are_in_the_order_of_the_rule_book() -> None:
    """Entries of ours stand between theirs and change no order."""
    shown = {title: [item.title for item in items] for title, items in MENU}
    assert [title for title in shown if title in SETTINGS] == list(SETTINGS)
    for title, entries in SETTINGS.items():
        assert [entry for entry in shown[title] if entry in entries] == entries
