"""Features: what an account may use at all (ACC-9).

A feature belongs to an account, never to a user (ACC-1). The platform operator licenses features; the few in
`ADMINISTRATOR_SWITCHED` are switched by the account's own administrators.
"""

from enum import StrEnum


class Feature(StrEnum):
    """A feature flag of an account; the value is its name in estate files."""

    ACCOUNT_GROUPS = "account_groups"
    ADVANCED_USER_SECURITY = "advanced_user_security"
    ENVIRONMENTS_UNLIMITED = "environments_unlimited"
    ADVANCED_ENVIRONMENT_ACCESS = "advanced_environment_access"
    CLOUD_MANAGEMENT = "cloud_management"
    PROCESS_LIBRARY = "process_library"
    INTEGRATION_PACKS = "integration_packs"
    MULTI_INSTALL_PACKS = "multi_install_packs"
    DATA_HUB = "data_hub"
    SESSION_TIMEOUT = "session_timeout"
    PARTNER_API = "partner_api"
    API_TOKENS = "api_tokens"
    DEVELOPER = "developer"
    CASE_INSENSITIVE_FEDERATION = "case_insensitive_federation_id"

    @property
    def label(self) -> str:
        """The name people read."""
        return _TITLES[self]


_TITLES = {
    Feature.ACCOUNT_GROUPS: "Account Groups",
    Feature.ADVANCED_USER_SECURITY: "Advanced User Security",
    Feature.ENVIRONMENTS_UNLIMITED: "Unlimited Environments",
    Feature.ADVANCED_ENVIRONMENT_ACCESS: "Advanced Environment Access",
    Feature.CLOUD_MANAGEMENT: "Cloud Management",
    Feature.PROCESS_LIBRARY: "Process Library",
    Feature.INTEGRATION_PACKS: "Integration Packs",
    Feature.MULTI_INSTALL_PACKS: "Multi-install Integration Packs",
    Feature.DATA_HUB: "Data Hub",
    Feature.SESSION_TIMEOUT: "Session time-out",
    Feature.PARTNER_API: "Partner API",
    Feature.API_TOKENS: "API tokens",
    Feature.DEVELOPER: "Connector Administration",
    Feature.CASE_INSENSITIVE_FEDERATION: "Case-insensitive Federation ID",
}

ADMINISTRATOR_SWITCHED = frozenset({Feature.ADVANCED_ENVIRONMENT_ACCESS})
"""Switched by the account's administrator on the Features page; all others by the operator (ACC-9)."""
