"""The facts of an account as embedded clients read them: the halves of `rules.facts`, cut to what reaches the account.

`tenantry.client.snapshots` reads what is written here, and holds nothing that it does not understand to the last word.
So whatever is added here, and whatever changes in the rules that decide on it, takes another `FORMAT`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import json

from tenantry.rules.decide import Snapshot
from tenantry.rules.facts import Given, Inside, User
from tenantry.rules.privileges import Catalogue
from tenantry.rules.vocabulary import Person, Role, RoleGrant, RoleId, UserKey

FORMAT: Final = 1


def handed_out(snapshot: Snapshot, revision: int) -> bytes:
    """The facts of a snapshot as JSON, with the number of the write that they are as of.

    Privileges go by name: a mask has more bits than a number of JSON.
    """
    account, inside = snapshot.account, snapshot.inside
    if inside is None:
        raise ValueError(account.id)
    catalogue = account.catalogue
    host = (one for one in catalogue.definitions.values() if one.host)
    return json.encode(
        {
            "format": FORMAT,
            "revision": revision,
            "account": account.id,
            "catalogue": list(catalogue.bits),
            "privileges": [
                {
                    "name": one.name,
                    "title": one.title,
                    "allows": one.allows,
                    "feature": one.feature,
                    "implies": one.implies,
                    "for_custom_roles": one.for_custom_roles,
                }
                for one in host
            ],
            "inside": _inside(inside, catalogue),
            "given": _given(account.given, snapshot, catalogue),
        }
    )


def _inside(inside: Inside, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "status": inside.status,
        "active": catalogue.names(inside.active),
        "support_access": inside.support_access,
        "trial_ends": inside.trial_ends,
        "membership": sorted(inside.membership),
        "roles": _roles(inside.own, catalogue),
        "users": [_user(one) for one in inside.users],
        "temporary": [_user(User(key, None, person, grants)) for key, (person, grants) in inside.temporary.items()],
        "environments": [
            {"id": one.id, "name": one.name, "classification": one.classification, "roles": sorted(one.roles)}
            for one in inside.environments.values()
        ],
    }


def _given(given: Given | None, snapshot: Snapshot, catalogue: Catalogue) -> dict[str, Any]:
    """Of the primary's groups those that hold the account, and of its people those of these groups."""
    if given is None or given.owner is None:
        return {}
    external = {key: id for id, key in given.by_external_id.items()}
    groups = snapshot.account.groups
    people = dict.fromkeys(user for group in groups for user in group.users)
    return {
        "owner": given.owner,
        "roles": _roles(given.roles.own, catalogue),
        "groups": [
            {
                "id": one.id,
                "name": one.name,
                "everywhere": one.everywhere,
                "users": {user: _grants(grants) for user, grants in one.users.items()},
                "shares": sorted(one.shares),
            }
            for one in groups
        ],
        "people": [_person(user, external.get(user), given.people[user]) for user in people],
    }


def _roles(roles: Mapping[RoleId, Role], catalogue: Catalogue) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "account": one.account,
            "own": catalogue.names(one.own),
            "parent": one.parent,
        }
        for one in roles.values()
    ]


def _user(user: User) -> list[Any]:
    return [*_person(user.key, user.external_id, user.person), _grants(user.direct)]


def _person(key: UserKey, external_id: str | None, person: Person) -> list[Any]:
    return [key, external_id, person.locked, person.staff, person.properties]


def _grants(grants: Iterable[RoleGrant]) -> list[list[Any]]:
    return [_grant(one) for one in grants]


def _grant(grant: RoleGrant) -> list[Any]:
    return [grant.role, grant.validity.starts, grant.validity.ends, grant.group, grant.condition]
