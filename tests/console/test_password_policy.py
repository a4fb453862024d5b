"""The page Password Policy: shown, edited, saved, refused beside the number that is wrong (PWD-1, PWD-4)."""

import pytest
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.accounts.password_policies import set_password_policy
from tenantry.accounts.queries import password_policy_of
from tenantry.rules.password_policy import BASELINE, PasswordPolicy
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.people import AT, signed_in

pytestmark = pytest.mark.django_db


def an_administrator() -> tuple[int, AccountId]:
    """Ada, and the account of which she is Administrator."""
    account = create_account(actor=OPERATOR, at=AT, name="Acme")
    names = {"first_name": "Ada", "last_name": "Acme"}
    roles = {RoleId("ADMINISTRATOR")}
    ada = add_user(
        actor=OPERATOR, at=AT, account=account, email="ada@acme.example", roles=roles, notify=False, **names
    ).user
    return ada, account


def test_pwd_1_the_policy_is_edited_and_saved() -> None:
    """The page shows what holds; "Edit" gives the form, "Save" keeps it, and a wrong number is told at its field."""
    ada, account = an_administrator()
    client, page = signed_in(ada, account), reverse("password_policy")
    shown = client.get(page).content.decode()
    assert ">Edit</a>" in shown
    assert ">Save</button>" not in shown
    assert ">Save</button>" in client.get(page, {"edit": "1"}).content.decode()
    assert "Security Options" in shown
    sent = {"minimum_length": "10", "history": "", "expires_after": "30", "character_kinds": "3", "no_repeats": "on"}
    refused = client.post(page, sent | {"character_kinds": "5"})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"character_kinds": ["Choose a whole number from 2 to 4."]}
    assert client.post(page, sent | {"minimum_length": ""}).status_code == 422
    assert password_policy_of(account) == BASELINE
    assert client.post(page, sent).status_code in {302, 303}
    assert password_policy_of(account) == PasswordPolicy(
        minimum_length=10, expires_after=30, character_kinds=3, no_repeats=True
    )
    lines = {line["label"]: line["value"] for line in client.get(page).context["shown"]}
    assert lines["Minimum length"] == "10"
    assert lines["Must differ from the last n passwords"] == "Off"
    assert lines["No group of two or more characters may occur twice"] == "On"


def test_pwd_5_and_pwd_7_user_information_lists_what_is_asked_and_what_is_broken() -> None:
    """The list on User Information has the strictest combination; a refused password names each rule it breaks."""
    ada, account = an_administrator()
    policy = PasswordPolicy(minimum_length=12, history=4)
    set_password_policy(actor=OPERATOR, at=AT, account=account, policy=policy)
    person = User.objects.get(pk=ada)
    person.set_password("correct horse battery")
    person.save(update_fields=["password"])
    client, page = signed_in(ada, account), reverse("user_information")
    shown = client.get(page).content.decode()
    for told in ("Password Policies for My User", "At least 12 characters.", "Different from your last 4 passwords."):
        assert told in shown
    sent = {"part": "password", "old_password": "correct horse battery"}
    refused = client.post(page, sent | {"new_password": "ada-ada", "new_password_again": "ada-ada"})
    assert refused.status_code == 422
    assert refused.context["password_form"].errors == {
        "new_password": [
            "Use at least 12 characters.",
            "Use neither part of your e-mail address, nor your first or last name.",
        ]
    }
    wrong = client.post(page, sent | {"old_password": "?", "new_password": "x", "new_password_again": "x"})
    assert wrong.context["password_form"].errors == {"old_password": ["The current password is not right."]}
    assert shown.count("Current password") == 2, "one wording for one thing"


@pytest.mark.parametrize("part", ["email", "password"])
def test_lock_1_wrong_current_passwords_count(part: str) -> None:
    """Whoever finds a session open guesses no more than six; then it is over, and nothing has changed."""
    ada, account = an_administrator()
    person = User.objects.get(pk=ada)
    person.set_password("correct horse battery")
    person.save(update_fields=["password"])
    client, page = signed_in(ada, account), reverse("user_information")
    email = {"new_email": "eve@acme.example", "new_email_again": "eve@acme.example", "current_password": "?"}
    new = {"new_password": "a walk by the sea", "new_password_again": "a walk by the sea", "old_password": "?"}
    sent = {"part": part, **email, **new}
    for number in range(1, 7):
        assert client.post(page, sent).status_code == 422
        assert User.objects.get(pk=ada).failed_attempts == number
    assert User.objects.get(pk=ada).locked
    assert client.post(page, sent | {"current_password": "correct horse battery"}).status_code == 403
    assert User.objects.get(pk=ada).email == "ada@acme.example"
