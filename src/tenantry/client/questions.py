"""What is asked: who wants to do what to which thing, in the words of the AuthZEN Authorization API 1.0."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

import msgspec

Properties = Mapping[str, Any]
"""Anything that JSON can say, by name."""


class Subject(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asks to act: `id` is the e-mail address, or the id that the host application gave the person."""

    type: str
    id: str
    properties: Properties = {}

    @classmethod
    def user(cls, id: str, **properties: object) -> Self:
        """A person."""
        return cls("user", id, properties)


class Action(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be done: `name` is a privilege, or USE for what is shared."""

    name: str
    properties: Properties = {}


class Resource(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it is to be done to. `properties["account"]` names the account where `id` alone does not."""

    type: str
    id: str
    properties: Properties = {}

    @classmethod
    def account(cls, id: str, **properties: object) -> Self:
        """A whole account."""
        return cls("account", id, properties)

    @classmethod
    def environment(cls, id: str, account: str | None = None, **properties: object) -> Self:
        """An environment, by its id; or by its name, where `account` is given."""
        return cls("environment", id, _within(account, properties))

    @classmethod
    def folder(cls, id: str, account: str | None = None, **properties: object) -> Self:
        """A folder, by its id; or by its path, where `account` is given."""
        return cls("folder", id, _within(account, properties))

    @classmethod
    def of(cls, type: str, id: str, account: str | None = None, **properties: object) -> Self:
        """Something else: an object of the host application, or what can be shared, for `account`."""
        return cls(type, id, _within(account, properties))


def _within(account: str | None, properties: Properties) -> Properties:
    return properties if account is None else {**properties, "account": account}


class Question(msgspec.Struct, frozen=True):
    """One of many that are asked in one call. `context` is what conditions may look at, `time` the instant it is about
    (aware; now, if it is `None`).
    """

    subject: Subject | str
    action: Action | str
    resource: Resource
    context: Properties = {}
    time: datetime | None = None


class Semantic(StrEnum):
    """How many of the questions of one call are gone through."""

    EXECUTE_ALL = "execute_all"
    """All of them."""

    DENY_ON_FIRST_DENY = "deny_on_first_deny"
    """Up to the first that is denied: are all allowed?"""

    PERMIT_ON_FIRST_PERMIT = "permit_on_first_permit"
    """Up to the first that is allowed: is any?"""
