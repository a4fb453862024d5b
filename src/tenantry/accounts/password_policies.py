"""What an account asks of the passwords of those who enter it: the page Password Policy (PWD-1, PWD-3, PWD-4)."""

from dataclasses import asdict

from tenantry.accounts.models import Account
from tenantry.accounts.queries import existing_account, password_policy_of
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import require
from tenantry.rules.password_policy import BASELINE, PasswordPolicy, check_policy
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def set_password_policy(
    *, actor: Actor, at: Instant, account: AccountId, policy: PasswordPolicy, reason: str = ""
) -> None:
    """Set what the account asks of passwords (PWD-1). It changes no password (PWD-11). Needs Account Administration.

    Refuses values outside their range, those from before the ranges as well (PWD-4). Decisions do not rest on it, so no
    revision is raised.
    """
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    refuse(check_policy(policy))
    old = password_policy_of(account)
    if policy == old:
        return
    now, before = asdict(policy), asdict(old)
    Account.rows.of(account).update(password_policy=now if policy != BASELINE else None)
    changes: Changes = {
        f"password_{member}": (before[member], value) for member, value in now.items() if value != before[member]
    }
    name = existing_account(account).name
    record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
