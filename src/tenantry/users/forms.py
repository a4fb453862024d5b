"""What the pages about people read from their forms. The rules judge; these only parse."""

from zoneinfo import available_timezones

from django import forms

from tenantry.rules.federations import FEDERATION_ID_LIMIT
from tenantry.rules.users import EMAIL_LIMIT, NAME_LIMIT


class UserForm(forms.Form):
    """Add/Maintain User Roles."""

    email = forms.CharField(
        label="User e-mail address",
        max_length=EMAIL_LIMIT,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    first_name = forms.CharField(label="First name", max_length=NAME_LIMIT, required=False)
    last_name = forms.CharField(label="Last name", max_length=NAME_LIMIT, required=False)
    federation_id = forms.CharField(
        label="Federation ID",
        help_text="What the identity provider calls this user. Who has one signs in there.",
        max_length=FEDERATION_ID_LIMIT,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "placeholder": " "}),
    )
    roles = forms.MultipleChoiceField(required=False)

    def without_federation_id(self) -> None:
        """Leave the Federation ID out: the account has no single sign-on (USER-3)."""
        del self.fields["federation_id"]


class PersonForm(forms.Form):
    """Own names and time zone."""

    first_name = forms.CharField(label="First name", max_length=NAME_LIMIT)
    last_name = forms.CharField(label="Last name", max_length=NAME_LIMIT)
    time_zone = forms.ChoiceField(
        label="Time zone", choices=lambda: [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    )


class EmailForm(forms.Form):
    """Own e-mail address."""

    new_email = forms.CharField(label="New e-mail address", max_length=EMAIL_LIMIT, widget=forms.EmailInput)
    new_email_again = forms.CharField(label="New e-mail address again", max_length=EMAIL_LIMIT, widget=forms.EmailInput)
    current_password = forms.CharField(
        label="Current password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """Own password."""

    old_password = forms.CharField(
        label="Current password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password = forms.CharField(
        label="New password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    new_password_again = forms.CharField(
        label="New password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class PreferencesForm(forms.Form):
    """Where one lands at sign-in."""

    default_account = forms.CharField(label="Default account")
