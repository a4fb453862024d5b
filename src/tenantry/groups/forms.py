"""What the group dialog reads. The rules judge; this only parses."""

from django import forms

from tenantry.rules.groups import ALERT_LEVELS, GROUP_NAME_LIMIT


class GroupForm(forms.Form):
    """Add/Edit Account Group."""

    name = forms.CharField(
        label="Group Name",
        max_length=GROUP_NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    alert_level = forms.ChoiceField(
        label="Auto Subscribe Alert Level",
        choices=[(level, level.title()) for level in ALERT_LEVELS],
        help_text="The e-mail alerts to which the group's users are subscribed, for every account in the group. "
        "Info includes Warning, and Warning includes Error. This version keeps the level; it sends no alerts itself.",
    )
