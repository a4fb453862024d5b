"""What the pages of tokens read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.tokens import TOKEN_NAME_LIMIT


class TokenNameForm(forms.Form):
    """Add New Token, and Rename."""

    name = forms.CharField(
        label="Token Name",
        max_length=TOKEN_NAME_LIMIT,
        help_text="Say what uses it, such as the program's name. You can change it later.",
    )
