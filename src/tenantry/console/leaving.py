"""Pages whose form goes to another house, such as an identity provider's."""

from typing import Final

from django.http import HttpResponse

_PLACE: Final = "form_goes_to"


def let_form_go_to(answer: HttpResponse, origin: str) -> None:
    """Let the form of this one page be sent to this origin, besides to the console itself."""
    setattr(answer, _PLACE, origin)


def form_goes_to(answer: HttpResponse) -> str:
    """Where the form of a page may be sent besides to the console itself; nowhere, for almost all."""
    return str(getattr(answer, _PLACE, ""))
