"""The page Password Policy: shown, edited, saved, refused beside the number that is wrong (PWD-1, PWD-4)."""

import pytest
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.accounts.queries import password_policy_of
from tenantry.rules.password_policy import BASELINE, PasswordPolicy
from tenantry.rules.vocabulary import OPERATOR, RoleId
from tenantry.users.commands import add_user
from tests.console.people import AT, signed_in

pytestmark = pytest.mark.django_db


def test_pwd_1_the_policy_is_edited_and_saved() -> None:
    """The page shows what holds; "Edit" gives the form, "Save" keeps it, and a wrong number is told at its field."""
    account = create_account(actor=OPERATOR, at=AT, name="Acme")
    names = {"first_name": "Ada", "last_name": "Acme"}
    roles = {RoleId("ADMINISTRATOR")}
    ada = add_user(
        actor=OPERATOR, at=AT, account=account, email="ada@acme.example", roles=roles, notify=False, **names
    ).user
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
