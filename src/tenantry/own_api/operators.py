"""A call of a program of the platform operator's, and what it brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from tenantry.rules.vocabulary import Actor, Instant


@dataclass(frozen=True, slots=True)
class Operator:
    """Whose token a call brings, and when. It may do what the operator does at the command line."""

    token: int
    name: str
    actor: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class OperatorAsked:
    """A call with the ids in its address and its parameters; its body is read by whoever acts."""

    operator: Operator
    request: HttpRequest
    ids: Mapping[str, str]
    query: Any = None
