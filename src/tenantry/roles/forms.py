"""What the role dialog reads. The rules judge; this only parses."""

from django import forms

from tenantry.rules.roles import DESCRIPTION_LIMIT, ROLE_NAME_LIMIT


class RoleForm(forms.Form):
    """Add/Edit Role."""

    name = forms.CharField(
        label="Role Name",
        max_length=ROLE_NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    description = forms.CharField(label="Description", max_length=DESCRIPTION_LIMIT, required=False)
    inherits = forms.CharField(label="Inherits Role", required=False)
    privileges = forms.CharField(label="Additional Available Privileges", required=False)
