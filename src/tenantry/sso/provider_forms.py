"""What the pages of OpenID Connect and of the directory read. The rules judge; these only parse."""

from typing import Final

from django import forms

from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings
from tenantry.rules.refusals import ProviderSettingInvalid, Refused

_STATES: Final = (("", "Disabled"), ("1", "Enabled"))
_PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}
_SECRET: Final = {"autocomplete": "new-password"}
_KEPT: Final = "Empty keeps what is set, which is not shown again."


class ProviderForm(forms.Form):
    """A form of settings, of which every wrong one is told at its field."""

    def show_broken(self, refused: Refused) -> None:
        """Show each refused setting at its field; raises what is about something else."""
        for refusal in refused.refusals:
            if not isinstance(refusal, ProviderSettingInvalid):
                raise refused
            self.add_error(refusal.member, refusal.message)


class OpenIdForm(ProviderForm):
    """OpenID Connect."""

    enabled = forms.ChoiceField(label="Enable OpenID Connect Single Sign-On", choices=_STATES, required=False)
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

    def settings(self) -> OpenIdSettings:
        """What was sent, once the form is valid."""
        data = self.cleaned_data
        return OpenIdSettings(
            enabled=bool(data["enabled"]), issuer=data["issuer"], client_id=data["client_id"], claim=data["claim"]
        )


class DirectoryForm(ProviderForm):
    """The directory."""

    enabled = forms.ChoiceField(label="Enable Directory Single Sign-On", choices=_STATES, required=False)
    directory_url = forms.CharField(
        label="Address",
        max_length=2000,
        required=False,
        help_text="Such as ldap://directory.example.com with StartTLS, or ldaps://directory.example.com.",
        widget=forms.TextInput(_PLAIN),
    )
    start_tls = forms.ChoiceField(
        label="Encryption",
        choices=(("1", "StartTLS, for ldap://"), ("", "TLS from the beginning, for ldaps://")),
        required=False,
    )
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

    def settings(self) -> DirectorySettings:
        """What was sent, once the form is valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "bind_password"}
        return DirectorySettings(**{**data, "enabled": bool(data["enabled"]), "start_tls": bool(data["start_tls"])})
