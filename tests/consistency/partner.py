"""What a worker process does with account groups and shares. Imported by `worker.py`, after Django is set up."""

import time
from datetime import UTC, datetime, timedelta

from tenantry.accounts import commands as accounts
from tenantry.groups import commands as groups
from tenantry.jobs.running import run_due
from tenantry.roles import commands as roles
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId, RoleId
from tenantry.sharing import commands as sharing
from tenantry.users import commands as users
from tenantry.users.models import User, UserRole

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)


def partner(name: str, email: str) -> dict[str, str]:
    """A primary with one customer in a group, a role it can share, and somebody in the group as Support."""
    features = frozenset({Feature.ADVANCED_USER_SECURITY, Feature.ACCOUNT_GROUPS})
    primary = accounts.create_account(actor=OPERATOR, at=AT, name=name, features=features)
    ends = AT + timedelta(days=30)
    member = accounts.create_managed_account(actor=OPERATOR, at=AT, primary=primary, name="Customer", trial_ends=ends)
    accounts.switch_feature(actor=OPERATOR, at=AT, account=member, feature=Feature.ADVANCED_USER_SECURITY, on=True)
    role = roles.create_role(actor=OPERATOR, at=AT, account=primary, name="R", privileges=["API"])
    group = groups.create_group(actor=OPERATOR, at=AT, account=primary, name="G")
    known = users.add_user(
        actor=OPERATOR,
        at=AT,
        account=primary,
        email=email,
        first_name="Some",
        last_name="Body",
        roles={RoleId("SUPPORT")},
        notify=False,
    )
    User.objects.filter(pk=known.user).update(signed_in=True)
    in_group(primary, group, email, ["SUPPORT"])
    return {"primary": primary, "member": member, "role": role, "group": group}


def in_group(primary: str, group: str, email: str, given: list[str]) -> int:
    """Put somebody into a group."""
    chosen = {RoleId(role) for role in given}
    return groups.add_user_to_group(
        actor=OPERATOR, at=AT, account=AccountId(primary), group=GroupId(group), email=email, roles=chosen, notify=False
    )


def out_of_group(primary: str, group: str, user: int) -> None:
    """Take somebody out of a group."""
    groups.remove_user_from_group(actor=OPERATOR, at=AT, account=AccountId(primary), group=GroupId(group), user=user)


def join(primary: str, group: str, member: str) -> None:
    """Put an account into a group."""
    groups.add_accounts_to_group(
        actor=OPERATOR, at=AT, account=AccountId(primary), group=GroupId(group), members={AccountId(member)}
    )


def leave(primary: str, group: str, member: str) -> None:
    """Take an account out of a group."""
    groups.remove_accounts_from_group(
        actor=OPERATOR, at=AT, account=AccountId(primary), group=GroupId(group), members={AccountId(member)}
    )


def share(primary: str, group: str, role: str) -> None:
    """Share a role."""
    sharing.share(
        actor=OPERATOR, at=AT, account=AccountId(primary), group=GroupId(group), kind=Kind.ROLE, resources={role}
    )


def withdraw(primary: str, group: str, role: str) -> None:
    """Withdraw a role."""
    sharing.withdraw(
        actor=OPERATOR, at=AT, account=AccountId(primary), group=GroupId(group), kind=Kind.ROLE, resource=role
    )


def support_access(account: str, role: str | None) -> None:
    """Choose the Support Access Role."""
    accounts.change_support_access_role(
        actor=OPERATOR, at=AT, account=AccountId(account), role=RoleId(role) if role else None
    )


def come_and_go(primary: str, group: str, member: str, times: int) -> list[tuple[int, int, bool]]:
    """Let an account join and leave a group as fast as it goes: when each began, when it had returned, what holds."""
    done = []
    for turn in range(times):
        begun = time.monotonic_ns()
        (join if turn % 2 == 0 else leave)(primary, group, member)
        done.append((begun, time.monotonic_ns(), turn % 2 == 0))
    return done


def share_and_withdraw(primary: str, group: str, role: str, times: int) -> int:
    """Share and withdraw as fast as it goes, ending with nothing shared."""
    for _ in range(times):
        share(primary, group, role)
        withdraw(primary, group, role)
    return times


def assign(account: str, user: int, role: str, times: int) -> dict[str, int]:
    """Try to give a role again and again, whether it is shared at the moment or not: what came of it."""
    from tenantry.rules.refusals import Refused

    came: dict[str, int] = {}
    for _ in range(times):
        try:
            users.change_user_roles(
                actor=OPERATOR,
                at=AT,
                account=AccountId(account),
                user=user,
                roles={RoleId("STANDARD_USER"), RoleId(role)},
            )
            code = "done"
        except Refused as refused:
            code = refused.refusal.code
        came[code] = came.get(code, 0) + 1
    return came


def finish(portions: int) -> int:
    """Do so many portions of what ended shares left; how many were done."""
    return run_due(AT, portions)


def held(account: str, user: int) -> list[str]:
    """The roles in the table, remains of ended shares among them."""
    return sorted(UserRole.rows.of(account).filter(user_id=user).values_list("role_id", flat=True))


JOBS = (
    partner,
    in_group,
    out_of_group,
    join,
    leave,
    share,
    withdraw,
    support_access,
    come_and_go,
    share_and_withdraw,
    assign,
    finish,
    held,
)
