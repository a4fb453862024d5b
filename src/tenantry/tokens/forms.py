"""What the pages of tokens read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.tokens import TOKEN_NAME_LIMIT, MadeWithin, TokenStatus

RANGE = "range"
"""The choice of a first and a last day."""

_DAY = {"type": "date"}


class TokenNameForm(forms.Form):
    """Add New Token, and Rename."""

    name = forms.CharField(
        label="Token Name",
        max_length=TOKEN_NAME_LIMIT,
        help_text="Say what uses it, such as the program's name. You can change it later.",
    )


class TokenFilterForm(forms.Form):
    """The filters of Token Management (TOK-8). Days are in UTC, both included."""

    q = forms.CharField(required=False)
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Enabled and disabled"), *((status.value, status.title()) for status in TokenStatus)],
    )
    date = forms.ChoiceField(
        label="Date",
        required=False,
        choices=[
            ("", "Any"),
            (MadeWithin.HOUR.value, "Past hour"),
            (MadeWithin.DAY.value, "Past 24 hours"),
            (MadeWithin.WEEK.value, "Past week"),
            (RANGE, "Range"),
        ],
    )
    date_from = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs=_DAY))
    date_to = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs=_DAY))
