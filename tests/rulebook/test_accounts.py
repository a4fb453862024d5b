"""Chapter ACC: accounts, their identifiers, status, trials and features; with what SUP says of the drop-down."""

from datetime import timedelta

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.accounts import (
    account_id,
    check_account_name,
    check_feature_switch,
    check_primary,
    check_trial_end,
    status_at,
    support_access_choices,
)
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.roles import available_default_roles
from tenantry.rules.users import check_user_limit
from tenantry.rules.vocabulary import Person, Status
from tests.rulebook.world import AT, EVERY_FEATURE, HERE, TICK, an_account, ask, custom, entered, names

WAYS_IN = {
    "direct": {"direct": ["ADMINISTRATOR"]},
    "group": {"outside": ["ADMINISTRATOR"]},
    "staff": {"person": Person(staff=True)},
}


def test_acc_1_features_belong_to_the_account_and_not_to_the_person() -> None:
    """A person gets features only by access to an account that has them: the same role, two accounts."""
    rich, poor = an_account(), an_account(features=[])
    for role in ("ADMINISTRATOR", "STANDARD_USER"):
        assert "INTEGRATION_PACK" in names(entered(rich, direct=[role]).privileges)
        assert "INTEGRATION_PACK" not in names(entered(poor, direct=[role]).privileges)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Doc ABC Company", "docabccompany"),
        ("  A-1 & Sons, Ltd. ", "a1sonsltd"),
        ("***", "account"),
        ("Über_Zeit", "überzeit"),
    ],
)
def test_acc_2_the_id_is_the_bare_lower_cased_name_a_hyphen_and_six_characters(name: str, stem: str) -> None:
    """The id is the lower-cased name without non-alphanumeric characters, a hyphen, and six characters."""
    assert account_id(name, "RF19QA") == f"{stem}-RF19QA"


def test_acc_2_the_id_of_a_very_long_name_keeps_its_six_characters() -> None:
    """An id has at most 255 characters, and it is the name that gives way."""
    made = account_id("n" * 255, "RF19QA")
    assert len(made) == 255
    assert made == "n" * 248 + "-RF19QA"
    assert account_id("n" * 248, "RF19QA") == made


@pytest.mark.parametrize("name", ["A", "x" * 255, " A "])
def test_acc_3_a_name_has_one_to_255_characters(name: str) -> None:
    """The Account Name is required and has at most 255 characters; any text will do."""
    assert check_account_name(name) is None


@pytest.mark.parametrize("name", ["", " ", "\t\n", "x" * 256])
def test_acc_3_a_name_that_is_missing_or_too_long_is_refused(name: str) -> None:
    """No name, nothing but blanks, or 256 characters: refused."""
    refusal = check_account_name(name)
    assert isinstance(refusal, no.AccountNameInvalid)
    assert refusal.rules == ("ACC-3",)
    assert refusal.place == "name"


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize("status", [Status.TRIAL, Status.ACTIVE, Status.UNLIMITED])
def test_acc_4_trial_active_and_unlimited_let_people_in(status: Status, way: str) -> None:
    """`trial`, `active` and `unlimited` allow entry."""
    assert isinstance(ask(an_account(status=status), **WAYS_IN[way]), Access)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.DELETED])
def test_acc_4_suspended_and_deleted_let_nobody_in(status: Status, way: str) -> None:
    """`suspended` and `deleted` allow nobody in, through any access type."""
    answer = ask(an_account(status=status), **WAYS_IN[way])  # type: ignore[arg-type]
    assert answer == no.AccountNotAvailable(account=HERE, status=status)
    assert answer.rules == ("ACC-4", "EFF-3")


def test_acc_4_there_are_five_statuses() -> None:
    """Status is one of `trial`, `active`, `suspended`, `deleted`, `unlimited`."""
    assert {status.value for status in Status} == {"trial", "active", "suspended", "deleted", "unlimited"}


def test_acc_5_only_an_account_with_account_groups_is_a_primary() -> None:
    """The feature Account Groups makes an account a primary."""
    has = check_primary(HERE, features=frozenset({Feature.ACCOUNT_GROUPS}), managed_by=None, status=Status.ACTIVE)
    lacks = check_primary(
        HERE, features=EVERY_FEATURE - {Feature.ACCOUNT_GROUPS}, managed_by=None, status=Status.ACTIVE
    )
    assert has is None
    assert isinstance(lacks, no.NotAPrimary)
    assert lacks.why == "it does not have Account Groups"


def test_acc_6_a_managed_account_manages_nobody() -> None:
    """A primary is never itself managed."""
    refusal = check_primary(HERE, features=EVERY_FEATURE, managed_by=HERE, status=Status.ACTIVE)
    assert isinstance(refusal, no.NotAPrimary)
    assert refusal.rules == ("ACC-6",)
    assert refusal.why == "it is managed itself"


def test_acc_6_nothing_is_inherited_by_being_above_an_account() -> None:
    """The only path from a primary's users into a managed account is group access: roles held above count nowhere."""
    assert ask(an_account()) == no.NoRoles(account=HERE)


@pytest.mark.parametrize(("status", "open_"), [(s, s is not Status.DELETED) for s in Status])
def test_acc_14_a_deleted_account_manages_nobody(status: Status, open_: bool) -> None:  # noqa: FBT001 - a column
    """Deleting a primary ends its groups, so it takes no new account either."""
    refusal = check_primary(HERE, features=EVERY_FEATURE, managed_by=None, status=status)
    assert (refusal is None) == open_


@pytest.mark.parametrize("ahead", [TICK, timedelta(days=1), timedelta(days=90)])
def test_acc_7_a_trial_ends_at_most_90_days_ahead(ahead: timedelta) -> None:
    """The trial expiration date is at most 90 days ahead, the ninetieth day included."""
    assert check_trial_end(AT + ahead, AT) is None


@pytest.mark.parametrize("ahead", [timedelta(0), -TICK, timedelta(days=90) + TICK, timedelta(days=-400)])
def test_acc_7_a_trial_that_has_ended_or_ends_too_late_is_refused(ahead: timedelta) -> None:
    """Not ahead at all, or the shortest time beyond 90 days: refused."""
    assert check_trial_end(AT + ahead, AT) == no.TrialEndInvalid(days=90)
    assert no.TrialEndInvalid(days=90).rules == ("ACC-7",)


@pytest.mark.parametrize("feature", list(Feature))
def test_acc_9_licensed_features_are_the_operators(feature: Feature) -> None:
    """Licensed flags are set by the operator; of those known here an administrator switches one."""
    for on in (True, False):
        assert check_feature_switch(feature, operator=True, account=HERE, managed=False, on=on) is None
        refusal = check_feature_switch(feature, operator=False, account=HERE, managed=False, on=on)
        if feature is Feature.ADVANCED_ENVIRONMENT_ACCESS:
            assert refusal is None
        else:
            assert refusal == no.FeatureNotYours(feature=feature.label)
            assert refusal.rules == ("ACC-9",)


@pytest.mark.parametrize("feature", list(Feature))
def test_acc_6_only_what_makes_a_primary_is_refused_to_a_managed_account(feature: Feature) -> None:
    """A primary is never itself managed, so Account Groups is not switched on there; off it always may be."""
    assert check_feature_switch(feature, operator=True, account=HERE, managed=True, on=False) is None
    refusal = check_feature_switch(feature, operator=True, account=HERE, managed=True, on=True)
    if feature is Feature.ACCOUNT_GROUPS:
        assert refusal == no.NotAPrimary(account=HERE, why="it is managed itself")
        assert refusal.rules == ("ACC-6",)
    else:
        assert refusal is None


def test_acc_9_every_feature_has_its_name_for_files_and_a_title_for_people() -> None:
    """Feature flags per account, by the names that estate files use."""
    assert {feature.value for feature in Feature} == {
        "account_groups",
        "case_insensitive_federation_id",
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
    assert len({feature.label for feature in Feature}) == len(Feature)


def test_acc_10_one_flag_and_no_edition_decides_about_custom_roles() -> None:
    """Advanced User Security is stored as a flag; the edition is informational and plays no part."""
    with_flag = {role.name for role in available_default_roles({Feature.ADVANCED_USER_SECURITY})}
    without = {role.name for role in available_default_roles(EVERY_FEATURE - {Feature.ADVANCED_USER_SECURITY})}
    assert with_flag >= {"Production Support", "Support"}
    assert not without & {"Production Support", "Support"}


@pytest.mark.parametrize(("linked", "limit"), [(0, None), (1_000_000, None), (0, 1), (9_999, 10_000)])
def test_acc_11_any_number_of_users_unless_the_operator_sets_a_limit(linked: int, limit: int | None) -> None:
    """Any number of users may be linked; up to the operator's limit where there is one."""
    assert check_user_limit(HERE, linked, limit) is None


@pytest.mark.parametrize(("linked", "limit"), [(1, 1), (10_000, 10_000), (10_001, 10_000), (0, 0)])
def test_acc_11_the_link_beyond_the_limit_is_refused(linked: int, limit: int) -> None:
    """The link beyond the limit fails."""
    refusal = check_user_limit(HERE, linked, limit)
    assert refusal == no.UserLimitReached(account=HERE, limit=limit)
    assert refusal.rules == ("ACC-11",)


def test_acc_12_a_trial_counts_as_suspended_from_its_end_on() -> None:
    """A trial whose expiration date has passed becomes `suspended` automatically: at that very instant."""
    assert status_at(Status.TRIAL, AT, AT - TICK) is Status.TRIAL
    assert status_at(Status.TRIAL, AT, AT) is Status.SUSPENDED
    assert status_at(Status.TRIAL, AT, AT + timedelta(days=900)) is Status.SUSPENDED
    assert status_at(Status.TRIAL, None, AT) is Status.TRIAL


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.TRIAL])
def test_acc_12_only_trials_run_out(status: Status) -> None:
    """An expiration date that a paying account still carries means nothing."""
    assert status_at(status, AT - timedelta(days=1), AT) is status


def test_acc_12_a_person_is_in_until_the_trial_ends_and_not_after() -> None:
    """The end of a trial shuts out everybody, and the answer calls the account suspended."""
    trial = an_account(status=Status.TRIAL, trial_ends=AT)
    assert isinstance(ask(trial, direct=["SUPPORT"], at=AT - TICK), Access)
    assert ask(trial, direct=["SUPPORT"], at=AT) == no.AccountNotAvailable(account=HERE, status="suspended")


def test_acc_13_lifting_a_suspension_restores_everything() -> None:
    """Suspending an account keeps all its data and assignments: the same facts under another status."""
    own = custom("r", "EXECUTE", parent="SUPPORT")
    before = ask(an_account(own), direct=["r", "SUPPORT"])
    during = ask(an_account(own, status=Status.SUSPENDED), direct=["r", "SUPPORT"])
    after = ask(an_account(own), direct=["r", "SUPPORT"])
    assert isinstance(during, no.AccountNotAvailable)
    assert before == after


OWN = (custom("ours", "EXECUTE"), custom("mine"))


def test_sup_1_the_drop_down_offers_available_default_roles_and_the_accounts_own() -> None:
    """Its choices are "--No Access--", the default roles available to the account, and its own custom roles."""
    offered = support_access_choices(frozenset({Feature.ADVANCED_USER_SECURITY}), OWN)
    assert offered == ("ADMINISTRATOR", "PRODUCTION_SUPPORT", "STANDARD_USER", "SUPPORT", "ours", "mine")


def test_sup_1_with_data_hub_its_default_roles_are_offered_too() -> None:
    """Default roles available to the account include those of Data Hub while it is on."""
    offered = support_access_choices(frozenset({Feature.ADVANCED_USER_SECURITY, Feature.DATA_HUB}), ())
    assert len(offered) == 10
    assert "MDM_DATA_STEWARD" in offered


def test_sup_2_without_advanced_user_security_two_roles_are_offered() -> None:
    """Without it only "--No Access--", Administrator and Standard User are offered."""
    rest = EVERY_FEATURE - {Feature.ADVANCED_USER_SECURITY}
    assert support_access_choices(rest, OWN) == ("ADMINISTRATOR", "STANDARD_USER")
    assert support_access_choices(frozenset(), OWN) == ("ADMINISTRATOR", "STANDARD_USER")
