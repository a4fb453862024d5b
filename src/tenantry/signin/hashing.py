"""How passwords are hashed."""

from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher

MEMORY: Final = 19_456
"""KiB that making a hash takes at least."""

PASSES: Final = 2
LANES: Final = 1


class Argon2id(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage minimum, about 30 ms a sign-in.

    Hashes made with other parameters keep working and are renewed at the next sign-in.
    """

    memory_cost = MEMORY
    time_cost = PASSES
    parallelism = LANES


def weakness_of_new_hashes() -> str:
    """In what the hasher of new passwords falls behind the OWASP minimum; nothing if it does not."""
    hasher = get_hasher()
    if not isinstance(hasher, Argon2PasswordHasher):
        return f"{hasher.algorithm} instead of argon2id"
    wanted = {"memory_cost": MEMORY, "time_cost": PASSES, "parallelism": LANES}
    found = {name: getattr(hasher, name) for name in wanted}
    return ", ".join(f"{name} {found[name]}, at least {least}" for name, least in wanted.items() if found[name] < least)
