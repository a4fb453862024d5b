"""Published processes: what cannot be published, installed, or deleted."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessNotFound(Denial):
    """No such process is in the library, or not for this account."""

    code = "process_not_found"
    rule = "PROC-4"
    sentence = "There is no such published process for this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDescriptionInvalid(Invalid):
    """A description has a limit."""

    code = "publication_description_invalid"
    rule = "PROC-2"
    place = "description"
    sentence = "The description of a publication has at most {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationNotesInvalid(Invalid):
    """Notes have a limit."""

    code = "publication_notes_invalid"
    rule = "PROC-2"
    place = "notes"
    sentence = "The notes of a publication have at most {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPublishable(Conflict):
    """Only shareable packages of processes without Process Routes and API Services can be published."""

    code = "not_publishable"
    rule = "PROC-1"
    sentence = "{component} {version} cannot be published: {why}."
    component: str
    version: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessNameTaken(Conflict):
    """Installers, and estate files, tell the processes of a publisher by their names."""

    code = "process_name_taken"
    rule = "PROC-4"
    sentence = "Another published process of this account is called “{name}”; rename this one and package it again."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyNewest(Conflict):
    """The newest publication is the one that everybody gets already."""

    code = "already_newest"
    rule = "PROC-3"
    sentence = "Publication {number} of {process} is the newest one already."
    process: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessIsShared(Conflict):
    """A published process stays while any account group carries it."""

    code = "process_is_shared"
    rule = "PROC-8"
    sentence = "{process} is published and shared with {groups}, so it cannot be deleted."
    process: str
    groups: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorsNotUsable(Conflict):
    """A process works only with its connectors."""

    code = "connectors_not_usable"
    rule = "PROC-6"
    sentence = "{process} uses connectors that cannot be used in this account: {connectors}."
    process: str
    connectors: str
