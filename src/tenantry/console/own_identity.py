"""What one proves oneself by, in every account, is changed only by whoever has proven it here (USER-14)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from tenantry.console.visit import visit_of
from tenantry.rules.refusals import refuse
from tenantry.rules.sign_on import check_own_identity

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def proven_here(view: View[P]) -> View[P]:
    """Not for sessions of an identity provider; put it under `signed_in`.

    An account's provider vouches for people in that account. Its administrators could say that they are anybody whom
    they have added; a passkey made in such a session would open all accounts of that person.
    """

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        refuse(check_own_identity(visit_of(request).proof))
        return view(request, *args, **kwargs)

    return page
