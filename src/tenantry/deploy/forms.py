"""What the dialogs of Deploy read from their forms. The rules judge; these only parse."""

from django import forms

from tenantry.rules.deploying import NOTES_LIMIT, VERSION_LIMIT


class PackageForm(forms.Form):
    """Create Packaged Component. The component is chosen from a list beside it."""

    component = forms.CharField(error_messages={"required": "Choose a component."})
    version = forms.CharField(label="Version", max_length=VERSION_LIMIT)
    notes = forms.CharField(
        label="Notes", max_length=NOTES_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    shareable = forms.BooleanField(label="Shareable", required=False)


class EnvironmentForm(forms.Form):
    """Where to deploy to."""

    environment = forms.ChoiceField(label="Environment")


class PackageAndDeployForm(PackageForm, EnvironmentForm):
    """Package and Deploy."""

    field_order = ("component", "version", "notes", "shareable", "environment")
