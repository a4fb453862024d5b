"""What the product's rules say of environments and folders, in the words of scenarios: for each of its doors."""

from __future__ import annotations

from tenantry.environments.queries import accessible_environments
from tenantry.rules import answers, environments as environment_rules, folders as folder_rules
from tenantry.rules.facts import AccountFacts
from tenantry.rules.folders import Site
from tenantry.rules.places import Environment, Folder

from .questions import ActsOn, Answer, Environments, IconOf, LevelOf, Names, PermissionsOf, Word

AskedOfPlaces = Environments | LevelOf | IconOf | ActsOn | PermissionsOf
"""What is asked about somebody and the environments and folders of an account."""


def environments_as_answer(access: answers.Access | answers.Denied, facts: AccountFacts) -> Answer:
    """The environments that lists show somebody; none to those without access."""
    if isinstance(access, answers.Denied):
        return Names(())
    return Names(tuple(one.name for one in accessible_environments(access, facts)))


def level_as_answer(access: answers.Access | answers.Denied, facts: AccountFacts, place: Environment) -> Answer:
    """How far somebody administers an environment; not at all without access."""
    return Word("none" if isinstance(access, answers.Denied) else environment_rules.level(access, facts, place).value)


def icon_as_answer(access: answers.Access | answers.Denied, facts: AccountFacts, place: Folder) -> Answer:
    """The icon of a folder; to those without access every list is a lock."""
    if isinstance(access, answers.Denied):
        return Word("lock" if place.roles else "plain")
    return Word(folder_rules.icon(access, facts, place).value)


def acts_as_answer(access: answers.Access | answers.Denied, facts: AccountFacts, site: Site) -> Answer:
    """The rows of FOLD-12 that are open to somebody at a site; none without access."""
    if isinstance(access, answers.Denied):
        return Names(())
    return Names(tuple(sorted(act.value for act in folder_rules.open_acts(access, facts, site))))


def permissions_as_answer(access: answers.Access | answers.Denied, facts: AccountFacts) -> Answer:
    """Whether somebody changes folder permissions."""
    if isinstance(access, answers.Denied):
        return Word("no")
    return Word("yes" if folder_rules.manages_permissions(access, facts) is None else "no")
