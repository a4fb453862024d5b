"""How installed instances follow the releases of their packs: in sets, whatever their number.

An instance runs the newest release of its pack, so a release writes the pack's own row and nothing for instances that
receive it (PACK-7). What an instance runs otherwise is written when the pack moves on without it, not when its share
ends: until then it runs the newest release anyhow. From then on it is `held` at what it ran (PACK-11), until the pack
is shared with its account again: whoever lets that happen calls `resume_updates` in the same transaction.
"""

from collections.abc import Iterable

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from tenantry.packs.models import APPLIED, Pack, PackInstance, PackRelease
from tenantry.packs.received import reached
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.transaction import command

_NO_EARLY = {"early": None, "early_dropped": False}


@command
def leave_behind(*, pack: Pack, release: PackRelease, before: PackRelease | None, replaced: PackRelease | None) -> None:
    """Let the instances that do not receive a release stand where they are, just before it is complete.

    `pack` is still at `before`, its newest release. `replaced` is a pending one that it replaces: who runs that goes on
    if the pack is not shared with the account, and has received one release more than others if it is. Five statements
    at most. A part of completing a release, which holds the owner, so that no share begins or ends meanwhile.
    """
    following = PackInstance.rows.across(Crossing.PACKS_INSTALLED).filter(pack=pack, held__isnull=True)
    here, away = following.filter(reached()), following.filter(~reached())
    seen = F("counted") + pack.released - F("since")
    if replaced is not None:
        away.filter(APPLIED, early=replaced).update(held=replaced, held_version=seen + 1, **_NO_EARLY)
        here.filter(APPLIED, early=replaced).update(counted=F("counted") + 1, **_NO_EARLY)
    if before is not None:
        away.exclude(APPLIED, early=release).update(held=before, held_version=seen, **_NO_EARLY)
    following.filter(early__isnull=False).update(**_NO_EARLY)


@command
def resume_updates(
    *, primary: AccountId | str, packs: Iterable[str] | None = None, accounts: Iterable[str] | None = None
) -> None:
    """Let instances that were left behind go on with the current release where their pack is shared again (PACK-11).

    Looks at all packs of the primary, or at these, in all accounts, or in these. That is one release to the account. A
    part of whatever lets a share begin, called when that is written.
    """
    rows = PackInstance.rows.across(Crossing.PACKS_INSTALLED).filter(reached(), held__isnull=False)
    rows = rows.filter(pack__account=primary)
    if packs is not None:
        rows = rows.filter(pack__in=tuple(packs))
    narrowed = [rows] if accounts is None else [rows.filter(account__in=some) for some in portions(sorted(accounts))]
    for some_rows in narrowed:
        some_rows.update(counted=F("held_version") + 1, since=_released(), held=None, held_version=None)


def _released() -> Subquery:
    rows: QuerySet[Pack] = Pack.rows.across(Crossing.PACKS_INSTALLED).filter(Q(pk=OuterRef("pack_id")))
    return Subquery(rows.values("released")[:1])
