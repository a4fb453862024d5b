"""What Process Reporting reads from its filters."""

from django import forms

from tenantry.rules.reporting import NAME_LIMIT, Outcome

_DATE = {"type": "date"}


class ReportingForm(forms.Form):
    """The filters. Dates are days in UTC, both included. The environments are those one gets into."""

    process = forms.CharField(label="Process", required=False, max_length=NAME_LIMIT)
    environment = forms.CharField(label="Environment", required=False, widget=forms.Select)
    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "Any"), *((one.value, one.label) for one in Outcome)]
    )
    date_from = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs=_DATE))
    date_to = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs=_DATE))
