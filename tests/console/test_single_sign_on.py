"""SSO Options, the Federation ID in the dialogs of users, and Unlock User (SSO-1 to SSO-3, SSO-8, SSO-9, LOCK-6)."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from tenantry.accounts.commands import create_account, switch_feature
from tenantry.groups.commands import create_group
from tenantry.rules.features import Feature
from tenantry.rules.saml_settings import SamlSettings
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.sso.certificates import read_certificate
from tenantry.sso.federations import set_federation_id
from tenantry.sso.models import SignOnSettings
from tenantry.sso.queries import federation_id_of, saml_settings_of
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.people import AT, FEATURES, signed_in
from tests.store.federating import a_certificate, switch_on

pytestmark = pytest.mark.django_db

CERTIFICATE = a_certificate("idp.acme.example")
FORM = {
    "enabled": "on",
    "sign_in_url": "https://idp.acme.example/sso",
    "sign_out_url": "",
    "federation_location": "attribute",
    "name_id_policy": "transient",
    "context": "password_protected_transport",
    "comparison": "exact",
    "encrypted": "",
}


def somebody(account: AccountId, first: str, role: str) -> int:
    """A user of the account."""
    return add_user(
        actor=OPERATOR,
        at=AT,
        account=account,
        email=f"{first.lower()}@acme.example",
        first_name=first,
        last_name="Acme",
        roles={RoleId(role)},
        notify=False,
    ).user


@pytest.fixture
def acme(db: None) -> AccountId:
    """An account."""
    return create_account(actor=OPERATOR, at=AT, name="Acme", features=FEATURES)


@pytest.fixture
def ada(acme: AccountId) -> int:
    """Its Administrator."""
    return somebody(acme, "Ada", "ADMINISTRATOR")


@pytest.fixture
def bo(acme: AccountId, ada: int) -> int:
    """A Standard User."""
    return somebody(acme, "Bo", "STANDARD_USER")


def file(text: str = CERTIFICATE) -> SimpleUploadedFile:
    """A certificate as it is imported."""
    return SimpleUploadedFile("idp.pem", text.encode(), content_type="application/x-pem-file")


def test_sso_2_the_page_saves_what_it_shows(acme: AccountId, ada: int, settings: Settings) -> None:
    """The certificate's subject, end and fingerprint afterwards, and the addresses that the provider wants to know."""
    settings.BASE_URL = "https://tenantry.example"
    client, page = signed_in(ada, acme), reverse("sso_options")
    shown = client.get(page).content.decode()
    assert f'value="https://tenantry.example/sso/{acme}/saml"' in shown
    assert f'value="https://tenantry.example/sso/{acme}/saml?metadata=true"' in shown
    assert (
        client.post(page, {**FORM, "certificate": file(), "sign_out_url": "https://acme.example/bye"}).status_code
        == 303
    )
    assert saml_settings_of(acme) == SamlSettings(
        enabled=True,
        certificate=CERTIFICATE,
        sign_in_url="https://idp.acme.example/sso",
        sign_out_url="https://acme.example/bye",
    )
    shown = unescape(client.get(page).content.decode())
    known = read_certificate(CERTIFICATE)
    for text in (
        "CN=idp.acme.example",
        known.fingerprint,
        f"{known.expires:%Y-%m-%d}",
        "Nobody has a Federation ID yet",
    ):
        assert text in shown
    assert "BEGIN CERTIFICATE" not in shown
    assert client.post(page, {**FORM, "comparison": "minimum"}).status_code == 303
    assert saml_settings_of(acme).certificate == CERTIFICATE  # as no other was imported


def test_sso_2_the_page_is_read_until_edit_is_clicked(acme: AccountId, ada: int) -> None:
    """As the tabs of the other protocols: each setting in words, then the form with what is set."""
    client, page = signed_in(ada, acme), reverse("sso_options")
    assert client.post(page, {**FORM, "certificate": file()}).status_code == 303
    read = client.get(page).content.decode()
    assert 'name="sign_in_url"' not in read
    for text in ("https://idp.acme.example/sso", "Password Protected Transport", "Attribute FEDERATION_ID", "?edit=1"):
        assert text in read
    assert "Name ID Policy" not in read
    assert 'value="https://idp.acme.example/sso"' in client.get(page, {"edit": "1"}).content.decode()


def test_sso_3_and_sso_2_each_thing_wrong_is_told_at_its_field(acme: AccountId, ada: int) -> None:
    """All at once; nothing is saved."""
    client, page = signed_in(ada, acme), reverse("sso_options")
    answer = client.post(page, {**FORM, "sign_in_url": "http://idp.example", "sign_out_url": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"certificate", "sign_in_url", "sign_out_url"}
    answer = client.post(page, {**FORM, "certificate": file("rubbish")})
    assert list(answer.context["form"].errors) == ["certificate"]
    answer = client.post(page, {**FORM, "certificate": file("x" * 40_000)})
    assert "larger than" in str(answer.context["form"].errors["certificate"])
    assert client.post(page, {**FORM, "name_id_policy": "persistent"}).status_code == 422
    assert not SignOnSettings.rows.of(acme).exists()


def test_sso_1_without_the_feature_there_is_no_page(acme: AccountId, ada: int, bo: int) -> None:
    """Nor is it in the menu; and managers of users do not see it either."""
    assert "SSO Options" in signed_in(ada, acme).get(reverse("password_policy")).content.decode()
    assert signed_in(bo, acme).get(reverse("sso_options")).status_code == 403
    here = {"actor": OPERATOR, "at": AT, "account": acme}
    switch_feature(**here, feature=Feature.ADVANCED_USER_SECURITY, on=False)  # type: ignore[arg-type]
    client = signed_in(ada, acme)
    assert client.get(reverse("sso_options")).status_code == 409
    assert client.post(reverse("sso_options"), FORM).status_code == 409
    assert "SSO Options" not in client.get(reverse("password_policy")).content.decode()


def test_user_3_the_dialogs_have_the_federation_id_where_single_sign_on_is_on(
    acme: AccountId, ada: int, bo: int
) -> None:
    """Both dialogs; where it is off neither shows it, nor takes one that is sent, nor loses one that is there."""
    client = signed_in(ada, acme)
    pages = [reverse("user_add"), reverse("user_edit", args=[bo])]
    sent = {"roles": "STANDARD_USER", "federation_id": "B-1"}
    for page in pages:
        assert "Federation ID" not in client.get(page).content.decode()
    assert client.post(pages[1], sent).status_code == 303
    assert federation_id_of(acme, bo) == ""
    switch_on(acme)
    for page in pages:
        assert "Federation ID" in client.get(page).content.decode()
    assert client.post(pages[1], sent).status_code == 303
    assert federation_id_of(acme, bo) == "B-1"
    assert 'value="B-1"' in client.get(pages[1]).content.decode()
    assert "<code>B-1</code>" in client.get(reverse("users"), {"selected": bo}).content.decode()
    switch_on(acme, on=False)
    assert client.post(pages[1], {"roles": "SUPPORT"}).status_code == 303
    assert federation_id_of(acme, bo) == "B-1"


def test_user_3_the_dialogs_of_groups_have_none(acme: AccountId, ada: int) -> None:
    """Federation IDs are the account's."""
    switch_on(acme)
    group = create_group(actor=OPERATOR, at=AT, account=acme, name="Services")
    shown = signed_in(ada, acme).get(reverse("group_user_add"), {"group": group}).content.decode()
    assert "User e-mail address" in shown
    assert "Federation ID" not in shown


def test_sso_5_an_id_that_is_taken_is_told_at_its_field(acme: AccountId, ada: int, bo: int) -> None:
    """In both dialogs."""
    switch_on(acme)
    set_federation_id(actor=OPERATOR, at=AT, account=acme, user="ada@acme.example", federation_id="A-1")
    client = signed_in(ada, acme)
    person = {"email": "cy@acme.example", "first_name": "Cy", "last_name": "Acme"}
    for page in (reverse("user_edit", args=[bo]), reverse("user_add")):
        answer = client.post(page, {**person, "roles": "SUPPORT", "federation_id": "A-1"})
        assert answer.status_code == 422
        assert "Federation ID of ada@acme.example" in str(answer.context["form"].errors["federation_id"])


def test_user_5_a_user_is_added_with_a_federation_id(acme: AccountId, ada: int) -> None:
    """And has no password."""
    switch_on(acme)
    sent = {"email": "cy@acme.example", "first_name": "Cy", "last_name": "Acme", "roles": "STANDARD_USER"}
    assert signed_in(ada, acme).post(reverse("user_add"), {**sent, "federation_id": "C-1"}).status_code == 303
    person = User.objects.get(email_key="cy@acme.example")
    assert federation_id_of(acme, person.pk) == "C-1"
    assert not person.has_usable_password()


def test_sso_8_the_dialog_warns_of_an_administrator_with_a_federation_id(acme: AccountId, ada: int, bo: int) -> None:
    """The warning is in the dialog, where styles show it, and said once more when it is done."""
    switch_on(acme)
    client = signed_in(ada, acme)
    page = reverse("user_edit", args=[bo])
    assert "can go on signing in with a password" in client.get(page).content.decode()
    client.post(page, {"roles": "ADMINISTRATOR", "federation_id": "B-1"})
    assert "An Administrator with a Federation ID" in client.get(reverse("users")).content.decode()
    client.post(page, {"roles": "STANDARD_USER", "federation_id": "B-1"})
    assert "An Administrator with a Federation ID" not in client.get(reverse("users")).content.decode()


def test_sso_9_the_address_is_not_edited_in_the_dialog(acme: AccountId, ada: int, bo: int) -> None:
    """It is shown, disabled, and what is sent for it counts for nothing."""
    switch_on(acme)
    client, page = signed_in(ada, acme), reverse("user_edit", args=[bo])
    assert client.get(page).context["form"].fields["email"].disabled
    sent = {"email": "other@acme.example", "roles": "STANDARD_USER", "federation_id": "B-1"}
    assert client.post(page, sent).status_code == 303
    assert User.objects.get(pk=bo).email == "bo@acme.example"


def test_lock_6_unlock_user_is_confirmed_and_acts_at_once(acme: AccountId, ada: int, bo: int) -> None:
    """Enabled for a locked user whom only the identity provider lets in; then the green icon is back."""
    switch_on(acme)
    set_federation_id(actor=OPERATOR, at=AT, account=acme, user="bo@acme.example", federation_id="B-1")
    User.objects.filter(pk=bo).update(locked=True)
    client, page = signed_in(ada, acme), reverse("user_unlock", args=[bo])
    users = reverse("users")
    assert page in client.get(users, {"selected": bo}).content.decode()
    assert "Unlock <strong>bo@acme.example</strong>?" in client.get(page).content.decode()
    assert client.post(page).status_code == 303
    assert not User.objects.get(pk=bo).locked
    shown = client.get(users, {"selected": bo}).content.decode()
    assert "Unlock User" not in shown
    assert client.get(page).status_code == 409


def test_lock_5_scenario_79_it_is_disabled_for_who_has_a_password(acme: AccountId, ada: int, bo: int) -> None:
    """With the reason, and the address of the page answers the same (SCN-79)."""
    User.objects.filter(pk=bo).update(locked=True)
    client = signed_in(ada, acme)
    shown = unescape(client.get(reverse("users"), {"selected": bo}).content.decode())
    assert '<button class="button small" type="button" disabled aria-describedby="unlock-why-not">' in shown
    assert "can sign in with a password and unlocks by “Reset your password”" in shown
    for answer in (client.get(reverse("user_unlock", args=[bo])), client.post(reverse("user_unlock", args=[bo]))):
        assert answer.status_code == 409
    assert User.objects.get(pk=bo).locked
