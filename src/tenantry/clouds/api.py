"""The interface of cloud clusters, under /runtime/v1/: installing, saying how they are, learning whom they serve.

What they do for an attachment goes to the same addresses as what runtimes do, with the attachment in the address.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from tenantry.clouds.calls import Cluster, calling_cluster, owner_of_token
from tenantry.clouds.clusters import install_cluster, note_cluster
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import Instant
from tenantry.runtimes import api
from tenantry.runtimes.answers import address, answered, as_json, slower
from tenantry.runtimes.calls import attachments_of, check_account
from tenantry.runtimes.messages import ClusterMessage, InstallCluster, read


@csrf_exempt
def install(request: HttpRequest) -> HttpResponse:
    """POST {token, name, version, browsing}: become a cluster of the token's cloud. The secret is told once."""

    def answer() -> object:
        if wait := api.STRANGERS.wait(address(request)):
            return slower(wait)
        at = datetime.now(UTC)
        asked = read(request.body, InstallCluster)
        owner = owner_of_token(asked.token)
        if owner is not None:
            check_account(owner, at)
        made, secret = install_cluster(
            at=at, token=asked.token, name=asked.name, version=asked.version, browsing=asked.browsing
        )
        return as_json({"cluster": made, "secret": secret}, 201)

    return answered(request, "POST", answer)


@csrf_exempt
def cluster(request: HttpRequest) -> HttpResponse:
    """POST {version, browsing}: what the cluster says of itself. The answer names its cloud."""

    def answer() -> object:
        at = datetime.now(UTC)
        found = _proven(request, at)
        if isinstance(found, HttpResponse):
            return found
        told = read(request.body or b"{}", ClusterMessage)
        note_cluster(at=at, account=found.account, cluster=found.id, version=told.version, browsing=told.browsing)
        browsing = found.browsing if told.browsing is None else told.browsing
        return {"cluster": found.id, "cloud": {"id": found.cloud, "name": found.cloud_name}, "browsing": browsing}

    return answered(request, "POST", answer)


@csrf_exempt
def attachments(request: HttpRequest) -> HttpResponse:
    """GET: the attachments to serve, 500 at a time; those that are Unavailable are not among them."""

    def answer() -> object:
        at = datetime.now(UTC)
        found = _proven(request, at)
        if isinstance(found, HttpResponse):
            return found
        rows, more = attachments_of(found.cloud, at, request.GET.get("after", ""))
        return {
            "attachments": [
                {
                    "id": row.id,
                    "name": row.name,
                    "account": row.account_id,
                    "environment": {"id": row.environment.id, "name": row.environment.name}
                    if row.environment
                    else None,
                }
                for row in rows
            ],
            "next": rows[-1].id if more else None,
        }

    return answered(request, "GET", answer)


def _proven(request: HttpRequest, at: Instant) -> Cluster | HttpResponse:
    """The cluster whose secret came with a call; the answer to one that calls too often."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    try:
        found = calling_cluster(secret.strip() if scheme.lower() == "bearer" else "", at)
    except Refused as refused:
        if isinstance(refused.refusal, no.ClusterTokenRefused) and (wait := api.STRANGERS.wait(address(request))):
            return slower(wait)
        raise
    wait = api.CALLS.wait(found.id)
    return slower(wait) if wait else found
