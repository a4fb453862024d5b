"""Every command with one use of it: what the log must say of it, and whose facts it changes.

A test of this table fails when a command is missing from it.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tenantry.accounts import commands as accounts
from tenantry.roles import commands as roles
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, RoleId, Status
from tenantry.signin import commands as signin
from tenantry.tokens import commands as tokens
from tenantry.users import commands as users
from tenantry.users import own_details
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    an_account,
    hold,
)

MODULES: tuple[ModuleType, ...] = (users, roles, accounts, signin, own_details, tokens)
"""Whose commands this table holds."""

PASSWORD = "correct horse battery"
REASON = "asked for in a letter"


@dataclass(frozen=True)
class World:
    """Two accounts. `ann` administers `here`; `bob` is Standard User here and Support there; `cy` was just invited.

    `dot` administers `there`. Each administrator has a token.
    """

    here: AccountId
    there: AccountId
    ann: Somebody
    bob: Somebody
    cy: Somebody
    dot: Somebody
    held: RoleId
    spare: RoleId
    theirs: RoleId


def a_world() -> World:
    """Made by the commands themselves."""
    features = frozenset({Feature.ADVANCED_USER_SECURITY, Feature.ACCOUNT_GROUPS, Feature.API_TOKENS})
    here, there = an_account("Here", features), an_account("There", features)
    held = a_role(here, "Held", "EXECUTE")
    ann = a_user(here, ADMINISTRATOR, email="Ann@example.com", password=PASSWORD)
    bob = a_user(here, STANDARD_USER, held, email="bob@example.com", password=PASSWORD)
    a_user(there, SUPPORT, email="bob@example.com")
    dot = a_user(there, ADMINISTRATOR, email="dot@example.com", password=PASSWORD)
    for account, who in ((here, ann), (there, dot)):
        tokens.issue_user_token(actor=who.actor, at=AT, account=account, user=who.email, name="first")
    return World(
        here=here,
        there=there,
        ann=ann,
        bob=bob,
        cy=a_user(here, STANDARD_USER, email="cy@example.com"),
        dot=dot,
        held=held,
        spare=a_role(here, "Spare", "EXECUTE", "API"),
        theirs=a_role(there, "Theirs", "EXECUTE"),
    )


@dataclass(frozen=True)
class Verb:
    """One use of a command.

    `words` are type, action and modifier of the entry, `where` the accounts that get one, `raises` the scopes whose
    revision goes up. `new` tells that the entry is in the account that comes back. `prepare` makes what it needs.
    """

    run: Callable[[World, Actor], object]
    words: tuple[str, str, str] | None
    where: tuple[str, ...] = ("here",)
    raises: tuple[str, ...] = ("here",)
    operator: bool = False
    new: bool = False
    self_service: bool = False
    reasoned: bool = True
    prepare: Callable[[World], None] | None = None


def _suspend(world: World) -> None:
    accounts.suspend_account(actor=OPERATOR, at=AT, account=world.here)


def _link(world: World) -> dict[str, str]:
    person = world.cy.row
    return {
        "person": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }


VERBS: dict[str, Verb] = {
    "add_user": Verb(
        lambda w, who: users.add_user(
            actor=who,
            at=AT,
            account=w.here,
            email="new@example.com",
            first_name="New",
            last_name="Comer",
            roles={STANDARD_USER},
            reason=REASON,
        ),
        ("user", "ADD", "NONE"),
    ),
    "change_user_roles": Verb(
        lambda w, who: users.change_user_roles(
            actor=who, at=AT, account=w.here, user=w.bob.id, roles={SUPPORT}, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "remove_user": Verb(
        lambda w, who: users.remove_user(actor=who, at=AT, account=w.here, user=w.bob.id, reason=REASON),
        ("user", "DELETE", "NONE"),
    ),
    "add_user_role": Verb(
        lambda w, who: users.add_user_role(
            actor=who, at=AT, account=w.here, user=w.bob.email, role=w.spare, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "remove_user_role": Verb(
        lambda w, who: users.remove_user_role(
            actor=who, at=AT, account=w.here, user=w.bob.id, role=STANDARD_USER, reason=REASON
        ),
        ("user", "UPDATE", "ROLE"),
    ),
    "forget_ended_grants": Verb(  # a part of remove_role, which writes the entry and raises the revision
        lambda w, _: users.forget_ended_grants(role=w.spare, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
        prepare=lambda w: hold(w.here, w.bob, w.spare, None, AT),
    ),
    "invite_again": Verb(
        lambda w, who: users.invite_again(actor=who, at=AT, account=w.here, user=w.cy.id),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        reasoned=False,
    ),
    "set_lock": Verb(
        lambda w, who: users.set_lock(actor=who, at=AT, user=w.bob.email, locked=True, reason=REASON),
        ("user", "UPDATE", "AUTHENTICATION"),
        where=("here", "there"),
        raises=("here", "there"),
        operator=True,
    ),
    "create_role": Verb(
        lambda w, who: roles.create_role(
            actor=who, at=AT, account=w.here, name="Fresh", privileges=["API"], reason=REASON
        ),
        ("role", "ADD", "NONE"),
    ),
    "edit_role": Verb(
        lambda w, who: roles.edit_role(
            actor=who, at=AT, account=w.here, role=w.held, privileges=["API"], reason=REASON
        ),
        ("role", "UPDATE", "NONE"),
    ),
    "remove_role": Verb(
        lambda w, who: roles.remove_role(actor=who, at=AT, account=w.here, role=w.spare, reason=REASON),
        ("role", "DELETE", "NONE"),
    ),
    "create_account": Verb(
        lambda _, who: accounts.create_account(actor=who, at=AT, name="Brand New", reason=REASON),
        ("account", "ADD", "NONE"),
        where=(),
        raises=(),
        operator=True,
        new=True,
    ),
    "create_managed_account": Verb(
        lambda w, who: accounts.create_managed_account(
            actor=who, at=AT, primary=w.here, name="Child", trial_ends=AT + timedelta(days=30), reason=REASON
        ),
        ("account", "ADD", "NONE"),
        where=(),
        new=True,
    ),
    "rename_account": Verb(
        lambda w, who: accounts.rename_account(actor=who, at=AT, account=w.here, name="Elsewhere", reason=REASON),
        ("account", "EDIT", "NONE"),
    ),
    "change_support_access_role": Verb(
        lambda w, who: accounts.change_support_access_role(actor=who, at=AT, account=w.here, role=None, reason=REASON),
        ("as.account.access", "EDIT", "NONE"),
    ),
    "save_account_information": Verb(
        lambda w, who: accounts.save_account_information(
            actor=who, at=AT, account=w.here, name="Here", support_access_role=None
        ),
        ("as.account.access", "EDIT", "NONE"),
        reasoned=False,
    ),
    "switch_feature": Verb(
        lambda w, who: accounts.switch_feature(
            actor=who, at=AT, account=w.here, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
    ),
    "change_account_status": Verb(
        lambda w, who: accounts.change_account_status(
            actor=who, at=AT, account=w.here, status=Status.UNLIMITED, reason=REASON
        ),
        ("account", "EDIT", "NONE"),
        operator=True,
    ),
    "suspend_account": Verb(
        lambda w, who: accounts.suspend_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "EDIT", "NONE"),
        operator=True,
    ),
    "reactivate_account": Verb(
        lambda w, who: accounts.reactivate_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "EDIT", "NONE"),
        operator=True,
        prepare=_suspend,
    ),
    "delete_account": Verb(
        lambda w, who: accounts.delete_account(actor=who, at=AT, account=w.here, reason=REASON),
        ("account", "DELETE", "NONE"),
        operator=True,
    ),
    "land": Verb(
        lambda w, _: signin.land(person=w.ann.row, at=AT),
        ("account", "ON_ENTRY", "SUCCESS"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "enter": Verb(
        lambda w, who: signin.enter(actor=who, account=w.here, at=AT),
        ("account", "ON_ENTRY", "SUCCESS"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "choose_first_password": Verb(
        lambda w, _: signin.choose_first_password(**_link(w), new=PASSWORD, again=PASSWORD, at=AT),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "change_own_details": Verb(
        lambda _, who: own_details.change_own_details(
            actor=who, first_name="A", last_name="B", time_zone="Europe/Berlin"
        ),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "change_own_email": Verb(
        lambda _, who: own_details.change_own_email(
            actor=who, at=AT, password=PASSWORD, email="anna@example.com", again="anna@example.com"
        ),
        ("user", "UPDATE", "EMAIL"),
        self_service=True,
        reasoned=False,
    ),
    "change_own_password": Verb(
        lambda _, who: own_details.change_own_password(
            actor=who, at=AT, old=PASSWORD, new="another long phrase", again="another long phrase"
        ),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "set_password": Verb(
        lambda w, _: own_details.set_password(
            person=w.ann.row, at=AT, new="another long phrase", again="another long phrase"
        ),
        ("user", "UPDATE", "AUTHENTICATION"),
        raises=(),
        self_service=True,
        reasoned=False,
    ),
    "choose_default_account": Verb(
        lambda w, who: own_details.choose_default_account(actor=who, at=AT, account=w.here),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "issue_user_token": Verb(
        lambda w, who: tokens.issue_user_token(actor=who, at=AT, account=w.here, user=w.ann.email, name="second"),
        ("user.token", "ADD", "AUTHENTICATION"),
        raises=(),
        reasoned=False,
    ),
    "issue_client_token": Verb(
        lambda w, who: tokens.issue_client_token(actor=who, at=AT, name="host", accounts=[w.there, w.here]),
        ("user.token", "ADD", "AUTHENTICATION"),
        where=("here", "there"),
        raises=(),
        operator=True,
        reasoned=False,
    ),
    "renew_hash": Verb(
        lambda w, _: own_details.renew_hash(person=w.ann.row, password=PASSWORD),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
    "note_signed_in": Verb(
        lambda w, _: own_details.note_signed_in(person=w.ann.row, at=AT),
        None,
        where=(),
        raises=(),
        self_service=True,
    ),
}
"""By the command's name."""


def a_world_for(name: str) -> World:
    """A world in which this command has something to do."""
    world, prepare = a_world(), VERBS[name].prepare
    if prepare is not None:
        prepare(world)
    return world


def actor_of(verb: Verb, world: World) -> Actor:
    """Who does it in this table."""
    return OPERATOR if verb.operator else world.ann.actor


def commands_of(module: ModuleType) -> set[str]:
    """The verbs a module defines: functions that run as one transaction, and whatever else takes an actor."""
    return {
        name
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__ and not name.startswith(("_", "check_"))
        if hasattr(member, "__wrapped__") or "actor" in inspect.signature(member).parameters
    }
