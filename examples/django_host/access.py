"""A Django middleware that asks Tenantry before each view whether this person may do it in this account."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from tenantry.client import CannotProve, Client, NoAnswer, Resource

View = Callable[..., HttpResponse]
V = TypeVar("V", bound=View)


def needs(privilege: str) -> Callable[[V], V]:
    """Say what a view takes: this privilege in the account that its address names."""

    def mark(view: V) -> V:
        view.privilege = privilege  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: V) -> V:
    """Say that a view takes nothing."""
    view.privilege = None  # type: ignore[attr-defined]
    return view


class Access:
    """The middleware. One client serves all threads of a process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Ask the server that the settings name."""
        self.get_response = get_response
        self.client = Client(settings.TENANTRY_URL, settings.TENANTRY_TOKEN)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on to the views."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, arguments: tuple[Any, ...], names: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the view be called, or answer in its place."""
        if not hasattr(view, "privilege"):
            return JsonResponse({"reason": "This page does not say what it needs."}, status=403)
        if view.privilege is None:
            return None
        user = request.headers.get("X-Demo-User")  # the place of your sign-in: request.user.get_username()
        if not user:
            return JsonResponse({"reason": "Sign in first."}, status=401)
        try:
            answer = self.client.check(user, view.privilege, Resource.account(names["account"]))
        except CannotProve as failure:
            return JsonResponse(
                {"reason": failure.why}, status=503, headers={"Retry-After": f"{failure.retry_after:g}"}
            )
        except NoAnswer as failure:
            return JsonResponse({"reason": failure.why}, status=503)
        return None if answer.allowed else JsonResponse({"reason": answer.why_not}, status=403)
