"""Setting the Account Usage Agreement, and noting that somebody has accepted it (AGR-1, AGR-5)."""

from dataclasses import replace

from tenantry.accounts.queries import existing_account
from tenantry.agreements.models import UsageAgreement
from tenantry.agreements.queries import agreement_of
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import require
from tenantry.rules.agreements import Agreement, check_agreement
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def set_usage_agreement(
    *, actor: Actor, at: Instant, account: AccountId, on: bool, title: str, message: str, reason: str = ""
) -> None:
    """Set the agreement that is shown at every entry from the next one on (AGR-1, AGR-2). Needs Account Administration.

    Refuses texts that are too long, and one that is on without them. Nobody who is in is interrupted; decisions do not
    rest on it, so no revision is raised.
    """
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    new = Agreement(on=on, title=title.strip(), message=message.strip().replace("\r\n", "\n"))
    refuse(check_agreement(new))
    old = agreement_of(account)
    new = replace(new, edition=old.edition + ((new.title, new.message) != (old.title, old.message)))
    if new == old:
        return
    values = {"on": new.on, "title": new.title, "message": new.message, "edition": new.edition}
    if not UsageAgreement.rows.of(account).update(**values):
        UsageAgreement.rows.of(account).bulk_create([UsageAgreement(account_id=account, **values)])
    changes: Changes = {
        f"usage_agreement_{member}": (getattr(old, member), getattr(new, member))
        for member in ("on", "title", "message")
        if getattr(old, member) != getattr(new, member)
    }
    name = existing_account(account).name
    record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def note_accepted(*, actor: Actor, at: Instant, account: AccountId, agreement: Agreement) -> None:
    """Record that somebody has accepted the agreement on the way in (AGR-5); a part of entering."""
    record(
        Act.AGREEMENT_ACCEPTED,
        actor=actor,
        account=account,
        at=at,
        container=actor.name,
        message=f"{agreement.title} (edition {agreement.edition})",
    )
