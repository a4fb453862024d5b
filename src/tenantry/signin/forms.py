"""What the sign-in pages read."""

from typing import Any

from django import forms

from tenantry.factors.forms import ANSWER_LIMIT
from tenantry.rules.refusals import Refused


class SignInForm(forms.Form):
    """E-mail and password."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)
    email = forms.CharField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChoosePasswordForm(forms.Form):
    """A new password, twice."""

    new_password = forms.CharField(
        label="New password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password_again = forms.CharField(
        label="New password again",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ResetForm(forms.Form):
    """The address to which the link to reset a password goes."""

    email = forms.CharField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )


def show_broken(form: forms.Form, refused: Refused) -> None:
    """Show every rule that the new password breaks, at its field (PWD-7)."""
    place_of = {"password": "new_password", "again": "new_password_again"}
    for refusal in refused.refusals:
        form.add_error(place_of.get(getattr(refusal, "place", "")), refusal.message)


class UnlockForm(forms.Form):
    """The lock screen: a password, with a code where that is asked for, or what the browser says of a passkey."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "autofocus": True, "id": "lock-password"}
        ),
    )
    code = forms.CharField(label="Verification code", max_length=20, required=False)
    passkey = forms.CharField(max_length=ANSWER_LIMIT, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, with_code: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        """With a code besides the password, where that is asked for; a passkey needs neither."""
        super().__init__(*args, **kwargs)
        by_passkey = bool(self.data.get("passkey"))
        self.fields["password"].required = not by_passkey
        self.fields["code"].required = with_code and not by_passkey
