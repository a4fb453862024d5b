"""What the pages of OpenID Connect and of the directory read. The rules judge; these only parse."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Final

from django import forms

from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings
from tenantry.rules.refusals import ProviderSettingInvalid, Refused

Line = dict[str, str]

_STATES: Final = ((False, "Disabled"), (True, "Enabled"))
_PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}
_SECRET: Final = {"autocomplete": "new-password"}
_KEPT: Final = "Empty keeps what is set, which is not shown again."
_SIGN_OUT_URL: Final = forms.CharField(
    label="Sign Out Redirect URL",
    max_length=2000,
    required=False,
    help_text="Where the browser goes after somebody of single sign-on has signed out. It is one for all protocols.",
    widget=forms.TextInput(_PLAIN),
)


class Choice(forms.TypedChoiceField):
    """One of two."""

    def __init__(self, label: str, choices: Any) -> None:  # noqa: ANN401 - the library's
        """Which of the two it is, is a truth."""
        empty: Any = False
        super().__init__(label=label, choices=choices, coerce="True".__eq__, empty_value=empty, required=False)


class ProviderForm(forms.Form):
    """A form of settings, of which every wrong one is told at its field.

    `made` is what it makes, `server` the field with the address that is asked, `secret` the one that is never shown.
    """

    made: ClassVar[type[OpenIdSettings | DirectorySettings]]
    server: ClassVar[str]
    secret: ClassVar[str]

    def settings(self) -> Any:  # noqa: ANN401 - as `made` says
        """What was sent, once the form is valid."""
        return self.made(**{field.name: self.cleaned_data[field.name] for field in fields(self.made)})

    def as_read(self, values: Mapping[str, Any], *, secret: bool) -> list[Line]:
        """Each setting with its label and its value as people read it; `secret` tells whether there is one."""
        return [{"label": str(field.label), "value": self._told(field, values, secret)} for field in self]

    def _told(self, field: forms.BoundField, values: Mapping[str, Any], secret: bool) -> str:  # noqa: FBT001
        if field.name == self.secret:
            return "Set" if secret else "Not set"
        value = values[field.name]
        if isinstance(field.field, Choice):
            choices: Any = field.field.choices
            return str(dict(choices)[value])
        if isinstance(field.field.widget, forms.Textarea):  # a certificate, which nobody reads
            return "Set" if value else ""
        return str(value)

    def show_broken(self, refused: Refused) -> None:
        """Show each refused setting at its field; raises what is about something else."""
        for refusal in refused.refusals:
            if not isinstance(refusal, ProviderSettingInvalid):
                raise refused
            self.add_error(refusal.member, refusal.message)
        self.tell_lost()

    def clean(self) -> dict[str, Any]:
        """Judge nothing more; whatever is wrong, the page is shown again without the secret."""
        if self.errors:
            self.tell_lost()
        return self.cleaned_data

    def tell_lost(self) -> None:
        """Say that a secret was not kept, where the page is shown again: empty would mean the one from before."""
        if self.secret not in self.errors and self.data.get(self.secret):
            self.add_error(self.secret, "Enter it once more: it is not sent back to you.")


class OpenIdForm(ProviderForm):
    """OpenID Connect."""

    made, server, secret = OpenIdSettings, "issuer", "client_secret"

    enabled = Choice("Enable OpenID Connect Single Sign-On", _STATES)
    issuer = forms.CharField(
        label="Issuer",
        max_length=2000,
        required=False,
        help_text="The address by which the provider names itself, such as https://id.example.com.",
        widget=forms.TextInput(_PLAIN),
    )
    client_id = forms.CharField(
        label="Client ID", max_length=255, required=False, widget=forms.TextInput(_PLAIN), strip=True
    )
    client_secret = forms.CharField(
        label="Client Secret",
        max_length=1024,
        required=False,
        strip=False,
        help_text=_KEPT,
        widget=forms.PasswordInput(_SECRET),
    )
    claim = forms.CharField(
        label="Claim with the Federation ID",
        max_length=100,
        help_text="Such as sub, or email, which counts only if the provider says that it is verified.",
        widget=forms.TextInput(_PLAIN),
    )

    sign_out_url = _SIGN_OUT_URL


class DirectoryForm(ProviderForm):
    """The directory."""

    made, server, secret = DirectorySettings, "directory_url", "bind_password"

    enabled = Choice("Enable Directory Single Sign-On", _STATES)
    directory_url = forms.CharField(
        label="Address",
        max_length=2000,
        required=False,
        help_text="Such as ldap://directory.example.com with StartTLS, or ldaps://directory.example.com.",
        widget=forms.TextInput(_PLAIN),
    )
    start_tls = Choice("Encryption", ((True, "StartTLS, for ldap://"), (False, "TLS from the beginning, for ldaps://")))
    directory_certificate = forms.CharField(
        label="Certificate of its authority",
        max_length=64 * 1024,
        required=False,
        help_text="In PEM. Without one, the authorities count that the platform trusts.",
        widget=forms.Textarea({"rows": 4, "class": "mono", **_PLAIN}),
    )
    bind_name = forms.CharField(
        label="Name for searching",
        max_length=1000,
        required=False,
        help_text="Such as cn=tenantry,dc=example,dc=com. Without one, the search is anonymous.",
        widget=forms.TextInput(_PLAIN),
    )
    bind_password = forms.CharField(
        label="Password for searching",
        max_length=1024,
        required=False,
        strip=False,
        help_text=_KEPT,
        widget=forms.PasswordInput(_SECRET),
    )
    search_base = forms.CharField(
        label="Search base",
        max_length=1000,
        required=False,
        help_text="Such as ou=people,dc=example,dc=com.",
        widget=forms.TextInput(_PLAIN),
    )
    search_filter = forms.CharField(
        label="Search filter",
        max_length=1000,
        help_text="With {user} for the user name, such as (uid={user}) or (sAMAccountName={user}).",
        widget=forms.TextInput(_PLAIN),
    )
    attribute = forms.CharField(
        label="Attribute with the Federation ID",
        max_length=100,
        required=False,
        help_text="Such as employeeNumber or userPrincipalName.",
        widget=forms.TextInput(_PLAIN),
    )

    sign_out_url = _SIGN_OUT_URL
