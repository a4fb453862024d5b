"""Using a resource: whether an account may use a cloud, connector, role, process, pack or model, and by which share.

What a primary shares comes to accounts, hence to everybody in them who holds the privilege that using it needs
(CONF-24). Nothing is decided from anything but the state at the time of the question (SHARE-6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind, Resource
from tenantry.rules.vocabulary import AccountId

USE: Final = "USE"
"""The action that decisions about resources are asked for."""

NEEDED: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.CLOUD: ("ATOM_MANAGEMENT",),  # attaching (CLOUD-5)
    Kind.CONNECTOR: ("BUILD",),  # making components with it (12.8)
    Kind.ROLE: ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED"),  # giving it to users (SHARE-12, USER-13)
    Kind.PROCESS: ("BUILD",),  # installing (PROC-5)
    Kind.INTEGRATION_PACK: ("DEPLOY",),  # installing and attaching (PACK-8)
    Kind.MODEL: ("MDM_EDIT_MODELS",),  # copying (MODEL-2)
}
"""The privileges of which somebody holds one to use a resource in an account."""

_CONDITIONS: Final = {
    Kind.ROLE: (Feature.ADVANCED_USER_SECURITY, "SHARE-15"),
    Kind.MODEL: (Feature.DATA_HUB, "MODEL-2"),
}
"""The feature that an account needs to use what it receives, and the rule that wants it (the table of 12.8)."""


FEATURES: Final[Mapping[Kind, Feature]] = {kind: feature for kind, (feature, _) in _CONDITIONS.items()}
"""The feature that an account needs to use resources of a kind, its own ones included."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a resource comes to an account.

    `groups` are the account groups of the account's primary that hold it and carry the resource, All Accounts first.
    `usable` tells whether its state lets accounts use what they receive, `everybody` that it is there for all (CONN-5,
    PROC-4).
    """

    resource: Resource
    groups: tuple[str, ...] = ()
    usable: bool = True
    everybody: bool = False

    def told(self, account: AccountId) -> tuple[str, str]:
        """In a sentence, and by which rule; of what can be used."""
        one = self.resource.kind.words.one
        if self.resource.owner == account:
            return f"The {one} {self.resource.name} is {account}'s own.", "ACC-1"
        if self.groups:
            through = ", ".join(self.groups)
            groups = "account group" if len(self.groups) == 1 else "account groups"
            return (
                f"The {one} {self.resource.name} of {self.resource.owner} is shared through the {groups} {through}.",
                "SHARE-3",
            )
        if self.resource.kind is Kind.PROCESS:
            return f"The {one} {self.resource.name} is published by the platform operator for everybody.", "PROC-4"
        return f"The {one} {self.resource.name} of {self.resource.owner} is public.", "CONN-5"


def usable(
    reach: Reach | None,
    asked: tuple[Kind, str],
    *,
    account: AccountId,
    primary: AccountId | None,
    on: Iterable[Feature],
) -> Reach | no.Denial:
    """Judge whether an account can use a resource at all, whoever asks. `asked` is its kind and id, `on` the account's
    features, `primary` who manages it.

    Somebody else's resource that does not reach the account is as unknown as one that is not there (API-8).
    """
    kind, key = asked
    if reach is None or reach.resource.owner not in {account, primary}:
        if reach is None or not reach.everybody:
            return no.UnknownResource(type=kind.value, id=key)
        return reach
    if kind in _CONDITIONS:
        feature, rule = _CONDITIONS[kind]
        if feature not in frozenset(on):
            return no.ResourceNeedsFeature(kind=kind.words.one, feature=feature.label, account=account, rule_id=rule)
    if reach.resource.owner == account or reach.everybody:
        return reach
    if not reach.groups:
        return no.ResourceNotReceived(kind=kind.words.one, account=account)
    if not reach.usable:
        return no.ResourceNotReady(kind=kind.words.one, name=reach.resource.name, state=kind.words.state)
    return reach
