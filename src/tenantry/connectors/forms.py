"""What the pages about connectors read. The rules judge; these only parse."""

from typing import Any

from django import forms

from tenantry.rules.connectors import ADDRESS_LIMIT, CLASSIFICATION_LIMIT, LOG_LIMIT
from tenantry.rules.sharing import NAME_LIMIT

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
_FIRST = {**_PLAIN, "autofocus": True}


def _line(label: str, *, limit: int = NAME_LIMIT, needed: bool = False, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, required=needed, widget=forms.TextInput(attrs=_PLAIN), help_text=help_text
    )


class PublisherForm(forms.Form):
    """Publisher."""

    name = forms.CharField(
        label="Publisher Name",
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text="Who uses what this account publishes sees it under this name.",
    )


class ConnectorForm(forms.Form):
    """The display name of a connector."""

    name = forms.CharField(label="Display Name", max_length=NAME_LIMIT, widget=forms.TextInput(attrs=_FIRST))


class NewConnectorForm(ConnectorForm):
    """Add Connector."""

    classification = _line(
        "Classification",
        limit=CLASSIFICATION_LIMIT,
        needed=True,
        help_text="Such as dev, qa, uat or prod. It is part of the type and never changes.",
    )
    version = forms.TypedChoiceField(label="Version", coerce=int)


class DetailsForm(forms.Form):
    """What is told of a connector group."""

    name = forms.CharField(label="Connector Group Name", max_length=NAME_LIMIT, widget=forms.TextInput(attrs=_FIRST))
    support_url = _line("Support URL", limit=ADDRESS_LIMIT)
    support_email = _line("Support E-mail", limit=ADDRESS_LIMIT)
    vendor = _line("Vendor Name")
    product = _line("Product")
    product_version = _line("Product Version")


class VersionForm(forms.Form):
    """Add Version."""

    descriptor = forms.FileField(
        label="Connector Descriptor",
        help_text="XML that says which fields and operations the connector has, at most 1 MiB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
    )
    archive = forms.FileField(
        label="Connector Archive",
        help_text="A zip or jar file, at most 64 MiB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.jar,.car,application/zip"}),
    )
    change_log = forms.CharField(
        label="Change Log", max_length=LOG_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class GroupForm(DetailsForm, VersionForm):
    """Add Connector Group: with its first connector, and version 1."""

    display_name = _line("Display Name", needed=True)
    classification = _line(
        "Classification",
        limit=CLASSIFICATION_LIMIT,
        needed=True,
        help_text="Of the first connector, such as dev, qa, uat or prod. It never changes.",
    )
    field_order = ("name", "display_name", "classification", "descriptor", "archive", "change_log")


class ReleaseForm(forms.Form):
    """Choose Connector Version."""

    version = forms.TypedChoiceField(label="Available Versions", coerce=int)
    when = forms.ChoiceField(choices=[("now", "Release Immediately"), ("on", "Release On")], initial="now")
    date = forms.DateField(label="Release On", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """A release on a day needs the day."""
        found = super().clean() or {}
        if found.get("when") == "on" and found.get("date") is None and "date" not in self.errors:
            self.add_error("date", "Choose the day of the release.")
        return found


class VisibilityForm(forms.Form):
    """Change Connector Visibility, Submit for Review."""

    wanted = forms.ChoiceField(label="Visibility", error_messages={"required": "Choose a visibility."})
    note = forms.CharField(
        label="Note for the reviewers", max_length=LOG_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(forms.Form):
    """The answer of platform staff."""

    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("reject", "Reject")])
    answer = forms.CharField(
        label="Answer", max_length=LOG_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
