"""The mail to administrators when somebody is locked by invalid attempts (LOCK-4)."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core.mail import EmailMessage

from tenantry.mail.delivery import deliver_apart_after_commit


def tell_of_lock_after_commit(email: str, administrators: Mapping[str, Iterable[str]]) -> None:
    """Tell these administrators, each with the names of their accounts, that the user of this address is locked."""
    deliver_apart_after_commit(
        EmailMessage(
            f"{email} is locked",
            _LOCKED.format(user=email, accounts="\n".join(f"- {name}" for name in names), url=settings.BASE_URL),
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
