"""What the page Usage Agreement reads. The rules judge; this only parses."""

from django import forms


class AgreementForm(forms.Form):
    """Usage Agreement (AGR-1)."""

    on = forms.BooleanField(label="Show this agreement at every entry", required=False)
    title = forms.CharField(label="Title", required=False, help_text="At most 120 characters.")
    message = forms.CharField(
        label="Message",
        required=False,
        help_text="At most 2000 characters. Line breaks are kept.",
        widget=forms.Textarea(attrs={"rows": 10}),
    )
