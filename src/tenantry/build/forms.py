"""What the dialogs and the editor of Build read. The rules judge; these only parse."""

from typing import Any

from django import forms

from tenantry.rules.components import TYPES, Format
from tenantry.rules.connectors import beginning_of
from tenantry.rules.folders import NAME_LIMIT

_NAME = {"autocomplete": "off", "spellcheck": "false"}
_TEXT = {"rows": 18, "spellcheck": "false", "autocapitalize": "off", "class": "source", "wrap": "off"}


class FolderForm(forms.Form):
    """New Folder, Rename."""

    name = forms.CharField(label="Folder Name", max_length=NAME_LIMIT, widget=forms.TextInput(attrs=_NAME))


class CopyForm(forms.Form):
    """The name of a copy."""

    name = forms.CharField(
        label="Name",
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs=_NAME),
        help_text="A name that is taken there gets “Copy of” in front.",
    )


class ComponentForm(forms.Form):
    """New Component."""

    name = forms.CharField(label="Component Name", max_length=NAME_LIMIT, widget=forms.TextInput(attrs=_NAME))
    type = forms.ChoiceField(label="Type", choices=tuple(TYPES.items()))
    format = forms.ChoiceField(label="Format", choices=[(one.value, one.label) for one in Format])
    connector = forms.CharField(label="Connector", required=False)
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={**_TEXT, "rows": 8}),
        help_text="Well-formed XML or JSON, at most 1 MiB. With a connector chosen it may stay empty.",
    )

    def clean(self) -> dict[str, Any]:
        """The text: as typed, or what a component of the connector chosen begins with."""
        found = super().clean() or {}
        text, chosen = as_typed(found.get("text", "")), found.get("connector", "")
        if not text.strip() and not chosen:
            self.add_error("text", "This field is required.")
        elif not text.strip() and "type" in found and "format" in found:
            text = beginning_of(found["type"], found["format"], chosen)
        found["text"] = text
        return found


class EditorForm(forms.Form):
    """The editor of a component. `opened` is the revision it began from."""

    name = forms.CharField(label="Component Name", max_length=NAME_LIMIT, widget=forms.TextInput(attrs=_NAME))
    text = forms.CharField(label="Text", strip=False, widget=forms.Textarea(attrs=_TEXT))
    opened = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def as_typed(text: str, before: str = "") -> str:
    """A text as it was typed: browsers send each line end as two characters, which stay only where they were before."""
    return text if "\r\n" in before else text.replace("\r\n", "\n")
