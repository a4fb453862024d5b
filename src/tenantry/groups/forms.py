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
        help_text="With a level other than None every user of the group gets e-mail alerts at this level, "
        "for every account in the group, also those that come later. Info includes Warning, Warning includes Error.",
    )
