"""What the pages about library files read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.libraries import ENDING, FILE_LIMIT

_MIB = 1024 * 1024


class LibraryForm(forms.Form):
    """Upload Library."""

    library = forms.FileField(
        label="Library File",
        help_text=f"A {ENDING} file, at most {FILE_LIMIT // _MIB} MiB. Its name must be new in this account.",
        widget=forms.ClearableFileInput(attrs={"accept": f"{ENDING},application/java-archive"}),
    )
