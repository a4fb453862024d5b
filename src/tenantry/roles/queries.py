"""Reads of roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from tenantry.roles.models import Role
from tenantry.rules import roles as law, vocabulary as v
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.privileges import Catalogue
from tenantry.rules.vocabulary import AccountId, RoleId
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page
from tenantry.store.prepared import prepared

RoleRow = Role
"""A custom role as stored; only this folder's commands write one."""


@dataclass(frozen=True, slots=True)
class CustomRole:
    """A custom role as stored; `privileges` are its own, without what it inherits."""

    id: RoleId
    account: AccountId
    name: str
    description: str
    parent: RoleId | None
    privileges: tuple[str, ...]


def custom_roles(account: AccountId | str) -> tuple[CustomRole, ...]:
    """The account's own custom roles, by name (SHARE-14 leaves shared ones out)."""
    return tuple(
        CustomRole(
            RoleId(key), AccountId(owner), name, description, RoleId(parent) if parent else None, tuple(privileges)
        )
        for key, owner, name, description, parent, privileges in _custom_role_columns(account)
    )


@prepared
def _custom_role_columns(account: AccountId | str) -> QuerySet[Role, Any]:
    rows = Role.rows.of(account).order_by("name_key")
    return rows.values_list("id", "account_id", "name", "description", "parent_id", "privileges")


def own_role_facts(roles: tuple[CustomRole, ...], catalogue: Catalogue) -> dict[RoleId, v.Role]:
    """These custom roles as facts under `catalogue`.

    A privilege the catalogue does not know any more is left out: it cannot be held.
    """
    return {
        role.id: v.Role(
            role.id,
            role.name,
            role.account,
            catalogue.mask(name for name in role.privileges if name in catalogue),
            role.parent,
            role.description,
        )
        for role in roles
    }


def owner_of_role(role: RoleId | str) -> AccountId | None:
    """Whose custom role this is; `None` for default roles and unknown ids."""
    owner = Role.rows.across(Crossing.ROLE_BY_ID).filter(id=role).values_list("account_id", flat=True).first()
    return AccountId(owner) if owner else None


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role that can be assigned in an account. `shared` ones get the suffix where people choose (UI-1)."""

    id: RoleId
    name: str
    description: str
    shared: bool = False


def assignable_roles(facts: AccountFacts, features: frozenset[Feature]) -> tuple[RoleChoice, ...]:
    """What the Add/Maintain User Roles dialog offers: default roles available, then own custom ones, then those that
    the account receives, each by name (ROLE-20, SHARE-12). Without Advanced User Security only the first (SHARE-15).
    """
    defaults = sorted(law.available_default_roles(features), key=lambda role: role.name)
    choices = [RoleChoice(role.id, role.name, role.description) for role in defaults]
    if Feature.ADVANCED_USER_SECURITY in features:
        choices += [RoleChoice(role.id, role.name, role.description) for role in facts.own_roles()]
        choices += [RoleChoice(role.id, role.name, role.description, shared=True) for role in facts.shared_roles()]
    return tuple(choices)


def custom_roles_page(account: AccountId | str, search: str = "", place: str = "") -> tuple[Page[Role], int]:
    """One page of the account's custom roles by name, and how many match the search."""
    rows = Role.rows.of(account)
    for word in search.casefold().split():
        rows = rows.filter(Q(name_key__contains=word) | Q(description__icontains=word))
    return keyset_page(rows, ("name_key",), place), rows.count()


def names_of_roles(account: AccountId | str, roles: Iterable[str]) -> dict[str, str]:
    """The names of those of these roles that are the account's own."""
    return dict(Role.rows.of(account).filter(id__in=tuple(roles)).values_list("id", "name"))


def roles_besides(
    account: AccountId | str, search: str, besides: Iterable[str], limit: int
) -> tuple[list[tuple[str, str]], int]:
    """The first of the account's custom roles by name, some left out: (id, name); and how many match the search."""
    rows = Role.rows.of(account).exclude(id__in=tuple(besides))
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return list(rows.order_by("name_key", "id").values_list("id", "name")[:limit]), rows.count()


def roles_of(account: AccountId | str) -> QuerySet[Role]:
    """The account's own custom roles, for lists that filter and page on their own."""
    return Role.rows.of(account)
