"""USER-12, USER-17, ENTRY-4: who is in the list of users, and what happens to a session whose access has gone."""

import pytest

from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.store import revisions
from tenantry.users import commands as users
from tenantry.users.models import UserRole
from tenantry.users.queries import UserFilters, users_page
from tests.console.people import signed_in
from tests.store.factories import ADMINISTRATOR, AT, STANDARD_USER, SUPPORT, TICK, Somebody, a_user, an_account, hold

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(here, ADMINISTRATOR, email="ann@example.com")


def listed(account: AccountId, show: str) -> list[str]:
    """The addresses on the first page under this filter."""
    return [user.email for user in users_page(account, UserFilters(show=show), AT)[0].rows]


def test_user_12_somebody_without_any_role_stays_in_the_list_and_is_found(here: AccountId, ann: Somebody) -> None:
    """In the list, and under "Users Without Roles": with no grant, or with none in force just now."""
    bob, cy, dee = (a_user(here, SUPPORT, email=f"{name}@example.com") for name in ("bob", "cy", "dee"))
    UserRole.rows.of(here).filter(user_id=bob.id).delete()
    hold(here, cy, SUPPORT, None, AT)
    hold(here, dee, SUPPORT, AT, AT + TICK)
    revisions.raise_revisions([here])
    assert listed(here, "all") == ["ann@example.com", "bob@example.com", "cy@example.com", "dee@example.com"]
    assert listed(here, "without_roles") == ["bob@example.com", "cy@example.com"]


def test_user_17_locked_and_active_people_are_told_apart(here: AccountId, ann: Somebody) -> None:
    """By the icon beside each, green for active and red for locked, and by a filter."""
    bob = a_user(here, SUPPORT, email="bob@example.com")
    users.set_lock(actor=OPERATOR, at=AT, user=bob.email, locked=True)
    assert listed(here, "locked") == ["bob@example.com"]
    assert listed(here, "active") == ["ann@example.com"]
    page = signed_in(ann.id, here).get("/users/").content.decode()
    assert page.count('aria-label="Active User"') == 1
    assert page.count('aria-label="Locked User"') == 1
    users.set_lock(actor=OPERATOR, at=AT, user=bob.email, locked=False)
    page = signed_in(ann.id, here).get("/users/").content.decode()
    assert page.count('aria-label="Active User"') == 2


def test_entry_4_a_session_whose_access_has_gone_gets_403_and_then_lands_elsewhere(
    here: AccountId, ann: Somebody
) -> None:
    """The next request is answered with 403; a refresh takes the person to the default or next enterable account."""
    bob = a_user(here, STANDARD_USER)
    there = an_account("There")
    a_user(there, SUPPORT, email=bob.email)
    browser = signed_in(bob.id, here)
    assert browser.get("/me/").status_code == 200
    users.remove_user(actor=ann.actor, at=AT, account=here, user=bob.id)
    assert browser.get("/me/").status_code == 403
    assert browser.get("/me/", follow=True).status_code == 200
    assert browser.session["account"] == there


def test_entry_4_who_has_no_account_left_is_signed_out(here: AccountId, ann: Somebody) -> None:
    """403 first; then the session is no session any more."""
    bob = a_user(here, STANDARD_USER)
    browser = signed_in(bob.id, here)
    users.remove_user(actor=ann.actor, at=AT, account=here, user=bob.id)
    assert browser.get("/me/").status_code == 403
    assert browser.get("/me/").status_code in {302, 403}
    assert browser.get("/me/").status_code == 302


def test_lock_7_an_open_session_of_a_locked_person_ends_at_its_next_request(here: AccountId) -> None:
    """No request of a locked person is served."""
    bob = a_user(here, STANDARD_USER)
    browser = signed_in(bob.id, here)
    assert browser.get("/me/").status_code == 200
    users.set_lock(actor=OPERATOR, at=AT, user=bob.email, locked=True)
    assert browser.get("/me/").status_code == 403
    assert browser.get("/me/").status_code == 302
