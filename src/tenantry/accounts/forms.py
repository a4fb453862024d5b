"""What the account pages read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.accounts import ACCOUNT_NAME_LIMIT
from tenantry.rules.password_policy import RANGES, PasswordPolicy


class AccountForm(forms.Form):
    """Account Information."""

    name = forms.CharField(label="Account Name", max_length=ACCOUNT_NAME_LIMIT)
    support_access_role = forms.ChoiceField(
        label="Support Access Role",
        required=False,
        help_text="The most that people from outside may do here: users of account groups and platform support. "
        "Your own users are not affected.",
    )


def _range(member: str) -> str:
    least, most = RANGES[member]
    return f"{least} to {most}"


class PasswordPolicyForm(forms.Form):
    """Password Policy (PWD-3). An empty number is a rule that is off."""

    minimum_length = forms.IntegerField(label="Minimum length", help_text=_range("minimum_length"))
    history = forms.IntegerField(
        label="Must differ from the last n passwords", required=False, help_text=_range("history") + ", or empty: off"
    )
    expires_after = forms.IntegerField(
        label="Expires after n days",
        required=False,
        help_text=_range("expires_after") + ", or empty: off",
    )
    character_kinds = forms.IntegerField(
        label="Characters from at least k of: upper, lower, digit, special",
        required=False,
        help_text=_range("character_kinds") + ", or empty: off",
    )
    limited_resets = forms.BooleanField(label="At most five resets in 24 hours", required=False)
    no_user_id = forms.BooleanField(
        label="No run of three or more consecutive characters of the user ID", required=False
    )
    no_repeats = forms.BooleanField(label="No group of two or more characters may occur twice", required=False)

    def numbers(self) -> "list[forms.BoundField]":
        """The fields of numbers."""
        return [self[name] for name in RANGES]

    def switches(self) -> "list[forms.BoundField]":
        """The fields that are on or off."""
        return [field for field in self if field.name not in RANGES]

    def policy(self) -> PasswordPolicy:
        """The policy that was sent, once the form is valid."""
        return PasswordPolicy(**self.cleaned_data)
