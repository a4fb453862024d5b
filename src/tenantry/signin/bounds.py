"""How often the doors of people who are not signed in may be knocked at."""

from math import ceil
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenantry.rules.vocabulary import user_key
from tenantry.runtimes.bounds import Buckets

SIGN_INS: Final = Buckets(rate=5, burst=100)
"""Attempts to sign in from one place: each costs the making of a hash."""

SIGN_ONS: Final = Buckets(rate=5, burst=100)
"""Ways to and from identity providers, from one place: each costs the making or checking of a signature."""

RESETS: Final = Buckets(rate=0.2, burst=30)
"""Links asked for, and passwords reset, from one place."""

MAILS: Final = Buckets(rate=1 / 300, burst=3)
"""Links asked for with one address, known or not, from wherever: nobody's mailbox is filled."""


def too_often(request: HttpRequest, doors: Buckets, email: str = "") -> HttpResponse | None:
    """The answer to somebody who knocks too often, else `None`. It does not depend on who is known."""
    wait = doors.wait(str(request.META.get("REMOTE_ADDR", "")))
    if not wait and email:
        wait = MAILS.wait(user_key(email))
    if not wait:
        return None
    seconds = str(max(1, ceil(wait)))
    answer = render(request, "signin/too_often.html", {"seconds": seconds}, status=429)
    answer.headers["Retry-After"] = seconds
    return answer
