"""What the pages of Data Hub read from their forms. The rules judge; these only parse."""

from django import forms

from tenantry.rules.modelling import CHECK_LIMIT, NOTES_LIMIT, PART_NAME_LIMIT, FieldType
from tenantry.rules.sharing import NAME_LIMIT

_NAME = {"autocomplete": "off", "spellcheck": "false"}


class NameForm(forms.Form):
    """The name of a model or of a repository."""

    name = forms.CharField(label="Name", max_length=NAME_LIMIT, widget=forms.TextInput(_NAME))


class PartForm(forms.Form):
    """A field or step of a draft. `opened` is the revision of the draft that the change began from."""

    name = forms.CharField(label="Name", max_length=PART_NAME_LIMIT, widget=forms.TextInput(_NAME))
    opened = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class FieldForm(PartForm):
    """A field."""

    type = forms.ChoiceField(label="Type", choices=[(one.value, one.label) for one in FieldType])
    required = forms.BooleanField(label="Required", required=False)
    unique = forms.BooleanField(label="Unique", required=False)
    match = forms.BooleanField(label="Match", required=False)


class RuleForm(PartForm):
    """A data quality step that checks a business rule."""

    check = forms.CharField(
        label="What it checks",
        max_length=CHECK_LIMIT,
        widget=forms.Textarea({"rows": 3}),
        help_text="A sentence that must hold of a record, such as “Country is a two-letter code”.",
    )


class CallForm(PartForm):
    """A data quality step that calls a process, chosen from a list beside it."""

    process = forms.CharField(required=False)


class OpenedForm(forms.Form):
    """A change of the draft that asks for nothing else."""

    opened = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class PublishForm(OpenedForm):
    """Publish Model."""

    notes = forms.CharField(label="Notes", max_length=NOTES_LIMIT, required=False, widget=forms.Textarea({"rows": 3}))


class DeployForm(forms.Form):
    """Deploy Model: a version, and the repository, chosen from a list beside it."""

    version = forms.TypedChoiceField(label="Version", coerce=int)
    repository = forms.CharField(error_messages={"required": "Choose a repository."})
