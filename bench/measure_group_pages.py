"""The pages of account groups where All Accounts holds a hundred thousand accounts, against the goal of one second.

`--small` takes a hundredth; its figures say nothing about the goal.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from http import HTTPStatus

GOAL_S = 1.0
RUNS = 5


def main() -> None:
    """Make the world, open each page a few times, print."""
    accounts = 1_000 if "--small" in sys.argv else 100_000
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
    from django.contrib import auth
    from django.test import Client
    from django.urls import reverse

    from tenantry.groups.queries import all_accounts_of
    from tenantry.users.models import User

    primary, group, role, members, ada = _world(accounts)
    everybody = all_accounts_of(primary).id
    print(f"{accounts:,} accounts in All Accounts and in one more group, 1,000 people and a shared role in each group")
    client = Client(headers={"host": "127.0.0.1"})
    person = User.objects.get(pk=ada)
    session = client.session
    session[auth.SESSION_KEY], session["account"] = str(ada), primary
    session[auth.BACKEND_SESSION_KEY] = "tenantry.signin.identity.PasswordIdentity"
    session[auth.HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    user = User.objects.get(email="user5@people.example").pk
    some = members[len(members) // 2]
    pages = (
        ("All Accounts", "groups", (), {"group": everybody}),
        ("All Accounts, a search", "groups", (), {"group": everybody, "q": some[:13]}),
        ("All Accounts, people searched", "groups", (), {"group": everybody, "people": "user77"}),
        ("a group", "groups", (), {"group": group}),
        ("a group, somebody chosen", "groups", (), {"group": group, "person": str(user)}),
        ("Choose Account, a search", "group_accounts_add", (), {"group": group, "q": "Customer"}),
        ("View Account Group Membership", "account_groups", (), {"group": group, "account": some}),
        ("View Account's Assigned Users", "account_users", (), {"group": group, "account": some}),
        ("View All Account Groups", "user_groups", (user,), {"group": group}),
        ("Resources", "group_resources", (), {"group": everybody}),
        ("Why?", "why", (), {"user": "user5@people.example", "privilege": "EXECUTE", "account": some}),
        ("Switch Account", "switch_account", (), {}),
    )
    slowest = 0.0
    for title, name, parts, query in pages:
        seconds = []
        for _ in range(RUNS + 1):
            started = time.perf_counter()
            answer = client.get(reverse(name, args=parts), query)
            seconds.append(time.perf_counter() - started)
            assert answer.status_code == HTTPStatus.OK, (title, answer.status_code)
        middle = statistics.median(seconds[1:])
        slowest = max(slowest, middle)
        print(f"  {title}: median of {RUNS} {1e3 * middle:.0f} ms, the first time {1e3 * seconds[0]:.0f} ms")
    print(f"  slowest: {slowest:.3f} s, {slowest / GOAL_S:.2f} of the goal of {GOAL_S} s; role {role[:8]}")


def _world(accounts: int) -> tuple[str, str, str, list[str], int]:
    """A primary with that many accounts, all in a group as well; a thousand people in both groups; an Administrator."""
    from tenantry.accounts.commands import create_account
    from tenantry.accounts.models import Account
    from tenantry.groups.commands import create_group
    from tenantry.groups.models import GroupAccount, GroupUser, GroupUserRole
    from tenantry.groups.queries import all_accounts_of
    from tenantry.roles.commands import create_role
    from tenantry.rules.features import Feature
    from tenantry.rules.sharing import Kind
    from tenantry.rules.vocabulary import OPERATOR, RoleId
    from tenantry.sharing.commands import share
    from tenantry.store.bulk import insert_rows
    from tenantry.store.models import Revision
    from tenantry.store.revisions import raise_given
    from tenantry.users.commands import add_user
    from tenantry.users.models import User

    at = datetime.now(UTC)
    features = frozenset({Feature.ACCOUNT_GROUPS, Feature.ADVANCED_USER_SECURITY})
    primary = create_account(actor=OPERATOR, at=at, name="Primary", features=features)
    role = create_role(actor=OPERATOR, at=at, account=primary, name="R", privileges=["API", "EXECUTE"])
    group = create_group(actor=OPERATOR, at=at, account=primary, name="Everybody")
    members = [f"customer{n:06}-AAAAAA" for n in range(accounts)]
    columns = ("id", "name", "name_key", "primary_id", "features", "status", "support_access_role_id")
    security = ["advanced_user_security"]
    insert_rows(
        Account,
        columns,
        ((m, f"Customer {m}", f"customer {m}", primary, security, "active", "ADMINISTRATOR") for m in members),
    )
    insert_rows(Revision, ("scope",), ((m,) for m in members))
    insert_rows(GroupAccount, ("account_id", "group_id", "member_id"), ((primary, group, m) for m in members))
    people = [(f"user{n}@people.example", f"user{n}@people.example", "!", True) for n in range(1_000)]
    insert_rows(User, ("email", "email_key", "password", "signed_in"), people)
    everybody = all_accounts_of(primary).id
    keys = list(User.objects.order_by("id").values_list("id", flat=True))
    inside = [(primary, one, key) for one in (group, everybody) for key in keys]
    insert_rows(GroupUser, ("account_id", "group_id", "user_id"), inside)
    insert_rows(GroupUserRole, ("account_id", "group_id", "user_id", "role_id"), ((*row, "SUPPORT") for row in inside))
    share(actor=OPERATOR, at=at, account=primary, group=group, kind=Kind.ROLE, resources={role})
    raise_given([primary])
    given = frozenset({RoleId("ADMINISTRATOR")})
    ada = add_user(
        actor=OPERATOR,
        at=at,
        account=primary,
        email="ada@primary.example",
        first_name="Ada",
        last_name="X",
        roles=given,
        notify=False,
    ).user
    insert_rows(GroupUser, ("account_id", "group_id", "user_id"), [(primary, everybody, ada)])
    columns = ("account_id", "group_id", "user_id", "role_id")
    insert_rows(GroupUserRole, columns, [(primary, everybody, ada, "SUPPORT")])
    return primary, group, role, members, ada


if __name__ == "__main__":
    main()
