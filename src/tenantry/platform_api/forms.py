"""What the pages about calls of the platform API read. The rules judge; these only parse."""

from django import forms

from tenantry.rules.origins import ORIGIN_LIMIT, Method
from tenantry.rules.refusals import OriginMethodsMissing
from tenantry.rules.trusted_addresses import ADDRESS_LIMIT, NAME_LIMIT, AddressType


class TrustedAddressForm(forms.Form):
    """Add IP Address, and Edit."""

    name = forms.CharField(label="Name", max_length=NAME_LIMIT)
    type = forms.ChoiceField(label="Type", choices=[(one.value, one.label) for one in AddressType])
    address = forms.CharField(
        label="Address",
        max_length=ADDRESS_LIMIT,
        help_text="Such as 10.0.0.1, 10.0.0.1-10.0.0.9 or 10.0.0.*, as the type says.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


class OriginForm(forms.Form):
    """Add Origin, and Edit."""

    origin = forms.CharField(
        label="Origin",
        max_length=ORIGIN_LIMIT,
        help_text="Such as https://app.example.com, http://localhost:3000 or https://*.example.com.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    methods = forms.MultipleChoiceField(
        label="Allowed Methods",
        choices=[(method.value, method.value) for method in Method],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": OriginMethodsMissing().message},
    )
