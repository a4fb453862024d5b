"""What the dialogs of integration packs read from their forms. The rules judge; these only parse."""

from django import forms

from tenantry.rules.packs import DESCRIPTION_LIMIT
from tenantry.rules.sharing import NAME_LIMIT

NOW, LATER = "now", "day"
"""The two answers to when a pack is released."""


class PackForm(forms.Form):
    """Create Integration Pack. The types that can be chosen are put in by the page."""

    name = forms.CharField(label="Integration Pack Name", max_length=NAME_LIMIT)
    type = forms.ChoiceField(label="Integration Pack Type")
    description = forms.CharField(
        label="Description", max_length=DESCRIPTION_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class EditPackForm(forms.Form):
    """Another name or description."""

    name = forms.CharField(label="Integration Pack Name", max_length=NAME_LIMIT)
    description = forms.CharField(
        label="Description", max_length=DESCRIPTION_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DayForm(forms.Form):
    """The day of a release."""

    day = forms.DateField(
        label="Release date",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Choose a date.", "invalid": "Enter a date such as 2031-05-23."},
    )


class ReleaseForm(DayForm):
    """When to release."""

    when = forms.ChoiceField(
        choices=[(NOW, "Release immediately"), (LATER, "Release on specified date")],
        error_messages={"required": "Choose when to release."},
    )

    field_order = ("when", "day")


class InstallForm(forms.Form):
    """The name of an instance of a pack with Multiple Attachments."""

    name = forms.CharField(label="Choose new process name", max_length=NAME_LIMIT)
