"""Worlds for tests of pages: two accounts and their people, made with the real commands; and signing them in."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import auth
from django.test import Client

from tenantry.accounts.commands import create_account
from tenantry.roles.commands import create_role
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.users.commands import add_user
from tenantry.users.models import User

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
PASSWORD = "Correct-Horse-9"


@dataclass(frozen=True, slots=True)
class House:
    """An account with an administrator, somebody with an empty role, and one custom role besides."""

    account: AccountId
    administrator: int
    bystander: int
    role: RoleId


def make_house(name: str) -> House:
    """Make the account and its people; addresses carry the account's name."""
    account = create_account(actor=OPERATOR, at=AT, name=name, features=frozenset({Feature.ADVANCED_USER_SECURITY}))
    empty = create_role(actor=OPERATOR, at=AT, account=account, name="Nothing at all")
    role = create_role(actor=OPERATOR, at=AT, account=account, name="Operations", privileges=["EXECUTE"])
    people = [
        add_user(
            actor=OPERATOR,
            at=AT,
            account=account,
            email=f"{first.lower()}@{name.lower()}.example",
            first_name=first,
            last_name=name,
            roles={held},
            notify=False,
        ).user
        for first, held in (("Ada", RoleId("ADMINISTRATOR")), ("Bo", empty))
    ]
    return House(account, people[0], people[1], role)


def signed_in(user: int, account: str) -> Client:
    """A browser in which this person is signed in and in this account."""
    client = Client(headers={"host": "127.0.0.1"})
    person = User.objects.get(pk=user)
    session = client.session
    session[auth.SESSION_KEY] = str(user)
    session[auth.BACKEND_SESSION_KEY] = "tenantry.signin.identity.PasswordIdentity"
    session[auth.HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account"] = account
    session.save()
    return client
