"""A primary with its customers, made by the real commands: the partner example of the rule book, and a rival."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tenantry.decisions.engine import ENGINE
from tenantry.rules.answers import Access, Denied
from tenantry.rules.vocabulary import AccountId, GroupId, Instant, RoleId
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    all_accounts,
    enlist,
    somebody,
)


@dataclass(frozen=True)
class Partner:
    """`home` is the primary, `ann` its Administrator. It manages `abc`, `def_` and `ghi`; `max` administers `abc`,
    `una` is a Standard User there, `dee` administers `def_`.

    The group `services` holds `abc` and `def_`; `everybody` is All Accounts. `serv` is in both, as Standard User and as
    Support. `ned` has signed in once and is in no group. `lent` is a custom role that nobody shares or holds.
    """

    home: AccountId
    ann: Somebody
    abc: AccountId
    def_: AccountId
    ghi: AccountId
    max: Somebody
    una: Somebody
    dee: Somebody
    services: GroupId
    everybody: GroupId
    serv: Somebody
    ned: Somebody
    lent: RoleId


@dataclass(frozen=True)
class Rival:
    """Another primary: `boss` administers it, `group` holds its `member` and `gus`; `role` is one of its own."""

    home: AccountId
    boss: Somebody
    member: AccountId
    group: GroupId
    gus: Somebody
    role: RoleId


def make_partner() -> Partner:
    """Documentation and its customers."""
    home = a_primary("Documentation")
    abc, def_, ghi = (a_member(home, f"Doc {name} Company") for name in ("ABC", "DEF", "GHI"))
    serv, ned = somebody("serv@example.com"), somebody("ned@example.com")
    everybody = all_accounts(home)
    enlist(home, everybody, serv, SUPPORT)
    return Partner(
        home=home,
        ann=a_user(home, ADMINISTRATOR, email="ann@example.com"),
        abc=abc,
        def_=def_,
        ghi=ghi,
        max=a_user(abc, ADMINISTRATOR, email="max@example.com"),
        una=a_user(abc, STANDARD_USER, email="una@example.com"),
        dee=a_user(def_, ADMINISTRATOR, email="dee@example.com"),
        services=a_group(home, "Services", members=[abc, def_], people={serv: [STANDARD_USER]}),
        everybody=everybody,
        serv=serv,
        ned=ned,
        lent=a_role(home, "Lent", "EXECUTE", "VIEW_RESULT"),
    )


def make_rival() -> Rival:
    """Somebody else's world."""
    home = a_primary("Rival")
    member, gus = a_member(home, "Rival's customer"), somebody("gus@rival.example")
    role = a_role(home, "Theirs", "EXECUTE")
    return Rival(
        home=home,
        boss=a_user(home, ADMINISTRATOR, email="boss@rival.example"),
        member=member,
        group=a_group(home, "Services", members=[member], people={gus: [SUPPORT]}, shares=[role]),
        gus=gus,
        role=role,
    )


@contextmanager
def around_all_tests(blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around those of the tests of a file, in which their common world is made once."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def access(who: Somebody, account: AccountId, at: Instant = AT) -> Access | Denied:
    """How somebody is in an account."""
    return ENGINE.access(user=who.email, account=account, at=at)


def way(who: Somebody, account: AccountId, at: Instant = AT) -> tuple[str, set[str]] | str:
    """By which kind of access, with which roles; or the code of the reason why not."""
    found = access(who, account, at)
    if isinstance(found, Denied):
        return found.refusal.code
    return (found.via.value, set(found.roles))


def can(who: Somebody, account: AccountId, at: Instant = AT) -> set[str]:
    """The privileges somebody has there; none where there is no way in."""
    found, facts = access(who, account, at), ENGINE.snapshot(account)
    assert facts is not None
    return set() if isinstance(found, Denied) else set(facts.account.catalogue.names(found.privileges))
