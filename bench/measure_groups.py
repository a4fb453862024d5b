"""Sharing with ten thousand accounts: withdrawing a role that a hundred thousand people hold, against the goals.

`--small` takes a fiftieth; its figures say nothing about the goals.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

WITHDRAW_MS, PREVIEW_S = 250, 2.0
"""Goals: withdrawing, its confirmation included, and listing everybody concerned."""

RUNS = 5
PER_ACCOUNT = 10


def main() -> None:
    """Make the world, measure, print."""
    accounts = 200 if "--small" in sys.argv else 10_000
    with tempfile.TemporaryDirectory(prefix="tenantry-bench-") as folder:
        os.environ["TENANTRY_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"
        os.environ.pop("TENANTRY_DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _measure(accounts)


def _measure(accounts: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tenantry.decisions.engine import ENGINE
    from tenantry.jobs.running import run_due
    from tenantry.previews.commands import make_preview
    from tenantry.previews.listing import listed
    from tenantry.rules.answers import Allowed
    from tenantry.rules.changes import ShareEnds
    from tenantry.rules.sharing import Kind
    from tenantry.rules.vocabulary import OPERATOR
    from tenantry.sharing.commands import share, withdraw

    primary, group, role, members = make_world(accounts)
    people = accounts * PER_ACCOUNT
    print(f"{accounts:,} accounts in a group, {people:,} people who hold the role it shares")
    at = datetime.now(UTC)
    change = ShareEnds(primary, group, frozenset({role}))
    previews, listings, withdrawals, decided = [], [], [], []
    chance = random.Random(3)
    asked = chance.sample(range(len(members)), min(300, len(members)))
    for _ in range(RUNS):
        for number in asked:  # whatever is kept of these accounts must not be believed afterwards
            assert isinstance(_ask(ENGINE, members[number], number), Allowed)
        seen, seconds = _timed(lambda: make_preview(actor=OPERATOR, at=at, account=primary, change=change))
        previews.append(seconds)
        assert len(seen.impact.effects) == people
        size, seconds = _timed(partial(_length, listed, primary, seen.impact))
        listings.append(seconds)
        with CaptureQueriesContext(connection) as queries:
            doing = {"actor": OPERATOR, "at": at, "account": primary, "group": group, "kind": Kind.ROLE}
            _, seconds = _timed(partial(withdraw, **doing, resource=role, confirmed=seen.confirmation))
        withdrawals.append(seconds)
        writes = [q for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
        stale = sum(isinstance(_ask(ENGINE, members[number], number), Allowed) for number in asked)
        assert stale == 0, stale
        _, seconds = _timed(lambda: [_ask(ENGINE, members[number], number) for number in asked])
        decided.append(seconds / len(asked))
        connection.force_debug_cursor = False
        _, swept = _timed(partial(run_due, at, 1_000_000))
        share(actor=OPERATOR, at=at, account=primary, group=group, kind=Kind.ROLE, resources={role})
        give_back(members, role)
    _say("preview, computed and kept", previews, PREVIEW_S)
    _say(f"the whole list, {size / 1e6:.1f} MB", listings, PREVIEW_S)
    _say("both", [one + other for one, other in zip(previews, listings, strict=True)], PREVIEW_S)
    _say("withdraw, confirmed", withdrawals, WITHDRAW_MS / 1000)
    print(f"  writes in the request: {len(writes)} statements; stale answers afterwards: {stale} of {len(asked)}")
    print(f"  deleting what it left, in portions: {swept:.1f} s; a decision afterwards {1e3 * decided[-1]:.2f} ms")


def _length(listed: Callable[..., object], *what: object) -> int:
    return sum(len(part) for part in listed(*what))  # type: ignore[attr-defined]


def _ask(engine: object, account: str, number: int) -> object:
    from tenantry.rules.vocabulary import AccountId

    return engine.decide(  # type: ignore[attr-defined]
        user=f"user{number * PER_ACCOUNT + 1}@people.example",
        privilege="EXECUTE",
        account=AccountId(account),
        at=datetime.now(UTC),
    )


def _timed(work: Callable[[], object]) -> tuple[object, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _say(what: str, seconds: list[float], goal: float) -> None:
    middle = statistics.median(seconds)
    print(
        f"  {what}: median of {len(seconds)} {middle:.3f} s (from {min(seconds):.3f} to {max(seconds):.3f}), "
        f"{middle / goal:.2f} of the goal of {goal} s"
    )


def make_world(accounts: int) -> tuple[str, str, str, list[str]]:
    """A primary with a group of so many accounts, each with ten people, all of whom hold a role that the group shares.

    One in ten of them holds a default role as well, one account in ten has a role of its own that somebody holds.
    """
    from tenantry.accounts.commands import create_account
    from tenantry.accounts.models import Account
    from tenantry.groups.commands import create_group
    from tenantry.groups.models import GroupAccount
    from tenantry.roles.commands import create_role
    from tenantry.rules.features import Feature
    from tenantry.rules.sharing import Kind
    from tenantry.rules.vocabulary import OPERATOR
    from tenantry.sharing.commands import share
    from tenantry.store.bulk import insert_rows
    from tenantry.store.models import Revision
    from tenantry.users.models import User

    at = datetime.now(UTC)
    features = frozenset({Feature.ACCOUNT_GROUPS, Feature.ADVANCED_USER_SECURITY})
    primary = create_account(actor=OPERATOR, at=at, name="Primary", features=features)
    role = create_role(actor=OPERATOR, at=at, account=primary, name="R", privileges=["API", "EXECUTE"])
    group = create_group(actor=OPERATOR, at=at, account=primary, name="Everybody")
    members = [f"customer{n:05}-AAAAAA" for n in range(accounts)]
    insert_rows(
        Account,
        ("id", "name", "name_key", "primary_id", "features", "status", "support_access_role_id"),
        (
            (m, f"Customer {m}", f"customer {m}", primary, ["advanced_user_security"], "active", "ADMINISTRATOR")
            for m in members
        ),
    )
    insert_rows(Revision, ("scope",), ((m,) for m in members))
    insert_rows(GroupAccount, ("account_id", "group_id", "member_id"), ((primary, group, m) for m in members))
    people = accounts * PER_ACCOUNT
    insert_rows(
        User,
        ("email", "email_key", "password", "signed_in"),
        ((f"user{n}@people.example", f"user{n}@people.example", "!", True) for n in range(people)),
    )
    share(actor=OPERATOR, at=at, account=primary, group=group, kind=Kind.ROLE, resources={role})
    give_back(members, role, links=True)
    return primary, group, role, members


def give_back(members: list[str], role: str, *, links: bool = False) -> None:
    """Let everybody hold the role again, as the single commands would have."""
    from django.db.models import F

    from tenantry.store.bulk import insert_rows
    from tenantry.store.models import Revision
    from tenantry.users.models import AccountUser, User, UserRole

    keys = list(User.objects.order_by("id").values_list("id", flat=True))
    pairs = [(members[n // PER_ACCOUNT], key) for n, key in enumerate(keys)]
    insert_rows(UserRole, ("account_id", "user_id", "role_id"), ((m, u, role) for m, u in pairs))
    if links:
        insert_rows(AccountUser, ("account_id", "user_id"), pairs)
        others = ((m, u, "STANDARD_USER") for n, (m, u) in enumerate(pairs) if n % PER_ACCOUNT == 0)
        insert_rows(UserRole, ("account_id", "user_id", "role_id"), others)
    Revision.objects.exclude(scope="*").update(number=F("number") + 1)


if __name__ == "__main__":
    main()
