"""What the pages about calls of the platform API read of their addresses."""

from typing import Final

from django.http import HttpRequest

LONGEST: Final = 18
"""Digits of a number that an address may name."""


def asked_number(request: HttpRequest, name: str) -> int:
    """The number that the address names; 0, which no row has, for anything else."""
    told = request.GET.get(name, "")
    return int(told) if told.isdecimal() and len(told) <= LONGEST else 0
