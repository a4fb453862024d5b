"""What every page of the console shows around its content: the account's name, the menu, who is signed in."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tenantry.accounts.queries import account_row
from tenantry.alerts.shown import shown_notices
from tenantry.console.idle import lock_facts, lock_times
from tenantry.console.visit import Visit
from tenantry.rules.features import Feature
from tenantry.sessions.store import LOCKS


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the left menu; shown to people with one of `privileges`, to everybody if there are none.

    `besides` is a privilege that it takes as well, `feature` one that the account must have.
    `staff` is for people of the platform's support staff alone.
    `beneath` names further pages that belong to it, such as those of its other tabs.
    """

    title: str
    url: str
    privileges: tuple[str, ...] = ()
    demo: bool = False
    staff: bool = False
    beneath: tuple[str, ...] = ()
    besides: str = ""
    feature: Feature | None = None


MENU: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "My User Settings",
        (
            Item("User Information", "user_information"),
            Item("Email Alerts", "own_alerts"),
            Item("Authentication", "authentication"),
            Item("Platform API Tokens", "own_tokens", ("API",), feature=Feature.API_TOKENS),
            Item("Sessions", "own_sessions"),
            Item("Preferences", "preferences"),
            Item("Support Access", "support_requests", staff=True),
            Item("Connector Reviews", "connector_reviews", staff=True),
        ),
    ),
    (
        "Account",
        (
            Item("Account Information", "account_information", ("ACCOUNT_ADMIN",)),
            Item("Features", "features", ("ACCOUNT_ADMIN",)),
            Item("Account Notifications", "notices", ("ACCOUNT_ADMIN",)),
            Item("Publisher", "publisher", ("ACCOUNT_ADMIN",)),
            Item("Usage Agreement", "usage_agreement", ("ACCOUNT_ADMIN",)),
            Item("Audit Log", "audit_log", ("VIEW_AUDIT_LOGS",)),
        ),
    ),
    (
        "Account Access",
        (
            Item("User Management", "users", ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED"), beneath=("roles",)),
            Item("Account Groups", "groups", ("ACCOUNT_GROUP_MANAGEMENT",)),
        ),
    ),
    (
        "Platform API",
        (
            Item("Token Management", "tokens", ("ACCOUNT_ADMIN",), besides="API", feature=Feature.API_TOKENS),
            Item("Trusted IP Addresses", "trusted_addresses", ("ACCOUNT_ADMIN",)),
            Item("CORS", "origins", ("ACCOUNT_ADMIN",)),
        ),
    ),
    (
        "Security Options",
        (
            Item("Password Policy", "password_policy", ("ACCOUNT_ADMIN",)),
            Item("SSO Options", "sso_options", ("ACCOUNT_ADMIN",), feature=Feature.ADVANCED_USER_SECURITY),
            Item("Security", "security", ("ACCOUNT_ADMIN",)),
        ),
    ),
    (
        "Development Resources",
        (
            Item("Account Libraries", "account_libraries", ("BUILD", "DEVELOPER")),
            Item("Developer", "developer", ("DEVELOPER",)),
        ),
    ),
    (
        "Build",
        (
            Item("Build", "build", ("BUILD_READ_ONLY", "BUILD")),
            Item("Connectors", "connectors", ("BUILD_READ_ONLY", "BUILD")),
            Item("Browse Process Library", "library", ("BUILD_READ_ONLY", "BUILD")),
        ),
    ),
    (
        "Deploy",
        (
            Item("Packages", "packages", ("PACKAGE_MANAGEMENT", "DEPLOY")),
            Item("Deployments", "deployments", ("DEPLOY", "PACKAGE_MANAGEMENT")),
            Item("Integration Packs", "installed_packs", ("DEPLOY", "ATOM_MANAGEMENT")),
        ),
    ),
    (
        "Manage",
        (
            Item("Dashboard", "dashboard", ("DASHBOARD",)),
            Item("Process Reporting", "reporting", ("VIEW_RESULT",)),
            Item("Process Library", "library_manage", ("PROCESS_LIBRARY",)),
            Item("Runtime Management", "runtime_management", ("ATOM_MANAGEMENT", "ATOM_MANAGEMENT_READ_ONLY")),
            Item("Cloud Management", "clouds", ("CLOUD_MANAGEMENT",)),
            Item("Integration Packs", "packs", ("INTEGRATION_PACK",)),
            Item("Leaks", "leaks", ("ENV_MANAGEMENT", "USER_MANAGEMENT")),
        ),
    ),
    (
        "Data Hub",
        (
            Item("Models", "models", ("MDM_VIEW_MODELS",)),
            Item("Repositories", "repositories", ("MDM_VIEW_REPOSITORIES",)),
        ),
    ),
    ("Demo", (Item("Outbox", "outbox", demo=True),)),
)
"""The left menu by section; entries without the needed privilege are not shown."""


def _current(path: str) -> Item | None:
    """The entry whose pages the address is one of; the longest address that fits decides."""
    fitting = [
        (len(prefix), item)
        for _, items in MENU
        for item in items
        for prefix in map(reverse, (item.url, *item.beneath))
        if path.startswith(prefix)
    ]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def _shown(item: Item, visit: Visit, features: AbstractSet[Feature]) -> bool:
    if (item.demo and not settings.DEMO) or (item.staff and not visit.person.staff):
        return False
    if (item.feature and item.feature not in features) or (item.besides and item.besides not in visit.privileges):
        return False
    return not item.privileges or bool(visit.privileges & set(item.privileges))


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of the shell; empty for people who are not signed in."""
    visit = getattr(request, "visit", None)
    if not isinstance(visit, Visit):
        return {}
    row = account_row(visit.account)
    features = row.features if row else frozenset()
    current = _current(request.path)
    menu = [
        {
            "title": title,
            "entries": [
                {"title": item.title, "url": reverse(item.url), "current": item is current}
                for item in items
                if _shown(item, visit, features)
            ],
        }
        for title, items in MENU
    ]
    person = visit.person
    locks = {**lock_facts(request, person, visit.proof), **lock_times()} if request.session.get(LOCKS) else {}
    return {
        **locks,
        "stamp": visit.stamp,
        "current_account": {"id": visit.account, "name": row.name if row else visit.account},
        "current_user": {
            "name": f"{person.first_name} {person.last_name}".strip() or person.email,
            "email": person.email,
        },
        "account_notices": shown_notices(visit),
        "menu": [section for section in menu if section["entries"]],
    }
