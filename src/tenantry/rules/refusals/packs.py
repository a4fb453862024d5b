"""Integration packs: what publishers put into them and release, what customers install, attach and update."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class PackNotFound(Denial):
    """The account has no such integration pack, be it its own or one that reaches it."""

    code = "pack_not_found"
    rule = "PACK-8"
    sentence = "There is no such integration pack for this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceNotFound(Denial):
    """The account has installed no such instance."""

    code = "instance_not_found"
    rule = "PACK-8"
    sentence = "There is no such installed integration pack in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class PackComponentNotFound(Denial):
    """The pack does not hold the component."""

    code = "pack_component_not_found"
    rule = "PACK-12"
    sentence = "There is no such component in this integration pack."


@dataclass(frozen=True, slots=True, kw_only=True)
class PackNameInvalid(Invalid):
    """An integration pack needs a name."""

    code = "pack_name_invalid"
    rule = "PACK-1"
    place = "name"
    sentence = "An integration pack needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackDescriptionInvalid(Invalid):
    """Descriptions have a limit."""

    code = "pack_description_invalid"
    rule = "PACK-1"
    place = "description"
    sentence = "The description of an integration pack has at most {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTypeUnknown(Invalid):
    """A pack is of one of two types."""

    code = "pack_type_unknown"
    rule = "PACK-1"
    place = "type"
    sentence = "An integration pack is Single Attachment or Multiple Attachments, not {type!r}."
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDayInvalid(Invalid):
    """A dated release lies ahead."""

    code = "release_day_invalid"
    rule = "PACK-4"
    place = "day"
    sentence = "Choose a day from {first} on, as the calendar in {zone} has it: releases run in the night it begins."
    first: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceNameInvalid(Invalid):
    """Each instance of a pack with Multiple Attachments has a name of its own."""

    code = "instance_name_invalid"
    rule = "PACK-8"
    place = "name"
    sentence = "Each installation of this integration pack needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackNameTaken(Conflict):
    """People and estate files tell the packs of an account apart by name."""

    code = "pack_name_taken"
    rule = "PACK-1"
    sentence = "This account has an integration pack named {name} already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotForPacks(Conflict):
    """The component or its package has no place in such a pack."""

    code = "not_for_packs"
    rule = "PACK-2"
    sentence = "{component} cannot be put into this integration pack: {why}."
    component: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyInPack(Conflict):
    """A pack holds one package of a component."""

    code = "already_in_pack"
    rule = "PACK-2"
    sentence = "{component} is in this integration pack already."
    component: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInPack(Conflict):
    """What is said of a component concerns packs that hold it."""

    code = "not_in_pack"
    rule = "PACK-2"
    sentence = "{pack} holds no component {component}."
    component: str
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackNameFixed(Conflict):
    """By call only packs with Single Attachment are renamed."""

    code = "pack_name_fixed"
    rule = "PACK-1"
    sentence = "{pack} has Multiple Attachments, and such an integration pack is not renamed by call."
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFull(Conflict):
    """A pack has a limit."""

    code = "pack_full"
    rule = "PACK-2"
    sentence = "An integration pack holds at most {limit} packages."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToRelease(Conflict):
    """The pack holds just what has been released, or nothing at all."""

    code = "nothing_to_release"
    rule = "PACK-3"
    sentence = "There is nothing to release in {pack}: {why}."
    pack: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePending(Conflict):
    """Only one update of a pack can be pending."""

    code = "update_pending"
    rule = "PACK-5"
    sentence = "An update of {pack} is pending for {day}. Until then a further one can only be released immediately."
    pack: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoUpdatePending(Conflict):
    """There is no dated release to change or to apply."""

    code = "no_update_pending"
    rule = "PACK-5"
    sentence = "No update of {pack} is pending."
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReleaseStays(Conflict):
    """A dated release is moved or replaced by its publisher, and never dropped."""

    code = "pending_release_stays"
    rule = "PACK-5"
    sentence = "The release of {pack} on {day} cannot be called off: its publisher can move it, or release at once."
    pack: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTaken(Conflict):
    """An account takes a pending update early once."""

    code = "update_taken"
    rule = "PACK-6"
    sentence = "The pending update of {pack} has been applied here. The next one comes when its release is complete."
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRuntimeForUpdate(Conflict):
    """An early update is tried out somewhere."""

    code = "no_runtime_for_update"
    rule = "PACK-5"
    sentence = "Attach {pack} to an environment that has a runtime first: the update is tried out there."
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFrozen(Conflict):
    """The pack is no longer shared with the account; what is installed keeps running."""

    code = "pack_frozen"
    rule = "PACK-11"
    sentence = "{pack} is no longer shared with this account: what is installed keeps running and takes no updates."
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyInstalled(Conflict):
    """A pack with Single Attachment is installed once in an account."""

    code = "already_installed"
    rule = "PACK-8"
    sentence = "{pack} is installed in this account, and once is all it can be."
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceNameTaken(Conflict):
    """Instances of a pack are told apart by name."""

    code = "instance_name_taken"
    rule = "PACK-8"
    sentence = "{pack} is installed under the name {name} already."
    pack: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackAlreadyAttached(Conflict):
    """An instance is attached to an environment once."""

    code = "pack_already_attached"
    rule = "PACK-8"
    sentence = "{pack} is attached to {environment} already."
    pack: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacksAttached(Conflict):
    """An environment that integration packs are attached to stays."""

    code = "packs_attached"
    rule = "ENV-6"
    sentence = "{environment} has integration packs attached and cannot be deleted: {packs}. Detach them first."
    environment: str
    packs: str
