"""What the pages of second factors read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.two_factor import PASSKEY_NAME_LIMIT

ANSWER_LIMIT = 20_000
"""Characters of what a browser says of a passkey."""

_DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}


class CodeForm(forms.Form):
    """A code of an authenticator app."""

    code = forms.CharField(
        label="Verification code",
        max_length=20,
        help_text="The six digits that your authenticator app shows now.",
        widget=forms.TextInput(attrs=_DIGITS),
    )


class BackupCodeForm(forms.Form):
    """A backup code."""

    backup_code = forms.CharField(
        label="Backup code",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )


class PasskeyForm(forms.Form):
    """What a browser says of a passkey."""

    passkey = forms.CharField(max_length=ANSWER_LIMIT)


class NewPasskeyForm(forms.Form):
    """A name for a passkey, and what the browser says of it."""

    name = forms.CharField(
        label="Name",
        max_length=PASSKEY_NAME_LIMIT,
        help_text="Say where it is kept, such as the name of your phone.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passkey = forms.CharField(max_length=ANSWER_LIMIT, required=False, widget=forms.HiddenInput)


class AgainForm(forms.Form):
    """Whatever shows once more who one is: password, code or passkey; one of them is enough."""

    again_password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    again_code = forms.CharField(
        label="Verification code",
        max_length=20,
        required=False,
        help_text="Of your authenticator app, instead of the password.",
        widget=forms.TextInput(attrs={**_DIGITS, "autofocus": False}),
    )
    again_passkey = forms.CharField(max_length=ANSWER_LIMIT, required=False, widget=forms.HiddenInput)
