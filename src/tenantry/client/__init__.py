"""Asking Tenantry for decisions from a host application: over HTTP, sync and async, and embedded in its own process.

It needs the extra `tenantry[client]`, and neither Django nor a database.
"""

from tenantry.client.answers import (
    Answer as Answer,
    Evaluation as Evaluation,
    Grant as Grant,
    Opening as Opening,
    Reach as Reach,
    Reason as Reason,
)
from tenantry.client.async_client import AsyncClient as AsyncClient
from tenantry.client.async_embedded import AsyncEmbedded as AsyncEmbedded
from tenantry.client.client import Client as Client
from tenantry.client.embedded import Embedded as Embedded, Freshness as Freshness
from tenantry.client.failures import (
    CannotProve as CannotProve,
    Denied as Denied,
    Malformed as Malformed,
    NoAnswer as NoAnswer,
    NotAuthorized as NotAuthorized,
    NotUnderstood as NotUnderstood,
    TooLate as TooLate,
    Unreachable as Unreachable,
)
from tenantry.client.questions import (
    Action as Action,
    Question as Question,
    Resource as Resource,
    Semantic as Semantic,
    Subject as Subject,
)
from tenantry.client.wire import Options as Options
