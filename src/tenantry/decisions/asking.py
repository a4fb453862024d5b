"""Asking why: about whom and where somebody may ask, the same at the page and in the interface."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from tenantry.accounts.queries import account_row
from tenantry.build.queries import folder_with_id
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.explanation import Explanation, explain, explain_use
from tenantry.decisions.guard import facts_of
from tenantry.environments.queries import environment_in
from tenantry.rules.answers import Denied
from tenantry.rules.places import Environment, Folder
from tenantry.rules.refusals import FolderNotFound, Refused, UnknownAccount
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant, user_key

ABOUT_OTHERS: Final = ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED", "ACCOUNT_GROUP_MANAGEMENT")
"""Whoever has one of these may ask about other people here."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, from which account, with which privileges there."""

    actor: Actor
    account: AccountId
    privileges: AbstractSet[str]
    at: Instant


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, where and about whom; a resource is asked about instead of a privilege."""

    user: str
    account: AccountId
    privilege: str = ""
    environment: Environment | None = None
    folder: Folder | None = None
    resource: tuple[Kind, str] | None = None


def question(
    asker: Asker,
    *,
    user: str = "",
    privilege: str = "",
    account: str = "",
    environment: str = "",
    folder: str = "",
    resource: str = "",
) -> Question:
    """What somebody asks: about themselves always, about others with the right to manage people here.

    The account is the asker's own or, for those who manage account groups, one that it manages; any other is refused as
    if it were not there. `resource` is written as `kind:id`; what is not written so is none. Folders are there for
    those who can open Build (FOLD-3).
    """
    mine = asker.actor.user or ""
    where = _account(asker, account or asker.account)
    about = (user or mine).strip()[:254]
    if user_key(about) != mine:
        _may_ask_about_others(asker)
    place = environment_in(facts_of(where), environment[:200]) if environment else None
    kind, _, key = resource[:300].partition(":")
    return Question(
        user=about,
        account=where,
        privilege=privilege[:255],
        environment=place,
        folder=_folder(asker, where, folder[:200]),
        resource=(Kind(kind), key) if kind in set(Kind) and key else None,
    )


def explained(asker: Asker, asked: Question) -> Explanation | None:
    """The answer; nothing where neither a privilege nor a resource is asked about."""
    if asked.resource is not None:
        kind, key = asked.resource
        found = explain_use(user=asked.user, kind=kind, resource=key, account=asked.account, at=asker.at)
        # Whose resource it is has not shown it to this account, so that it is not told how it could be shared.
        return found if asked.account != asker.account else replace(found, shares=())
    if not asked.privilege:
        return None
    place = asked.folder or asked.environment
    return explain(user=asked.user, privilege=asked.privilege, account=asked.account, at=asker.at, place=place)


def _folder(asker: Asker, account: AccountId, asked: str) -> Folder | None:
    if not asked:
        return None
    if account != asker.account or "BUILD_READ_ONLY" not in asker.privileges:
        raise Refused(FolderNotFound())
    return folder_with_id(account, asked)


def _account(asker: Asker, named: str) -> AccountId:
    if named == asker.account:
        return asker.account
    row = account_row(named)
    if row is None or row.primary != asker.account or "ACCOUNT_GROUP_MANAGEMENT" not in asker.privileges:
        raise Refused(UnknownAccount(account=named))
    return row.id


def _may_ask_about_others(asker: Asker) -> None:
    if not asker.privileges.isdisjoint(ABOUT_OTHERS):
        return
    user = asker.actor.user or ""
    decision = ENGINE.decide(user=user, privilege=ABOUT_OTHERS[0], account=asker.account, at=asker.at)
    if isinstance(decision, Denied):
        raise Refused(decision.refusal)
