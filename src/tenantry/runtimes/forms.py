"""Forms of the pages about runtimes."""

from django import forms

from tenantry.rules.runtimes import NAME_LIMIT


class RuntimeNameForm(forms.Form):
    """Another name for a runtime."""

    name = forms.CharField(label="Name", max_length=NAME_LIMIT, widget=forms.TextInput({"autocomplete": "off"}))


class AttachmentForm(RuntimeNameForm):
    """A new attachment. The cloud is chosen from a list beside it."""
