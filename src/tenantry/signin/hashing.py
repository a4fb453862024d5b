"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage minimum, about 30 ms a sign-in.

    Hashes made with other parameters keep working and are renewed at the next sign-in.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
