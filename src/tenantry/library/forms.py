"""What the pages of the Process Library read from their forms. The rules judge; these only parse."""

from django import forms

from tenantry.library.queries import Order
from tenantry.rules.folders import NAME_LIMIT
from tenantry.rules.library import DESCRIPTION_LIMIT, NOTES_LIMIT


class PublicationForm(forms.Form):
    """Review and Publish. The package is chosen before."""

    description = forms.CharField(
        label="Publication Description",
        max_length=DESCRIPTION_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown to everybody who can install the process.",
    )
    with_passwords = forms.BooleanField(label="Include passwords in publication", required=False)
    notes = forms.CharField(
        label="Publication Notes",
        max_length=NOTES_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For this account alone.",
    )


class InstallForm(forms.Form):
    """The name of the local copy. Its folder is picked beside it."""

    name = forms.CharField(
        label="Process Name for Local Version",
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="A name that is taken in the folder gets a number.",
    )


class LibraryForm(forms.Form):
    """How the library is searched, filtered and sorted."""

    q = forms.CharField(label="Search processes", required=False, max_length=200)
    publisher = forms.ChoiceField(label="Filter by Publisher", required=False)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=[(one.value, one.label) for one in Order])

    def __init__(self, asked: object, publishers: tuple[str, ...]) -> None:
        """Offer these publishers."""
        super().__init__(asked)  # type: ignore[arg-type]
        field = self.fields["publisher"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        field.choices = [("", "All publishers"), *((name, name) for name in publishers)]
