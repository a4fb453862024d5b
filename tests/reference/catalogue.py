"""The privilege catalogue (chapter PRIV) typed out as the rule book prints it, cell by cell.

Nothing here is derived that the rule book states; what it leaves open is decided once, in `FEATURE_OF`.
"""

from __future__ import annotations

#: Name, then the columns Administrator, Standard User, Production Support, Support.
#: `x` = listed, `-` = not, `i` = implied only.
MATRIX = """
API                         x - - -
API_MGMT_ACCESS             x - - -
API_MGMT_APIS               x - - -
API_MGMT_APPLICATIONS       x - - -
API_MGMT_DASHBOARD          x - - -
API_MGMT_GATEWAY            x x - -
API_MGMT_ROLES              x - - -
ACCOUNT_ADMIN               x - - -
ACCOUNT_GROUP_MANAGEMENT    x - - -
ATOM_MANAGEMENT             x x x -
ATOM_MANAGEMENT_READ_ONLY   x x x -
ASSURE                      x x - x
BRANCH_CREATE_MODIFY        x x - -
BRANCH_DELETE               x x - -
BUILD_READ_ONLY             x i - -
BUILD                       x x - -
CLOUD_MANAGEMENT            x - - -
DASHBOARD                   x - - -
DEVELOPER                   x x x x
ENV_MANAGEMENT              x x - -
ENV_MANAGEMENT_FULL         - - - -
ENV_MANAGEMENT_READ_ONLY    - - - -
EXECUTE                     x x x x
INTEGRATION_PACK            x x - -
LICENSING                   x x x x
PACKAGE_MANAGEMENT          x x - -
DEPLOY                      x x x -
PERSIST_PROCESS_PROPERTY    x - - -
PROCESS_LIBRARY             x x - -
SCHEDULE_MAINTENANCE        x x x -
TRADING_PARTNER_MANAGEMENT  x x - -
USER_MANAGEMENT             x - - -
USER_MANAGEMENT_LIMITED     i - - -
VIEW_AUDIT_LOGS             x - - -
VIEW_DATA                   x x x x
VIEW_RESULT                 x x x x
CONNECTOR_SUBMISSION        x - - -
CONNECTOR_REVIEW            - - - -
EMBED                       x - - -
"""

#: Data Hub rights and the MDM roles that hold them.
MDM_MATRIX = """
MDM_ACTIVITY_REPORTING      Ad St De
MDM_BATCH_MANAGEMENT        Ad
MDM_DASHBOARD               Ad
MDM_EDIT_MODELS             Ad St De
MDM_HISTORICAL_REPORTING    Ad St De
MDM_MODEL_DEPLOYMENT        Ad St De
MDM_MODEL_REMOVAL           Ad
MDM_REPOSITORY_MANAGEMENT   Ad
MDM_SOURCE_ATTACHMENT       Ad St De
MDM_SOURCE_MANAGEMENT       Ad
MDM_STEWARDSHIP             Ad St Da Pr
MDM_STEWARDSHIP_MANAGEMENT  Ad
MDM_VIEW_DATA               Ad St Da Pr
MDM_VIEW_LOGS               Ad St De
MDM_VIEW_MODELS             Ad St Da De Vi Pr
MDM_VIEW_REPOSITORIES       Ad St Da De Vi Pr
MDM_REVEAL_MASKED_DATA      Ad Pr
"""

MDM_ROLE_NAMES = {
    "Ad": "MDM Administrator",
    "St": "MDM Standard User",
    "Da": "MDM Data Steward",
    "De": "MDM Developer",
    "Vi": "MDM View Only",
    "Pr": "MDM Privileged Data Steward",
}

_ROWS = [line.split() for line in MATRIX.strip().splitlines()]
_MDM_ROWS = [line.split() for line in MDM_MATRIX.strip().splitlines()]

MDM_PRIVILEGES = frozenset(row[0] for row in _MDM_ROWS)

#: Every built-in privilege constant.
BUILT_IN = frozenset(row[0] for row in _ROWS) | MDM_PRIVILEGES

ADMINISTRATOR = "Administrator"
STANDARD_USER = "Standard User"
PRODUCTION_SUPPORT = "Production Support"
SUPPORT = "Support"

#: The ten default roles and the privileges the tables list for them, before any implication (PRIV-2).
#: PRIV-1: Administrator also carries the MDM rights (host-defined privileges are added by the world, which knows them).
DEFAULT_ROLES: dict[str, frozenset[str]] = {
    ADMINISTRATOR: frozenset(row[0] for row in _ROWS if row[1] == "x") | MDM_PRIVILEGES,
    STANDARD_USER: frozenset(row[0] for row in _ROWS if row[2] == "x"),
    PRODUCTION_SUPPORT: frozenset(row[0] for row in _ROWS if row[3] == "x"),
    SUPPORT: frozenset(row[0] for row in _ROWS if row[4] == "x"),
    **{name: frozenset(row[0] for row in _MDM_ROWS if short in row[1:]) for short, name in MDM_ROLE_NAMES.items()},
}

#: PRIV-2: the four implications of the built-in catalogue.
IMPLIES: dict[str, frozenset[str]] = {
    "BUILD": frozenset({"BUILD_READ_ONLY"}),
    "ATOM_MANAGEMENT": frozenset({"ATOM_MANAGEMENT_READ_ONLY"}),
    "USER_MANAGEMENT": frozenset({"USER_MANAGEMENT_LIMITED"}),
    "MDM_EDIT_MODELS": frozenset({"MDM_VIEW_MODELS"}),
}

#: PRIV-3: what Environment Management overrides without being expanded into it.
PER_ENVIRONMENT = frozenset({"ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY"})

#: ROLE-17: what no custom role may carry.
NEVER_IN_A_CUSTOM_ROLE = frozenset({"USER_MANAGEMENT_LIMITED", "CONNECTOR_REVIEW"})

#: The account feature a privilege depends on (PRIV-5). Whatever is absent depends on none.
FEATURE_OF: dict[str, str] = {
    **dict.fromkeys(MDM_PRIVILEGES, "data_hub"),
    "ENV_MANAGEMENT_FULL": "advanced_environment_access",
    "ENV_MANAGEMENT_READ_ONLY": "advanced_environment_access",
    "ACCOUNT_GROUP_MANAGEMENT": "account_groups",
    "CLOUD_MANAGEMENT": "cloud_management",
    "PROCESS_LIBRARY": "process_library",
    "INTEGRATION_PACK": "integration_packs",
    "CONNECTOR_SUBMISSION": "developer",
}

#: Feature names an account line may carry.
FEATURES = frozenset(
    {
        "account_groups",
        "advanced_user_security",
        "environments_unlimited",
        "advanced_environment_access",
        "cloud_management",
        "process_library",
        "integration_packs",
        "multi_install_packs",
        "data_hub",
        "session_timeout",
        "partner_api",
        "api_tokens",
        "developer",
    }
)

#: ACC-4.
STATUSES = frozenset({"trial", "active", "suspended", "deleted", "unlimited"})

#: ENV-2: Production and Test.
CLASSIFICATIONS = frozenset({"PROD", "TEST"})
