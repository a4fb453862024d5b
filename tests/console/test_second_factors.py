"""The pages of two-factor authentication: set-up, the code after the password, and enforcement."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.contrib import auth
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.agreements.commands import set_usage_agreement
from tenantry.factors import commands as factors
from tenantry.factors.queries import backup_codes_left, enforces_two_factor, two_factor_on
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.signin import bounds
from tenantry.signin.links import choose_password_path
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.factors import EMAIL, PASSWORD, account, ada, bind, client, is_in, knock, now_shown
from tests.console.people import AT, signed_in

__all__ = ["account", "ada", "client"]
pytestmark = pytest.mark.django_db


def test_mfa_3_a_code_is_asked_for_after_the_password(client: Client, ada: int) -> None:
    """Until it is right nobody is signed in; then one is where one wanted to go."""
    secret, _ = bind()
    before = client.session.session_key
    assert knock(client, onward="/me/preferences/") == reverse("second_factor")
    assert auth.SESSION_KEY not in client.session
    assert client.session.session_key != before
    assert not is_in(client)
    page = client.get(reverse("second_factor")).content.decode()
    assert "Need to use your backup code?" in page
    wrong = client.post(reverse("second_factor"), {"code": "000000"})
    assert wrong.status_code == 422
    assert "This code is not right" in wrong.content.decode()
    assert not is_in(client)
    half = client.session.session_key
    right = client.post(reverse("second_factor"), {"code": now_shown(secret)})
    assert (right.status_code, right.headers["Location"]) == (302, "/me/preferences/")
    assert is_in(client)
    assert client.session.session_key != half
    assert client.session["proven_by"] == "password"
    assert User.objects.get(pk=ada).failed_attempts == 0


def test_mfa_3_without_it_the_password_is_enough(client: Client, ada: int) -> None:
    """As before; and the page that asks for codes is nobody's."""
    assert client.get(reverse("second_factor")).headers["Location"] == reverse("sign_in")
    assert knock(client) == reverse("home")
    assert is_in(client)


def test_mfa_3_a_right_password_waits_ten_minutes_in_its_own_browser(client: Client, ada: int) -> None:
    """Another browser is not asked, nor this one later, nor after the password is another."""
    secret, _ = bind()
    knock(client)
    other = Client(headers={"host": "127.0.0.1"})
    assert other.post(reverse("second_factor"), {"code": now_shown(secret)}).headers["Location"] == reverse("sign_in")
    for spoil in ("late", "changed"):
        knock(client)
        if spoil == "late":
            session = client.session
            session["halfway"] = {
                **session["halfway"],
                "at": (datetime.now(UTC) - timedelta(minutes=10)).isoformat(),
            }
            session.save()
        else:
            person = User.objects.get(pk=ada)
            person.set_password("another long phrase")
            person.save(update_fields=["password"])
        answer = client.post(reverse("second_factor"), {"code": now_shown(secret)})
        assert answer.headers["Location"] == reverse("sign_in")
        assert not is_in(client)


def test_mfa_3_and_mfa_4_a_backup_code_instead(client: Client, ada: int) -> None:
    """Once; who has none is told whom to ask."""
    _, codes = bind()
    knock(client)
    page = reverse("second_factor") + "?backup=1"
    assert "Don't have a backup code?" in client.get(page).content.decode().replace("&#x27;", "'")
    assert client.post(page, {"backup_code": codes[0].upper()}).status_code == 302
    assert is_in(client)
    client.post(reverse("sign_out"))
    knock(client)
    again = client.post(page, {"backup_code": codes[0]})
    assert again.status_code == 422
    assert "This backup code is not right" in again.content.decode()


def test_lock_1_six_wrong_codes_lock(client: Client, ada: int) -> None:
    """However often the password is given in between; then the page says so, and nobody is halfway any more."""
    secret, _ = bind()
    for _ in range(5):
        knock(client)
        assert client.post(reverse("second_factor"), {"code": "000000"}).status_code == 422
    client.post(reverse("second_factor"), {"code": "000000"})
    assert User.objects.get(pk=ada).locked
    answer = client.post(reverse("second_factor"), {"code": now_shown(secret)}, follow=True)
    assert "The user is locked." in answer.content.decode()
    assert "halfway" not in client.session
    assert not is_in(client)
    assert knock(client) == "422"


def test_mfa_3_the_link_of_an_invitation_does_not_go_around_it(client: Client, ada: int) -> None:
    """Choosing a password by a link proves the mailbox, and is followed by a code as well."""
    bind()
    path = choose_password_path(User.objects.get(pk=ada))
    new = "another long phrase"
    answer = client.post(path, {"new_password": new, "new_password_again": new})
    assert answer.headers["Location"] == reverse("second_factor")
    assert not is_in(client)


def test_codes_are_bounded_by_place(client: Client, ada: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As passwords are: whoever tries too often waits."""
    bind()
    knock(client)
    monkeypatch.setattr(bounds.SIGN_INS, "wait", lambda _: 7.0)
    assert client.post(reverse("second_factor"), {"code": "1"}).status_code == 429
    assert client.post(reverse("passkey_sign_in"), {"passkey": "1"}).status_code == 429
    assert client.post(reverse("passkey_question")).status_code == 429


def set_up_by(client: Client, name: str) -> tuple[str, list[str]]:
    """Go through the wizard at this address: the secret, and the backup codes it shows."""
    page = client.get(reverse(name), {"begin": "1"})
    secret = page.context["setup_code"].replace(" ", "")
    assert page.context["image"].startswith("data:image/svg+xml")
    wrong = client.post(reverse(name), {"code": "000000"})
    assert wrong.status_code == 422
    assert wrong.context["setup_code"].replace(" ", "") == secret, "what was scanned stays"
    right = client.post(reverse(name), {"code": now_shown(secret)})
    assert right.status_code == 200
    codes = re.findall(r"<li><code>([a-z2-9-]+)</code>", right.content.decode())
    [file] = re.findall(r'href="(data:text/plain[^"]+)"', right.content.decode())
    assert [code for code in codes if code not in unquote(file)] == []
    return secret, codes


def test_mfa_1_mfa_5_and_mfa_6_the_wizard(ada: int, account: AccountId) -> None:
    """On after a right code; ten codes are shown once, and can be downloaded. Again, it binds another device."""
    client = signed_in(ada, account)
    assert "Setup 2FA" in client.get(reverse("authentication")).content.decode()
    _, codes = set_up_by(client, "two_factor_set_up")
    assert len(codes) == 10
    page = client.get(reverse("authentication")).content.decode()
    assert "Reconfigure" in page
    assert "10 of 10" in page
    assert not [code for code in codes if code in page]
    assert "setting_up" not in client.session
    again = client.get(reverse("two_factor_set_up")).context["setup_code"].replace(" ", "")
    done = client.post(reverse("two_factor_set_up"), {"code": now_shown(again)})
    assert "Your new device is bound" in done.content.decode()
    assert backup_codes_left(ada) == 10


def test_mfa_4_regenerate_backup_codes(ada: int, account: AccountId) -> None:
    """After a confirmation; the page shows them once."""
    _, old = bind()
    client = signed_in(ada, account)
    assert client.get(reverse("backup_codes")).status_code == 200
    assert backup_codes_left(ada) == 10
    page = client.post(reverse("backup_codes")).content.decode()
    assert len(re.findall(r"<li><code>", page)) == 10
    assert not [code for code in old if code in page]


def test_mfa_4_and_mfa_7_there_is_nothing_to_regenerate_or_to_disable_while_it_is_off(
    ada: int, account: AccountId
) -> None:
    """Whoever has the address alone is led to the page Authentication."""
    client = signed_in(ada, account)
    for name in ("backup_codes", "two_factor_off"):
        assert client.get(reverse(name)).headers["Location"] == reverse("authentication")


def test_mfa_7_disabling_by_the_dialog(ada: int, account: AccountId) -> None:
    """With a current code; not at all while the account enforces it, which the page says."""
    secret, _ = bind()
    client = signed_in(ada, account)
    factors.set_enforcement(actor=OPERATOR, at=AT, account=account, enforced=True)
    assert "cannot be switched off" in client.get(reverse("authentication")).content.decode()
    assert "Acme" in client.post(reverse("two_factor_off"), {"code": now_shown(secret)}).content.decode()
    assert two_factor_on(ada)
    factors.set_enforcement(actor=OPERATOR, at=AT, account=account, enforced=False)
    wrong = client.post(reverse("two_factor_off"), {"code": "000000"})
    assert (wrong.status_code, User.objects.get(pk=ada).failed_attempts) == (422, 1)
    assert client.post(reverse("two_factor_off"), {"code": now_shown(secret)}).status_code == 303
    assert not two_factor_on(ada)


def test_mfa_9_scenario_80_set_up_on_the_way_in(client: Client, ada: int, account: AccountId) -> None:
    """Whoever enters by password is led to the wizard, is in no account before, and in it afterwards (SCN-80)."""
    factors.set_enforcement(actor=OPERATOR, at=AT, account=account, enforced=True)
    knock(client)
    assert client.post(reverse("stay_out")).headers["Location"] == reverse("sign_in")
    assert not is_in(client)
    assert knock(client, onward="/me/preferences/") == reverse("two_factor_required")
    assert "account" not in client.session
    assert client.get(reverse("user_information")).headers["Location"] == reverse("enter_account")
    assert client.get(reverse("enter_account")).headers["Location"] == reverse("two_factor_required")
    assert "Acme asks for two-factor authentication" in client.get(reverse("two_factor_required")).content.decode()
    _, codes = set_up_by(client, "two_factor_required")
    assert len(codes) == 10
    assert client.get(reverse("two_factor_required")).headers["Location"] == reverse("enter_account")
    assert client.get(reverse("enter_account")).headers["Location"] == "/me/preferences/"
    assert client.session["account"] == account


def test_mfa_9_a_switch_is_an_entry_too(ada: int, account: AccountId) -> None:
    """Who stays out is where one was."""
    other = create_account(actor=OPERATOR, at=AT, name="Other")
    names = {"first_name": "Ada", "last_name": "Acme"}
    roles = {RoleId("STANDARD_USER")}
    add_user(actor=OPERATOR, at=AT, account=other, email=EMAIL, roles=roles, notify=False, **names)
    factors.set_enforcement(actor=OPERATOR, at=AT, account=other, enforced=True)
    client = signed_in(ada, account)
    answer = client.post(reverse("switch_account"), {"account": other})
    assert answer.headers["Location"] == reverse("two_factor_required")
    assert "Stay where you are" in client.get(reverse("two_factor_required")).content.decode()
    client.post(reverse("stay_out"))
    assert client.session["account"] == account
    assert is_in(client)


def test_mfa_9_the_way_in_binds_no_device_where_none_is_asked_for(ada: int, account: AccountId) -> None:
    """On the way into an account that asks for something else, the address leads on: it asks for no proof anew."""
    other = create_account(actor=OPERATOR, at=AT, name="Other")
    names = {"first_name": "Ada", "last_name": "Acme"}
    roles = {RoleId("STANDARD_USER")}
    add_user(actor=OPERATOR, at=AT, account=other, email=EMAIL, roles=roles, notify=False, **names)
    set_usage_agreement(actor=OPERATOR, at=AT, account=other, on=True, title="Terms", message="Be kind.")
    client = signed_in(ada, account, datetime.now(UTC) - timedelta(hours=1))
    assert client.post(reverse("switch_account"), {"account": other}).headers["Location"] == reverse("accept_agreement")
    for answer in (
        client.get(reverse("two_factor_required"), {"begin": "1"}),
        client.post(reverse("two_factor_required"), {"code": "000000"}),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("enter_account"))
    assert "setting_up" not in client.session


def test_mfa_9_setting_up_at_a_switch_asks_who_one_is_after_ten_minutes(ada: int, account: AccountId) -> None:
    """Whoever finds a session open does not bind a device of their own by switching to an account that asks for one."""
    other = create_account(actor=OPERATOR, at=AT, name="Other")
    names = {"first_name": "Ada", "last_name": "Acme"}
    roles = {RoleId("STANDARD_USER")}
    add_user(actor=OPERATOR, at=AT, account=other, email=EMAIL, roles=roles, notify=False, **names)
    factors.set_enforcement(actor=OPERATOR, at=AT, account=other, enforced=True)
    client = signed_in(ada, account, datetime.now(UTC) - timedelta(minutes=10))
    client.post(reverse("switch_account"), {"account": other})
    page = reverse("two_factor_required")
    for asking in (client.get(page, {"begin": "1"}), client.post(page, {"code": "000000"})):
        assert "Is it you?" in asking.content.decode()
        assert "Setup code" not in asking.content.decode()
    answer = client.post(f"{page}?begin=1", {"again": "GET", "again_password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}?begin=1")
    _, codes = set_up_by(client, "two_factor_required")
    assert len(codes) == 10
    assert client.get(reverse("enter_account")).status_code == 302
    assert client.session["account"] == other


def test_mfa_9_the_page_security(ada: int, account: AccountId) -> None:
    """A warning with the number of users without it comes first; who is inside stays."""
    client = signed_in(ada, account)
    assert "Enforce two-factor authentication for accounts" in client.get(reverse("security")).content.decode()
    warning = client.get(reverse("two_factor_enforcement")).content.decode()
    assert "1 user of this account has not set it up" in " ".join(warning.split())
    assert client.post(reverse("two_factor_enforcement"), {"enforced": "1"}).status_code == 303
    assert enforces_two_factor(account)
    assert is_in(client)
    assert client.post(reverse("two_factor_enforcement"), {"enforced": "0"}).status_code == 303
    assert not enforces_two_factor(account)
