"""Who signs in: the pair of e-mail and password, judged in the same time for known and unknown people."""

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from tenantry.rules.vocabulary import user_key
from tenantry.users.models import User


class PasswordIdentity:
    """Finds the person of an e-mail address and password. Rights are no business of it."""

    def authenticate(self, request: HttpRequest | None, email: str = "", password: str = "") -> User | None:
        """The person, or nobody; an unknown address costs as much time as a wrong password."""
        del request
        person = User.objects.filter(email_key=user_key(email)).first()
        if person is None or not person.has_usable_password():
            make_password(password)
            return None

        def renew(raw: str) -> None:
            person.set_password(raw)
            User.objects.filter(pk=person.pk).update(password=person.password)

        return person if check_password(password, person.password, setter=renew) else None

    def get_user(self, user_id: int) -> User | None:
        """The person of a session."""
        return User.objects.filter(pk=user_id).first()
