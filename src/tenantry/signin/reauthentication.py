"""Asking an identity provider once more who somebody is, where one is set up for that (SSO-16)."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from tenantry.rules.vocabulary import AccountId

Reauthenticate = Callable[[HttpRequest, AccountId, str], HttpResponse]
"""Leads to the identity provider of an account and, when the same person comes back, to an address."""

REAUTHENTICATE: Final[list[Reauthenticate]] = []
"""The one way of asking, once the folder of single sign-on has put it here; without it a locked session of an identity
provider can only be ended.
"""


def can_reauthenticate() -> bool:
    """Whether there is a way of asking."""
    return bool(REAUTHENTICATE)


def reauthenticate(request: HttpRequest, account: AccountId, onward: str) -> HttpResponse:
    """Go and ask the identity provider of the account; `onward` is where to go on to afterwards."""
    return REAUTHENTICATE[0](request, account, onward)
