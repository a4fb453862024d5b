"""What has become different between a preview and its confirmation, in words."""

from collections.abc import Iterable
from typing import Final

from tenantry.rules.impact import Effect, Impact

NAMED: Final = 5
"""How many people are named."""


def difference(before: Impact, now: Impact) -> str:
    """Who is concerned now and was not, who is no more, and who differently."""
    old = {(effect.account, effect.user): effect for effect in before.effects}
    new = {(effect.account, effect.user): effect for effect in now.effects}
    parts = (
        ("concerned as well now", [new[key] for key in new.keys() - old.keys()]),
        ("no longer concerned", [old[key] for key in old.keys() - new.keys()]),
        ("concerned differently", [new[key] for key in new.keys() & old.keys() if new[key] != old[key]]),
    )
    return "; ".join(f"{words}: {_named(effects)}" for words, effects in parts if effects)


def _named(effects: Iterable[Effect]) -> str:
    ordered = sorted(effects)
    named = ", ".join(f"{effect.user} in {effect.account}" for effect in ordered[:NAMED])
    more = len(ordered) - NAMED
    return f"{named} and {more} more" if more > 0 else named
