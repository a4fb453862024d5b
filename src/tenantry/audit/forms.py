"""What the audit log page reads from its filters."""

from django import forms

from tenantry.audit.catalogue import Act


def _words(member: str) -> list[tuple[str, str]]:
    words = sorted({getattr(act.value, member) for act in Act})
    return [("", "Any"), *((word, word) for word in words)]


_DATE = {"type": "date"}


class AuditForm(forms.Form):
    """The filters of AUD-2. Dates are days in UTC, both included."""

    user = forms.CharField(label="User", required=False)
    date_from = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs=_DATE))
    date_to = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs=_DATE))
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
