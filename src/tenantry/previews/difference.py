"""What has become different between a preview and its confirmation, in words."""

from collections.abc import Iterable, Iterator
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
    told = [f"{words}: {_named(effects)}" for words, effects in parts if effects]
    return "; ".join((*told, *_of_losses(before, now)))


def _of_losses(before: Impact, now: Impact) -> Iterator[str]:
    """The same of what lives by shared resources."""
    old, new = set(before.losses), set(now.losses)
    for words, losses in (("ends as well now", new - old), ("ends no longer", old - new)):
        ordered = sorted(losses)
        named = ", ".join(f"{loss.what} of {loss.name} in {loss.account}" for loss in ordered[:NAMED])
        more = f" and {len(ordered) - NAMED} more" if len(ordered) > NAMED else ""
        if ordered:
            yield f"{words}: {named}{more}"


def _named(effects: Iterable[Effect]) -> str:
    ordered = sorted(effects)
    named = ", ".join(f"{effect.user} in {effect.account}" for effect in ordered[:NAMED])
    more = len(ordered) - NAMED
    return f"{named} and {more} more" if more > 0 else named
