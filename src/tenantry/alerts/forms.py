"""What the pages about alerts and account notifications read. The rules judge; these only parse."""

from typing import Final

from django import forms

from tenantry.rules.alerts import LEVELS, NOTICE_LIMIT, EventType

LEVEL_CHOICES: Final = [(level, level.upper()) for level in LEVELS]


class SubscriptionForm(forms.Form):
    """Add Alert, whose account is chosen before, and Edit, which has none."""

    account = forms.CharField(widget=forms.HiddenInput)
    event_type = forms.ChoiceField(
        label="Event Type",
        choices=[(one.value, f"{one.value} ({one.label})" if one is not EventType.ALL else "ALL") for one in EventType],
        initial=EventType.ALL.value,
    )
    level = forms.ChoiceField(
        label="Log Level", choices=LEVEL_CHOICES, help_text="INFO includes WARNING, which includes ERROR."
    )

    def account_stays(self) -> None:
        """Leave the account out: that of a subscription never changes (ALERT-1)."""
        del self.fields["account"]


class NoticeForm(forms.Form):
    """Add Notification."""

    text = forms.CharField(
        label="Text",
        max_length=NOTICE_LIMIT,
        widget=forms.Textarea({"rows": 4, "autofocus": True}),
        help_text="Shown on every page of this account, to everybody who is in it.",
    )
    level = forms.ChoiceField(label="Log Level", choices=LEVEL_CHOICES, help_text="Mailed to whoever has subscribed.")
    ends = forms.DateTimeField(
        label="Ends (UTC)",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Without an end it is shown until somebody ends it.",
    )
