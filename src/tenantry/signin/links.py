"""The link by which a person chooses the first password."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tenantry.users.models import User


def choose_password_path(person: User) -> str:
    """Signed, for one use, for `PASSWORD_RESET_TIMEOUT` seconds."""
    key = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("choose_password", kwargs={"person": key, "token": default_token_generator.make_token(person)})
