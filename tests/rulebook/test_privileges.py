"""Chapter PRIV: the catalogue cell by cell, what implies what, and which feature a privilege needs."""

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.inheritance import resolve
from tenantry.rules.privileges import BUILT_IN, BUILT_IN_NAMES, PLATFORM, Catalogue, Privilege
from tenantry.rules.roles import DEFAULT_ROLES, check_role_privileges, default_roles
from tenantry.rules.vocabulary import RoleId
from tests.rulebook.world import ELSEWHERE, EVERY_FEATURE, an_account, ask, custom, entered, names

# Columns: Administrator, Standard User, Production Support, Support. i = held by implication, not listed.
TABLE = """
API Access                              | API                        | x | - | - | -
API Management - Access                 | API_MGMT_ACCESS            | x | - | - | -
API Management - APIs                   | API_MGMT_APIS              | x | - | - | -
API Management - Applications           | API_MGMT_APPLICATIONS      | x | - | - | -
API Management - Dashboard              | API_MGMT_DASHBOARD         | x | - | - | -
API Management - Gateway                | API_MGMT_GATEWAY           | x | x | - | -
API Management - Roles                  | API_MGMT_ROLES             | x | - | - | -
Account Administration                  | ACCOUNT_ADMIN              | x | - | - | -
Account Group Management                | ACCOUNT_GROUP_MANAGEMENT   | x | - | - | -
Runtime Management                      | ATOM_MANAGEMENT            | x | x | x | -
Runtime Management Read Access          | ATOM_MANAGEMENT_READ_ONLY  | x | x | x | -
Assure                                  | ASSURE                     | x | x | - | x
Branch Create & Modify Access           | BRANCH_CREATE_MODIFY       | x | x | - | -
Branch Delete Access                    | BRANCH_DELETE              | x | x | - | -
Build Read Access                       | BUILD_READ_ONLY            | x | i | - | -
Build Read and Write Access             | BUILD                      | x | x | - | -
Cloud Management                        | CLOUD_MANAGEMENT           | x | - | - | -
Dashboard                               | DASHBOARD                  | x | - | - | -
Developer                               | DEVELOPER                  | x | x | x | x
Environment Management                  | ENV_MANAGEMENT             | x | x | - | -
Environment Management Full Access      | ENV_MANAGEMENT_FULL        | - | - | - | -
Environment Management Read Access      | ENV_MANAGEMENT_READ_ONLY   | - | - | - | -
Execute                                 | EXECUTE                    | x | x | x | x
Integration Pack                        | INTEGRATION_PACK           | x | x | - | -
Licensing                               | LICENSING                  | x | x | x | x
Packaged Component Management           | PACKAGE_MANAGEMENT         | x | x | - | -
Packaged Component Deployment           | DEPLOY                     | x | x | x | -
Persisted Process Properties            | PERSIST_PROCESS_PROPERTY   | x | - | - | -
Process Library                         | PROCESS_LIBRARY            | x | x | - | -
Scheduling                              | SCHEDULE_MAINTENANCE       | x | x | x | -
Trading Partner Management              | TRADING_PARTNER_MANAGEMENT | x | x | - | -
User Management                         | USER_MANAGEMENT            | x | - | - | -
User Management - Limited               | USER_MANAGEMENT_LIMITED    | i | - | - | -
View Audit Logs                         | VIEW_AUDIT_LOGS            | x | - | - | -
View Data                               | VIEW_DATA                  | x | x | x | x
View Results                            | VIEW_RESULT                | x | x | x | x
Connector Submission                    | CONNECTOR_SUBMISSION       | x | - | - | -
Connector Review                        | CONNECTOR_REVIEW           | - | - | - | -
Widget Management                       | EMBED                      | x | - | - | -
"""
COLUMNS = ("ADMINISTRATOR", "STANDARD_USER", "PRODUCTION_SUPPORT", "SUPPORT")
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]

MDM_TABLE = """
Activity Reporting     | Ad St De
Batch Management       | Ad
Dashboard              | Ad
Edit Models            | Ad St De
Historical Reporting   | Ad St De
Model Deployment       | Ad St De
Model Removal          | Ad
Repository Management  | Ad
Source Attachment      | Ad St De
Source Management      | Ad
Stewardship            | Ad St Da Pr
Stewardship Management | Ad
View Data              | Ad St Da Pr
View Logs              | Ad St De
View Models            | Ad St Da De Vi Pr
View Repositories      | Ad St Da De Vi Pr
Reveal Masked Data     | Ad Pr
"""
MDM_COLUMNS = {
    "Ad": "MDM Administrator",
    "St": "MDM Standard User",
    "Da": "MDM Data Steward",
    "De": "MDM Developer",
    "Vi": "MDM View Only",
    "Pr": "MDM Privileged Data Steward",
}
MDM_ROWS = [[cell.strip() for cell in line.split("|")] for line in MDM_TABLE.strip().splitlines()]
MDM = {"MDM_" + right.upper().replace(" ", "_"): holders.split() for right, holders in MDM_ROWS}

NEEDS = {
    **dict.fromkeys(MDM, Feature.DATA_HUB),
    "ENV_MANAGEMENT_FULL": Feature.ADVANCED_ENVIRONMENT_ACCESS,
    "ENV_MANAGEMENT_READ_ONLY": Feature.ADVANCED_ENVIRONMENT_ACCESS,
    "ACCOUNT_GROUP_MANAGEMENT": Feature.ACCOUNT_GROUPS,
    "CLOUD_MANAGEMENT": Feature.CLOUD_MANAGEMENT,
    "PROCESS_LIBRARY": Feature.PROCESS_LIBRARY,
    "INTEGRATION_PACK": Feature.INTEGRATION_PACKS,
    "CONNECTOR_SUBMISSION": Feature.DEVELOPER,
}

IMPLICATIONS = {
    "BUILD": {"BUILD_READ_ONLY"},
    "ATOM_MANAGEMENT": {"ATOM_MANAGEMENT_READ_ONLY"},
    "USER_MANAGEMENT": {"USER_MANAGEMENT_LIMITED"},
    "MDM_EDIT_MODELS": {"MDM_VIEW_MODELS"},
}


def carried(role: str, catalogue: Catalogue = PLATFORM) -> set[str]:
    """What a default role resolves to."""
    return names(resolve(RoleId(role), default_roles(catalogue), catalogue).mask, catalogue)


def test_priv_1_the_catalogue_is_the_table() -> None:
    """Every privilege of the table, and no other, in its order, under its display name."""
    assert [(p.title, p.name) for p in BUILT_IN if p.name not in MDM] == [(row[0], row[1]) for row in ROWS]
    assert {p.name: p.title for p in BUILT_IN if p.name in MDM} == {
        name: "MDM - " + right for (right, _), name in zip(MDM_ROWS, MDM, strict=True)
    }
    assert frozenset(row[1] for row in ROWS) | frozenset(MDM) == BUILT_IN_NAMES
    assert len(BUILT_IN) == 39 + 17
    assert not any(privilege.host for privilege in BUILT_IN)
    assert names(PLATFORM.everything) == BUILT_IN_NAMES
    assert PLATFORM.everything.bit_count() == len(BUILT_IN)


@pytest.mark.parametrize("column", range(4))
@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_priv_1_each_cell_of_the_matrix(row: list[str], column: int) -> None:
    """A default role carries a privilege exactly where the matrix has x or (i)."""
    assert (row[1] in carried(COLUMNS[column])) == (row[2 + column] in {"x", "i"})


@pytest.mark.parametrize("column", [1, 2, 3])
def test_priv_1_what_the_matrix_lists_is_listed(column: int) -> None:
    """What is held through implication alone is not listed for the role, what has an x is."""
    [role] = [role for role in DEFAULT_ROLES if role.id == COLUMNS[column]]
    assert sorted(role.privileges) == sorted(row[1] for row in ROWS if row[2 + column] == "x")


@pytest.mark.parametrize("role", COLUMNS[1:])
def test_priv_1_data_hub_rights_are_not_in_the_other_default_roles(role: str) -> None:
    """Data Hub rights are held by Administrator and by the roles of Data Hub alone."""
    assert not carried(role) & set(MDM)


@pytest.mark.parametrize("short", MDM_COLUMNS)
def test_priv_1_each_column_of_the_data_hub_table(short: str) -> None:
    """A Data Hub role carries exactly the rights of its column."""
    [role] = [role for role in DEFAULT_ROLES if role.name == MDM_COLUMNS[short]]
    assert carried(role.id) == {right for right, holders in MDM.items() if short in holders}
    assert set(role.privileges) == carried(role.id)


def test_priv_1_there_are_four_default_roles_and_six_of_data_hub() -> None:
    """No default role beside those of the two tables."""
    assert [role.name for role in DEFAULT_ROLES] == [
        "Administrator",
        "Standard User",
        "Production Support",
        "Support",
        *MDM_COLUMNS.values(),
    ]


def test_priv_1_administrator_carries_everything_but_three() -> None:
    """Every privilege, except the two per-environment ones and Connector Review."""
    missing = {"ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY", "CONNECTOR_REVIEW"}
    assert carried("ADMINISTRATOR") == BUILT_IN_NAMES - missing


def test_priv_1_administrator_has_data_hub_rights_only_while_it_is_on() -> None:
    """Including the MDM rights when Data Hub is on."""
    on = names(entered(an_account(features=[Feature.DATA_HUB]), direct=["ADMINISTRATOR"]).privileges)
    off = names(entered(an_account(features=EVERY_FEATURE - {Feature.DATA_HUB}), direct=["ADMINISTRATOR"]).privileges)
    assert set(MDM) <= on
    assert not set(MDM) & off


def test_priv_1_administrator_carries_what_the_host_platform_defines() -> None:
    """Administrators hold the host platform's own privileges too; no other default role does."""
    catalogue = Catalogue([Privilege("shop:refund", "Refund", "", host=True)])
    holders = [role for role in COLUMNS if "shop:refund" in carried(role, catalogue)]
    assert holders == ["ADMINISTRATOR"]


@pytest.mark.parametrize("name", sorted(BUILT_IN_NAMES))
def test_priv_2_each_privilege_implies_what_the_rule_says_and_no_more(name: str) -> None:
    """Four implications; every other privilege stands alone."""
    assert names(PLATFORM.close(PLATFORM.mask([name]))) == {name} | IMPLICATIONS.get(name, set())


def test_priv_2_implications_are_applied_until_nothing_changes() -> None:
    """A chain of implications is followed to its end, and a circle of them ends."""
    catalogue = Catalogue(
        [
            Privilege("a", "A", "", implies=("b",)),
            Privilege("b", "B", "", implies=("c", "BUILD")),
            Privilege("c", "C", "", implies=("a",)),
        ]
    )
    assert names(catalogue.close(catalogue.mask(["c"])), catalogue) == {"a", "b", "c", "BUILD", "BUILD_READ_ONLY"}


def test_priv_2_the_other_direction_is_not_implied() -> None:
    """Read access gives no write access."""
    for strong, weak in IMPLICATIONS.items():
        assert strong not in names(PLATFORM.close(PLATFORM.mask(weak)))


def test_priv_2_who_holds_a_privilege_is_found_with_what_implies_it() -> None:
    """The privilege itself first, then those whose holder has it as well."""
    assert PLATFORM.implying("BUILD_READ_ONLY") == ("BUILD_READ_ONLY", "BUILD")
    assert PLATFORM.implying("BUILD") == ("BUILD",)


def test_priv_3_environment_management_is_not_expanded() -> None:
    """It overrides both per-environment privileges without being expanded into them."""
    role = custom("r", "ENV_MANAGEMENT")
    assert names(entered(an_account(role), direct=["r"]).privileges) == {"ENV_MANAGEMENT"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("VIEW_DATA", "VIEW_RESULT"),
        ("DEPLOY", "PACKAGE_MANAGEMENT"),
        ("ACCOUNT_ADMIN", "USER_MANAGEMENT"),
        ("ENV_MANAGEMENT", "ATOM_MANAGEMENT"),
    ],
)
def test_priv_4_privileges_granted_separately_imply_each_other_in_no_direction(one: str, other: str) -> None:
    """No implication between the four pairs."""
    for here, there in ((one, other), (other, one)):
        assert there not in names(entered(an_account(custom("r", here)), direct=["r"]).privileges)


@pytest.mark.parametrize("name", sorted(BUILT_IN_NAMES))
def test_priv_5_which_feature_a_privilege_needs(name: str) -> None:
    """A privilege is active exactly when the account has its feature, and all others do not matter."""
    needed = NEEDS.get(name)
    assert name in names(PLATFORM.active([needed] if needed else []))
    without = EVERY_FEATURE - {needed} if needed else frozenset()
    assert (name in names(PLATFORM.active(without))) == (needed is None)


@pytest.mark.parametrize("way", ["direct", "outside"])
def test_priv_5_a_privilege_whose_feature_is_off_is_inert_whatever_role_carries_it(way: str) -> None:
    """Default, custom or shared: the role keeps carrying it, and nothing comes of it."""
    ours, theirs = custom("ours", "CLOUD_MANAGEMENT"), custom("theirs", "CLOUD_MANAGEMENT", account=ELSEWHERE)
    off = an_account(ours, theirs, shared=["theirs"], features=EVERY_FEATURE - {Feature.CLOUD_MANAGEMENT})
    on = an_account(ours, theirs, shared=["theirs"])
    for role in ("ours", "theirs", "ADMINISTRATOR"):
        without, with_it = entered(off, **{way: [role]}), entered(on, **{way: [role]})  # type: ignore[arg-type]
        assert "CLOUD_MANAGEMENT" in names(without.carried)
        assert "CLOUD_MANAGEMENT" not in names(without.privileges)
        assert "CLOUD_MANAGEMENT" in names(with_it.privileges)


def test_priv_5_what_an_inert_privilege_implies_stays_if_its_own_feature_is_on() -> None:
    """Implications are applied before features: each privilege is judged by its own feature."""
    catalogue = Catalogue([Privilege("host", "Host", "", Feature.DATA_HUB, implies=("EXECUTE",))])
    account = an_account(custom("r", "host", catalogue=catalogue), features=[], catalogue=catalogue)
    assert names(entered(account, direct=["r"]).privileges, catalogue) == {"EXECUTE"}


def test_priv_11_somebody_whose_roles_carry_nothing_gets_in() -> None:
    """A person with roles but an empty effective privilege set can enter the account."""
    empty = ask(an_account(custom("tag")), direct=["tag"])
    inert = ask(an_account(features=[]), direct=["MDM_VIEW_ONLY"])
    for access in (empty, inert):
        assert isinstance(access, Access)
        assert names(access.privileges) == set()


@pytest.mark.parametrize("name", sorted(BUILT_IN_NAMES))
def test_role_17_two_privileges_never_go_into_a_custom_role(name: str) -> None:
    """User Management - Limited and, being platform staff's, Connector Review; every other privilege may."""
    refusal = check_role_privileges([name], PLATFORM)
    if name in {"USER_MANAGEMENT_LIMITED", "CONNECTOR_REVIEW"}:
        assert refusal == no.PrivilegeNotForCustomRoles(privilege=name)
        assert refusal.rules == ("ROLE-17",)
    else:
        assert refusal is None


def test_role_18_the_list_holds_every_privilege_whose_feature_is_on() -> None:
    """The list "Additional Available Privileges" holds the catalogue by the account's features."""
    everything = {p.name for p in PLATFORM.offered(EVERY_FEATURE)}
    nothing = {p.name for p in PLATFORM.offered([])}
    assert everything == BUILT_IN_NAMES - {"USER_MANAGEMENT_LIMITED", "CONNECTOR_REVIEW"}
    assert nothing == everything - set(NEEDS)


def test_role_18_the_per_environment_privileges_appear_only_with_their_feature() -> None:
    """The two per-environment privileges appear only while Advanced Environment Access is on."""
    two = {"ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY"}
    assert two <= {p.name for p in PLATFORM.offered([Feature.ADVANCED_ENVIRONMENT_ACCESS])}
    rest = EVERY_FEATURE - {Feature.ADVANCED_ENVIRONMENT_ACCESS}
    assert not two & {p.name for p in PLATFORM.offered(rest)}


def test_role_18_host_privileges_are_listed_after_the_built_in_ones() -> None:
    """The catalogue of an installation is the built-in one and, by name, what the host platform defines."""
    catalogue = Catalogue([Privilege("z", "Z", "", host=True), Privilege("b", "B", "", host=True)])
    assert [p.name for p in catalogue.offered([])][-2:] == ["b", "z"]
    assert "z" in catalogue
    assert "z" not in PLATFORM
