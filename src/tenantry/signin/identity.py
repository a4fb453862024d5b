"""Who signs in: the pair of e-mail and password, judged in the same time for known and unknown people."""

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from tenantry.users.own_details import renew_hash
from tenantry.users.queries import PersonRow, person_by_email, person_by_key


class PasswordIdentity:
    """Finds the person of an e-mail address and password. Rights are no business of it."""

    def authenticate(self, request: HttpRequest | None, email: str = "", password: str = "") -> PersonRow | None:
        """The person, or nobody; an unknown address costs as much time as a wrong password."""
        del request
        person = person_by_email(email)
        if person is None or not person.has_usable_password():
            make_password(password)
            return None

        def renew(raw: str) -> None:
            renew_hash(person=person, password=raw)

        return person if check_password(password, person.password, setter=renew) else None

    def get_user(self, user_id: int) -> PersonRow | None:
        """The person of a session."""
        return person_by_key(user_id)
