"""The mail of a user's first day: a new person chooses a password, a known one hears of the new account (USER-4)."""

from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from tenantry.mail.delivery import deliver
from tenantry.rules.vocabulary import AccountId
from tenantry.signin.links import choose_password_path
from tenantry.sso.addresses import sign_in_path
from tenantry.users.models import User


def invite_after_commit(person: User, *, account_name: str, temporary_password: str | None) -> None:
    """Send the mail once the command is committed; a command that rolls back sends none.

    A mail that cannot be delivered is logged; the user exists all the same, and the invitation can be sent again.
    """
    transaction.on_commit(
        partial(_send, person, account_name=account_name, temporary_password=temporary_password), robust=True
    )


def _send(person: User, *, account_name: str, temporary_password: str | None) -> None:
    if temporary_password is None:
        subject = f"You can now use {account_name}"
        body = _KNOWN.format(name=person.first_name or person.email, account=account_name, url=settings.BASE_URL)
    else:
        subject = f"Welcome to {account_name}"
        body = _NEW.format(
            name=person.first_name or person.email,
            account=account_name,
            link=settings.BASE_URL + choose_password_path(person),
            days=settings.PASSWORD_RESET_TIMEOUT // 86_400,
            url=settings.BASE_URL,
            email=person.email,
            password=temporary_password,
        )
    deliver(EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email]))


def welcome_after_commit(person: User, *, account: AccountId, account_name: str) -> None:
    """Tell somebody for whom the account's identity provider vouches that they can sign in; no password (USER-5)."""
    url = settings.BASE_URL + sign_in_path(account)
    body = _FEDERATED.format(name=person.first_name or person.email, account=account_name, url=url)
    message = EmailMessage(f"Welcome to {account_name}", body, settings.DEFAULT_FROM_EMAIL, [person.email])
    transaction.on_commit(partial(deliver, message), robust=True)


def tell_of_group_after_commit(person: User, *, primary: str, group: str) -> None:
    """Tell somebody that they were put into an account group, once the command is committed (GRP-11)."""
    body = _GROUP.format(name=person.first_name or person.email, primary=primary, group=group, url=settings.BASE_URL)
    message = EmailMessage(f"You are now in {group} of {primary}", body, settings.DEFAULT_FROM_EMAIL, [person.email])
    transaction.on_commit(partial(deliver, message), robust=True)


_GROUP = """Hello {name},

you have been put into the account group {group} of {primary}. Sign in as usual: the accounts it lets you enter
are in the account menu under "Switch Account...":

{url}
"""

_NEW = """Hello {name},

you have been made a user of {account}.

Choose your password here (within {days} days, once):

{link}

Or sign in at {url} as {email} with the temporary password

{password}

which you will be asked to replace by one of your own.
"""

_FEDERATED = """Hello {name},

you have been made a user of {account}. Sign in through the identity provider of your organization, where you are known
already:

{url}
"""

_KNOWN = """Hello {name},

you have been made a user of {account}. Sign in as usual, then choose it from the account menu under
"Switch Account...":

{url}
"""
