"""What decisions about shared resources say no with, and what the end of a share does not let be called off."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceNotReceived(Denial):
    """The account's primary does not share the resource with it."""

    code = "resource_not_received"
    rule = "SHARE-3"
    sentence = "No account group that holds {account} carries this {kind}."
    kind: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceNotReady(Denial):
    """The resource is shared with the account, and has left the state in which it can be used."""

    code = "resource_not_ready"
    rule = "SHARE-8"
    sentence = "The {kind} {name} is shared with the account, but cannot be used: it must be {state}."
    kind: str
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceNeedsFeature(Denial):
    """The account lacks the feature without which it cannot use resources of the kind. `rule_id` tells who wants it."""

    code = "resource_needs_feature"
    rule = "SHARE-15"
    sentence = "Using this {kind} needs {feature}, which is off in {account}."
    kind: str
    feature: str
    account: str
    rule_id: str = "SHARE-15"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule that wants the feature."""
        return (self.rule_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyUse(Denial):
    """About a resource that can be shared only its use is decided."""

    code = "only_use"
    rule = "SHARE-3"
    sentence = "About this {kind} one can ask whether it may be used (USE), not for {privilege}."
    kind: str
    privilege: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfShareStays(Conflict):
    """What an ended share has left is deleted, sooner or later."""

    code = "end_of_share_stays"
    rule = "SHARE-18"
    sentence = "The end of a share cannot be called off: the assignments that it has left are deleted, not kept."
