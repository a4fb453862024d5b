"""Who sees the library files of an account, and who changes them (PRIV-10)."""

from typing import Final

from tenantry.decisions.guard import require
from tenantry.rules.surfaces import ACTIONS
from tenantry.rules.vocabulary import AccountId, Actor, Instant

VIEW: Final = ("BUILD", "DEVELOPER")
"""Either one shows them: those who build use them, those who develop bring them."""

CHANGE: Final = "libraries.upload"
"""The action of `rules.surfaces.ACTIONS` that uploading is; deleting asks for the same."""

(_NEEDED,) = ACTIONS[CHANGE]


def may_change(*, actor: Actor, account: AccountId, at: Instant) -> None:
    """Prove the right to upload and to delete: Build Read and Write Access, and Developer (PRIV-10)."""
    for privilege in sorted(_NEEDED):
        require(privilege, actor=actor, account=account, at=at)
