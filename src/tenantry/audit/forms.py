"""What the audit log page reads from its filters."""

from django import forms

from tenantry.audit.catalogue import Act


def _words(member: str) -> list[tuple[str, str]]:
    words = sorted({getattr(act.value, member) for act in Act})
    return [("", "Any"), *((word, word) for word in words)]


_DATE = {"type": "datetime-local"}


class AuditForm(forms.Form):
    """The filters of AUD-2."""

    user = forms.CharField(label="User", required=False)
    date_from = forms.DateTimeField(label="From", required=False, widget=forms.DateTimeInput(attrs=_DATE))
    date_to = forms.DateTimeField(label="To", required=False, widget=forms.DateTimeInput(attrs=_DATE))
    type = forms.ChoiceField(label="Type", required=False, choices=_words("type"))
    action = forms.ChoiceField(label="Action", required=False, choices=_words("action"))
    modifier = forms.ChoiceField(label="Modifier", required=False, choices=_words("modifier"))
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=[("", "Any"), *((level, level) for level in ("DEBUG", "INFO", "WARNING", "ERROR"))],
    )
    source = forms.ChoiceField(
        label="Source",
        required=False,
        choices=[("", "Any"), *((source, source) for source in ("UI", "API", "INTERNAL", "UNKNOWN"))],
    )
    container = forms.CharField(label="Container", required=False)
