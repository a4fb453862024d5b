"""What the pages of Cloud Management read from their forms. The rules judge; these only parse."""

from django import forms

from tenantry.rules.clouds import DEFAULT_MAXIMUM, NAME_LIMIT, Properties
from tenantry.rules.places import Classification

_NOT_A_NUMBER = "Enter a whole number, or -1 for unlimited."


class PropertiesForm(forms.Form):
    """Cloud Properties (CLOUD-2)."""

    name = forms.CharField(
        label="Name", max_length=NAME_LIMIT, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )
    max_attachments = forms.IntegerField(
        label="Max. Attachments per Account",
        initial=DEFAULT_MAXIMUM,
        help_text="-1 is unlimited. Attachments that are there already stay, whatever the number.",
        widget=forms.NumberInput({"min": "-1"}),
        error_messages={"invalid": _NOT_A_NUMBER, "required": _NOT_A_NUMBER},
    )
    allow_deployments = forms.BooleanField(label="Allow Deployments", required=False, initial=True)
    allow_browsing = forms.BooleanField(label="Allow Browsing", required=False, initial=True)
    allow_test_executions = forms.BooleanField(label="Allow Test Executions", required=False, initial=True)

    def properties(self) -> Properties:
        """What was entered."""
        told = self.cleaned_data
        return Properties(**{name: told[name] for name in Properties.__dataclass_fields__})


class CloudForm(PropertiesForm):
    """A new cloud, with its classification for good."""

    classification = forms.ChoiceField(
        label="Classification",
        choices=[(one.value, one.label) for one in Classification],
        help_text="Attachments fit only environments of this classification. It never changes.",
    )

    field_order = ("name", "classification", "max_attachments")


class QuotaForm(forms.Form):
    """Add Quota, Edit Quota. The account is chosen from a list beside it."""

    maximum = forms.IntegerField(
        label="Max. Attachments",
        help_text="0 takes no new attachments, -1 is unlimited.",
        widget=forms.NumberInput({"min": "-1"}),
        error_messages={"invalid": _NOT_A_NUMBER, "required": _NOT_A_NUMBER},
    )
