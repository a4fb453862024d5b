"""Why somebody may or may not do something: the page "Why?" for programs."""

from dataclasses import asdict
from typing import Annotated, Final

from msgspec import Meta, Struct

from tenantry.decisions.asking import Asker, explained, question
from tenantry.decisions.explanation import Explanation as Found
from tenantry.own_api.bodies import Strict
from tenantry.own_api.endpoints import Asked, Endpoint
from tenantry.own_api.problems import Fault, Place


class Question(Strict):
    """What is asked: about a privilege, in the account or in a place of it, or about a resource."""

    privilege: Annotated[str, Meta(max_length=255, description="The privilege asked about")] = ""
    user: Annotated[str, Meta(max_length=254, description="The person asked about; the caller where left out")] = ""
    account: Annotated[str, Meta(max_length=255, description="An account that this one manages")] = ""
    environment: Annotated[str, Meta(max_length=200, description="The environment asked about, by id")] = ""
    folder: Annotated[str, Meta(max_length=200, description="The folder asked about, by id")] = ""
    resource: Annotated[str, Meta(max_length=300, description="The resource asked about, as kind:id")] = ""


class Grant(Struct, kw_only=True):
    """A role that gives the privilege, with the path of roles to it; `through` is the privilege that implies it."""

    via: str
    path: list[str]
    through: str
    validity: str
    groups: list[str]
    owner: str
    shared: bool


class HeldRole(Struct, kw_only=True):
    """A role that the person holds and that does not help."""

    name: str
    via: str
    validity: str


class Way(Struct, kw_only=True):
    """Acts that together would allow it, decided with them done.

    `gains` is how many privileges they bring, `loses` whether others go.
    """

    acts: list[str]
    gains: int
    loses: bool


class Explanation(Struct, kw_only=True):
    """A decision with the path to it, or what stood in the way and what would help."""

    allowed: bool
    account: str
    user: str
    privilege: str
    rules: list[str]
    reason: str
    grants: list[Grant]
    held: list[HeldRole]
    cap: str
    feature: str
    carriers: list[str]
    ways: list[Way]
    shares: list[str]
    opening: str
    reach: str
    resource: str


def explanation(asked: Asked) -> Explanation:
    """The answer to a question; people may ask about whom the page lets them ask about."""
    call, sent = asked.call, asked.query
    if bool(sent.privilege) == bool(sent.resource):
        what = "One of privilege and resource has to be given"
        raise Fault(422, "parameter_invalid", f"{what}.", [Place(what, parameter="privilege")])
    asker = Asker(call.actor, call.account, call.held, call.at)
    meant = question(
        asker,
        user=sent.user,
        privilege=sent.privilege,
        account=sent.account,
        environment=sent.environment,
        folder=sent.folder,
        resource=sent.resource,
    )
    found = explained(asker, meant)
    if found is None:
        what = "It has the form kind:id, with a kind that can be shared"
        raise Fault(
            422, "parameter_invalid", f"The resource is not accepted: {what}.", [Place(what, parameter="resource")]
        )
    return _told(found, account=meant.account, user=meant.user, privilege=meant.privilege)


def _told(found: Found, *, account: str, user: str, privilege: str) -> Explanation:
    return Explanation(
        allowed=found.allowed,
        account=account,
        user=user,
        privilege=privilege,
        rules=list(found.rules),
        reason=found.reason,
        grants=[Grant(**asdict(one)) for one in found.grants],
        held=[HeldRole(**asdict(one)) for one in found.held],
        cap=found.cap,
        feature=found.feature,
        carriers=list(found.carriers),
        ways=[Way(acts=list(one.sentences), gains=one.gains, loses=one.loses) for one in found.ways],
        shares=list(found.shares),
        opening=found.opening,
        reach=found.reach,
        resource=found.resource,
    )


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="explanations",
        act=explanation,
        query=Question,
        gives=Explanation,
        summary="Why somebody may or may not do something, or use a resource",
    ),
)
"""What is asked here."""
