"""The mail to administrators when somebody is locked by invalid attempts (LOCK-4)."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core.mail import EmailMessage

from tenantry.mail.delivery import deliver_apart_after_commit


def tell_of_lock_after_commit(
    email: str, administrators: Mapping[str, Iterable[str]], *, by_provider: bool = False
) -> None:
    """Tell these administrators, each with the names of their accounts, that the user of this address is locked.

    `by_provider` tells that the user signs in through identity providers alone, so that they are the ones to unlock.
    """
    body = _LOCKED_BY_PROVIDER if by_provider else _LOCKED
    deliver_apart_after_commit(
        EmailMessage(
            f"{email} is locked",
            body.format(user=email, accounts="\n".join(f"- {name}" for name in names), url=settings.BASE_URL),
            settings.DEFAULT_FROM_EMAIL,
            [administrator],
        )
        for administrator, names in administrators.items()
    )


_LOCKED = """Hello,

{user}, a user of

{accounts}

has been locked after six invalid attempts to sign in, in every account of the platform.

There is nothing for you to do: {user} unlocks the access by "Reset your password" on the sign-in page.
If the attempts were somebody else's, tell {user}.

{url}
"""

_LOCKED_BY_PROVIDER = """Hello,

{user}, who signs in through the identity provider of

{accounts}

has been locked after six invalid calls of the programming interface, in every account of the platform.

{user} has no password to reset. If you know the reason, lift the lock: choose {user} on the page User Management, and
click "Unlock User".

{url}
"""
