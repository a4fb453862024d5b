"""What the page that asks for an account reads."""

from django import forms

from tenantry.rules.accounts import ACCOUNT_ID_LIMIT


class AccountForm(forms.Form):
    """The id of an account."""

    next = forms.CharField(required=False, widget=forms.HiddenInput)
    account = forms.SlugField(
        label="Account ID",
        max_length=ACCOUNT_ID_LIMIT,
        help_text="As on Account Information, such as acme-4F7K2M. Your administrator knows it.",
        error_messages={"invalid": "Account IDs have letters, digits and hyphens only."},
        widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false", "autocapitalize": "none"}),
    )
