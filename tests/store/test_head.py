"""The head as commands raise it: once each, and told by what it has changed since."""

import pytest
from django.db import transaction

from tenantry.accounts import commands as accounts
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.store import raising, revisions
from tenantry.store.models import Revision
from tenantry.store.transaction import command
from tests.store.factories import AT, PARTNER, an_account

pytestmark = pytest.mark.usefixtures("db")


def test_what_has_changed_is_told_with_its_numbers_up_to_a_limit() -> None:
    """Beyond it, and of a number that has not been reached, only that anything may have."""
    one, two = an_account("One"), an_account("Two")
    head = revisions.head()
    assert revisions.changed_since(head) == (head, {})
    revisions.raise_revisions([one])
    revisions.raise_given([two])
    assert revisions.changed_since(head) == (head + 2, {one: (2, 1), two: (2, 2)})
    assert revisions.changed_since(head + 1) == (head + 2, {two: (2, 2)})
    assert revisions.changed_since(head, limit=1) == (head + 2, None)
    assert revisions.changed_since(head + 3) == (head + 2, None)


def test_all_that_a_command_raises_gets_one_number() -> None:
    """A lock changes facts in accounts and in what primaries give: two raisings, one number, taken at the end."""
    account, primary = an_account("Some"), an_account("Primary", PARTNER)
    head = revisions.head()

    @command
    def raises() -> None:
        revisions.raise_given([primary])
        assert revisions.head() == head
        command(revisions.raise_revisions)([account])
        assert revisions.head() == head

    raises()
    assert revisions.changed_since(head) == (head + 1, {account: (2, 1), primary: (2, 2)})


def test_new_accounts_are_told() -> None:
    """Somebody may have been told that there is none of that name."""
    head = revisions.head()
    made = an_account("Made")
    found = revisions.changed_since(head)
    assert found.scopes is not None
    assert made in found.scopes


def test_a_command_that_fails_takes_no_number_with_it() -> None:
    """What it had raised by then is not stamped by the next one."""
    account = an_account("Some")
    head = revisions.head()

    @command
    def fails() -> None:
        revisions.raise_revisions([account])
        raise Refused(refusal_of_nobody)

    refusal_of_nobody = _refusal()
    with pytest.raises(Refused), transaction.atomic():
        fails()
    other = an_account("Other")
    assert revisions.changed_since(head) == (head + 1, {other: (1, 1)})


def _refusal() -> Refusal:
    with pytest.raises(Refused) as refused:
        accounts.suspend_account(actor=OPERATOR, at=AT, account=AccountId("nobody"))
    return refused.value.refusal


def test_what_will_be_taken_back_takes_no_number() -> None:
    """A plan works for long on what it then takes back: nobody waits for it meanwhile."""
    account = an_account("Some")
    head = revisions.head()
    with raising.taken_back():
        command(revisions.raise_revisions)([account])
        assert revisions.head() == head
    assert revisions.changed_since(head) == (head, {})


def test_a_head_that_somebody_has_deleted_goes_on_where_it_was() -> None:
    """A number that was given is not given again."""
    account = an_account("Some")
    head = revisions.head()
    Revision.objects.filter(scope=raising.HEAD).delete()
    assert revisions.head() == 0
    revisions.raise_revisions([account])
    assert revisions.head() == head + 1


def test_the_last_number_is_told_when_it_is_committed(django_capture_on_commit_callbacks: object) -> None:
    """And not before: an answer that names it promises that everybody sees the write."""
    account = an_account("Some")
    raising.forget_last_raised()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        command(revisions.raise_revisions)([account])
        assert raising.last_raised() is None
    assert raising.last_raised() == revisions.head()
    raising.forget_last_raised()
    assert raising.last_raised() is None
