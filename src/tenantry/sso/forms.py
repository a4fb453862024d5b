"""What the page SSO Options reads for SAML. The rules judge; this only parses."""

from typing import Any, Final

from django import forms

from tenantry.rules.saml_settings import Comparison, Context, Location, NameIdPolicy, SamlSettings
from tenantry.sso.certificates import LONGEST

_ADDRESS: Final = {"autocomplete": "off", "spellcheck": "false", "placeholder": "https://"}


class SamlForm(forms.Form):
    """SSO Options by SAML (SSO-2)."""

    enabled = forms.ChoiceField(label="Enable SAML Single Sign-On", choices=[("", "Disabled"), ("on", "Enabled")])
    certificate = forms.FileField(
        label="Identity Provider Certificate",
        help_text="Import the certificate with which the provider signs: a PEM file with one X.509 certificate.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pem,.crt,.cer,.cert,.txt"}),
        required=False,
    )
    imported = forms.CharField(max_length=LONGEST + 1, required=False, strip=False, widget=forms.HiddenInput)
    sign_in_url = forms.CharField(
        label="Identity Provider Sign In URL",
        help_text="Where browsers are sent to sign in.",
        widget=forms.URLInput(_ADDRESS),
        required=False,
    )
    sign_out_url = forms.CharField(
        label="Sign Out Redirect URL",
        help_text="Where the browser goes after somebody of single sign-on has signed out.",
        widget=forms.URLInput(_ADDRESS),
        required=False,
    )
    federation_location = forms.ChoiceField(
        label="Federation ID Location",
        help_text="Where the provider's answer names the user.",
        choices=[
            (Location.ATTRIBUTE, "Attribute FEDERATION_ID"),
            (Location.NAME_ID, "NameID element of the Subject"),
        ],
    )
    name_id_policy = forms.ChoiceField(
        label="Name ID Policy",
        help_text="Counts where the Federation ID is in the NameID.",
        choices=[(NameIdPolicy.TRANSIENT, "Transient"), (NameIdPolicy.UNSPECIFIED, "Unspecified")],
    )
    context = forms.ChoiceField(
        label="SAML Authentication Context",
        choices=[
            (Context.PASSWORD_PROTECTED_TRANSPORT, "Password Protected Transport"),
            (Context.UNSPECIFIED, "Unspecified"),
        ],
    )
    comparison = forms.ChoiceField(
        label="SAML Authentication Context Comparison",
        choices=[(Comparison.EXACT, "Exact"), (Comparison.MINIMUM, "Minimum")],
    )
    encrypted = forms.ChoiceField(
        label="Assertion Encryption",
        help_text="With it the provider encrypts its assertions for the certificate in the metadata.",
        choices=[("", "Disabled"), ("on", "Enabled")],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Let the two switches be off, which is an empty word."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("enabled", "encrypted"):
            self.fields[name].required = False

    def imported_certificate(self) -> str:
        """The certificate that was imported with this form or, where it is shown again, the time before; "" if none."""
        file = self.files.get("certificate")
        if file is None:
            return str(self.data.get("imported", ""))[: LONGEST + 1]
        file.seek(0)
        return str(file.read(LONGEST + 1).decode(errors="replace"))

    def keep_imported(self, pem: str) -> None:
        """Carry a certificate along where the form is shown again: a browser sends no file twice by itself."""
        self.data = {**dict(self.data.items()), "imported": pem}

    def settings(self, before: SamlSettings) -> SamlSettings:
        """What was sent, once the form is valid: the certificate that is there already, where none is imported."""
        data = self.cleaned_data
        return SamlSettings(
            enabled=bool(data["enabled"]),
            certificate=self.imported_certificate() or before.certificate,
            sign_in_url=data["sign_in_url"].strip(),
            sign_out_url=data["sign_out_url"].strip(),
            federation_location=data["federation_location"],
            name_id_policy=data["name_id_policy"],
            context=data["context"],
            comparison=data["comparison"],
            encrypted=bool(data["encrypted"]),
        )


def as_sent(settings: SamlSettings) -> dict[str, str]:
    """Settings as the form shows them at first."""
    shown = {
        name: getattr(settings, name)
        for name in ("sign_in_url", "sign_out_url", "federation_location", "name_id_policy", "context", "comparison")
    }
    return {**shown, "enabled": "on" if settings.enabled else "", "encrypted": "on" if settings.encrypted else ""}


def as_read(form: SamlForm, settings: SamlSettings) -> list[dict[str, str]]:
    """Settings as people read them: label and value. What concerns only the NameID is left out where it counts not."""
    values = as_sent(settings)
    if settings.federation_location != Location.NAME_ID:
        del values["name_id_policy"]
    lines = []
    for name, field in form.fields.items():
        if name in values:
            choices: Any = getattr(field, "choices", ())
            lines.append({"label": str(field.label), "value": str(dict(choices).get(values[name], values[name]))})
    return lines
