"""Who may change schedules in an environment: one gate for the commands and for the pages that offer them (PRIV-9)."""

from typing import Final

from tenantry.decisions.guard import Permit, require_in
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.surfaces import ACTIONS
from tenantry.rules.vocabulary import AccountId, Actor, EnvironmentId, Instant, Source

[_IN_CONSOLE] = ACTIONS["schedules.edit_in_console"]
_BY_API: Final = tuple(sorted(name for alternative in ACTIONS["schedules.edit_by_api"] for name in alternative))


def require_schedules(environment: EnvironmentId, *, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """Find the rights to change schedules in an environment: Scheduling and Runtime Management, of which either is
    enough for who comes through an interface (PRIV-9). Both count as the environment leaves them (ENV-16, ENV-18).

    Refuses as `require_in` does.
    """
    if actor.source is Source.API:
        return require_in(environment, *_BY_API, actor=actor, account=account, at=at)
    *_, permit = (require_in(environment, name, actor=actor, account=account, at=at) for name in sorted(_IN_CONSOLE))
    return permit


def why_not(environment: EnvironmentId, *, actor: Actor, account: AccountId, at: Instant) -> Refusal | None:
    """Why somebody changes no schedules in an environment; `None` for who may."""
    try:
        require_schedules(environment, actor=actor, account=account, at=at)
    except Refused as refused:
        return refused.refusal
    return None
