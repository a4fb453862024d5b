"""Every command with one use of it: what the log must say of it, and whose facts it changes.

There is a file for each subject with a table `VERBS` of its own; a new command gets its line there, a new subject its
file and its name below, and a new module of commands its name in `modules`. A test of this table fails when a command
is missing from it.
"""

from tests.store.every_command import (
    account_libraries,
    accounts,
    alerts,
    build,
    clouds,
    connectors,
    data_hub,
    groups,
    jobs,
    library,
    own_settings,
    packs,
    platform_api,
    roles,
    running,
    sessions,
    sharing,
    signing_in,
    single_sign_on,
    support,
    users,
)
from tests.store.every_command.modules import MODULES
from tests.store.every_command.verb import Verb, actor_of, commands_of
from tests.store.every_command.world import LATE, REASON, World, a_world

__all__ = ["LATE", "MODULES", "REASON", "VERBS", "Verb", "World", "a_world", "actor_of", "commands_of"]

SUBJECTS = (
    users,
    own_settings,
    signing_in,
    single_sign_on,
    sessions,
    roles,
    accounts,
    platform_api,
    groups,
    sharing,
    support,
    jobs,
    alerts,
    build,
    running,
    packs,
    connectors,
    library,
    account_libraries,
    clouds,
    data_hub,
)

VERBS: dict[str, Verb] = {name: verb for subject in SUBJECTS for name, verb in subject.VERBS.items()}
"""By the command's name."""

if len(VERBS) != sum(len(subject.VERBS) for subject in SUBJECTS):
    message = "one command stands in the tables of two subjects"
    raise AssertionError(message)
