"""USER-4: who is linked to an account is told about it, once, and not when asked otherwise."""

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenantry.rules.vocabulary import OPERATOR, RoleId
from tenantry.users.commands import add_user_role
from tests.console.people import AT, make_house

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.mark.parametrize(("notify", "mails"), [(True, 1), (False, 0)])
def test_user_4_a_known_person_who_is_linked_by_a_role_is_told(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, *, notify: bool, mails: int
) -> None:
    """The first role in the account tells them; a second one does not."""
    acme = make_house("Acme")
    make_house("Rival")
    for role in ("STANDARD_USER", "SUPPORT"):
        with django_capture_on_commit_callbacks(execute=True):
            add_user_role(
                actor=OPERATOR,
                at=AT,
                account=acme.account,
                user="ada@rival.example",
                role=RoleId(role),
                notify=notify,
            )
    assert [message.to for message in mail.outbox] == [["ada@rival.example"]] * mails
    if mails:
        assert "Acme" in mail.outbox[0].subject
