"""Where workers share the tests, the files that take longest are begun first.

Otherwise one worker is left alone with a long file at the end, and the other waits for minutes. A worker gets whole
files, in the order in which the tests are collected; what is not named here follows, in random order as ever, and fills
up the rest evenly. The order need not be exact: whoever writes a file that takes more than some five seconds names it
among those that take as long (`--durations=0` tells). What measures how long something takes is not among the first:
while those run, `make test` has the types checked, and the machine is crowded.
"""

from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
LONGEST: Final = (
    "console/test_isolation.py",
    "journeys/test_accessibility.py",
    "console/test_routes.py",
    "reference/test_worlds.py",
    "command_line/test_commands.py",
    "console/test_page_queries.py",
    "store/test_impact_previews.py",
    "reference/test_machine.py",
    "command_line/test_failures.py",
    "consistency/test_nodes.py",
    "consistency/test_job_processes.py",
    "store/test_revisions.py",
    "console/test_packs.py",
    "journeys/test_build.py",
    "console/test_build.py",
    "store/access_api/test_random_questions.py",
    "clients/test_fuzzing.py",
    "consistency/test_two_processes.py",
    "scenarios/test_scenarios.py",
    "journeys/test_large_estates.py",
    "journeys/test_account_groups.py",
    "consistency/test_sharing_processes.py",
    "store/test_isolation.py",
    "store/test_tokens.py",
    "journeys/test_reporting.py",
    "reference/test_lifecycles.py",
    "journeys/test_clouds.py",
    "borders/test_contracts.py",
    "borders/test_rule_evidence.py",
    "journeys/test_connectors.py",
    "journeys/test_settings_and_audit.py",
    "store/test_sharing_commands.py",
    "clients/test_client.py",
    "clients/test_alone.py",
    "journeys/test_losing_access.py",
    "console/test_environments.py",
    "store/test_packs.py",
    "journeys/test_integration_packs.py",
    "journeys/test_what_is_refused.py",
    "consistency/test_migrations_of_data.py",
    "command_line/test_estate_loads.py",
    "journeys/test_second_factors.py",
    "journeys/test_first_sign_in.py",
    "journeys/test_process_library.py",
    "journeys/test_a_custom_role.py",
    "estate/test_exporting.py",
    "content/test_store.py",
    "store/access_api/test_searches_are_complete.py",
    "store/access_api/test_searches_of_all_kinds.py",
    "journeys/test_single_sign_on.py",
    "journeys/test_openid.py",
    "journeys/test_uploading.py",
    "journeys/test_passwords.py",
    "reference/test_life_scenarios.py",
    "clients/test_own_api.py",
    "store/platform_api/test_branch_and_process.py",
    "journeys/test_a_busy_store.py",
    "journeys/test_sessions.py",
    "journeys/test_separation_of_duty.py",
    "journeys/test_without_javascript.py",
    "journeys/test_switching_accounts.py",
    "console/test_previews.py",
    "command_line/test_doctor.py",
    "store/test_connector_versions.py",
    "console/test_sessions.py",
    "console/test_deploy.py",
    "consistency/test_head.py",
    "store/test_audit.py",
    "store/platform_api/test_account_group.py",
    "reference/test_conditions.py",
    "consistency/test_kept_lists.py",
    "command_line/test_nursery.py",
    "borders/test_rulebook_stands_alone.py",
    "journeys/test_finding_people.py",
)
"""Files, those that take longest first."""

_PLACE: Final = {TESTS / name: place for place, name in enumerate(LONGEST)}


def sort(items: list[pytest.Item]) -> None:
    """Put the tests of these files first; the order within files stays, and that of all others."""
    items.sort(key=lambda item: _PLACE.get(item.path, len(LONGEST)))
