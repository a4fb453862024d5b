"""What the account pages read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.accounts import ACCOUNT_NAME_LIMIT


class AccountForm(forms.Form):
    """Account Information."""

    name = forms.CharField(label="Account Name", max_length=ACCOUNT_NAME_LIMIT)
    support_access_role = forms.ChoiceField(
        label="Support Access Role",
        required=False,
        help_text="The most that people from outside may do here: users of account groups and platform support. "
        "Your own users are not affected.",
    )
