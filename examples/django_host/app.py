"""A host application with Django, in one file: `python app.py runserver`."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("SECRET_KEY", "only-for-this-example"),
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    MIDDLEWARE=["access.Access"],
    TENANTRY_URL=os.environ["TENANTRY_URL"],
    TENANTRY_TOKEN=os.environ["TENANTRY_TOKEN"],
)

from access import needs, open_to_all  # noqa: E402 - it reads the settings


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """A page for everybody."""
    return JsonResponse({"hello": "everybody"})


@needs("BUILD")
def components(request: HttpRequest, account: str) -> HttpResponse:
    """A page for those who build in the account."""
    return JsonResponse({"components": [f"something of {account}"]})


def forgotten(request: HttpRequest, account: str) -> HttpResponse:
    """A page of which somebody forgot to say what it needs: nobody gets it."""
    return JsonResponse({"secrets": account})


urlpatterns = [
    path("", home),
    path("accounts/<account>/components", components),
    path("accounts/<account>/forgotten", forgotten),
]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
