"""Forms of the pages about environments."""

from django import forms

from tenantry.rules.environments import NAME_LIMIT
from tenantry.rules.places import Classification


class EnvironmentForm(forms.Form):
    """Name and, where there is a choice, classification of a new environment (ENV-1, ENV-2)."""

    name = forms.CharField(label="Name", max_length=NAME_LIMIT, widget=forms.TextInput({"autocomplete": "off"}))
    classification = forms.ChoiceField(
        label="Classification",
        choices=[(one.value, one.label) for one in Classification],
        help_text="It never changes.",
    )


class NameForm(forms.Form):
    """Another name for an environment."""

    name = forms.CharField(label="Name", max_length=NAME_LIMIT, widget=forms.TextInput({"autocomplete": "off"}))
