"""Whose session this is. Django keeps sessions and binds them to the password; its permissions are not used."""

from django.contrib import auth
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from tenantry.users.models import User


def person_of_session(request: HttpRequest) -> User | None:
    """The person signed in, or nobody; a session from before a change of password has ended (PWD-9)."""
    key = request.session.get(auth.SESSION_KEY)
    person = User.objects.filter(pk=key).first() if key is not None else None
    if person is None:
        return None
    stamp = request.session.get(auth.HASH_SESSION_KEY, "")
    if not constant_time_compare(stamp, person.get_session_auth_hash()):
        request.session.flush()
        return None
    return person
