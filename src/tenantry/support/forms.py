"""What the pages of temporary support access read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.support import LENGTHS

_LENGTHS = [("", "Choose"), *((str(hours), words) for hours, words in LENGTHS.items())]


class LengthForm(forms.Form):
    """Extend."""

    hours = forms.TypedChoiceField(label="Length of Time", choices=_LENGTHS, coerce=int)


class SetUpForm(LengthForm):
    """Set Up Access. The roles on offer are filled in by the page."""

    members = forms.TypedMultipleChoiceField(
        label="Team Members", coerce=int, error_messages={"required": "Choose at least one team member."}
    )
    role = forms.ChoiceField(label="Role")
    field_order = ("members", "role", "hours")


class RequestForm(forms.Form):
    """Ask for access to an account."""

    account = forms.CharField(
        label="Account ID", max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    why = forms.CharField(label="Reason", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
