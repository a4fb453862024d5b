"""Judging the password of somebody who enters an account by it (PWD-11 to PWD-13)."""

from tenantry.rules import refusals as no
from tenantry.rules.password_choice import PasswordShape, check_shape
from tenantry.rules.password_policy import PasswordPolicy, check_age
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId, Instant


def broken_at_entry(
    proof: Proof, shape: PasswordShape | None, chosen: Instant | None, policy: PasswordPolicy, at: Instant
) -> tuple[no.Refusal, ...]:
    """Every rule of the account's own policy, and of the baseline, that the password breaks which proved the identity.

    Whoever came by an identity provider or a passkey is asked nothing about passwords (PWD-13). `shape` is that of the
    password as it was typed at sign-in; where a session does not know it, its age alone is judged. What concerns
    choosing a password, its history and the number of resets, is no matter here. `chosen` is when it was.
    """
    if proof.by is not ProvenBy.PASSWORD:
        return ()
    too_old = check_age(policy, chosen, at)
    broken = check_shape(shape, policy) if shape is not None else ()
    return (*broken, too_old) if too_old is not None else broken


def check_password_at_entry(account: AccountId, broken: tuple[no.Refusal, ...]) -> no.PasswordMustChange | None:
    """Refuse the account to whoever has broken any rule about passwords there, until the password is another one."""
    if not broken:
        return None
    return no.PasswordMustChange(account=account, why=" ".join(one.message for one in broken))
