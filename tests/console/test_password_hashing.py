"""How hard it is to guess passwords from their hashes."""

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import override_settings

from tenantry.command_line.diagnosis import _configuration
from tenantry.signin.hashing import weakness_of_new_hashes

AS_DELIVERED = ["tenantry.signin.hashing.Argon2id", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
"""The tests' own hasher costs next to nothing."""


@override_settings(PASSWORD_HASHERS=AS_DELIVERED)
def test_passwords_are_hashed_by_argon2id_with_the_owasp_parameters() -> None:
    """19 MiB, two passes, one lane; a salt of its own each time."""
    first, second = make_password("Correct-Horse-9"), make_password("Correct-Horse-9")
    for stored in (first, second):
        assert stored.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
        assert check_password("Correct-Horse-9", stored)
    assert first != second
    assert weakness_of_new_hashes() == ""


@pytest.mark.parametrize(
    ("hasher", "told"),
    [
        ("tests.hashing.CheapArgon2id", "memory_cost 8, at least 19456, time_cost 1, at least 2"),
        ("django.contrib.auth.hashers.PBKDF2PasswordHasher", "pbkdf2_sha256 instead of argon2id"),
        ("django.contrib.auth.hashers.MD5PasswordHasher", "md5 instead of argon2id"),
    ],
)
def test_the_doctor_tells_of_a_weaker_hasher(hasher: str, told: str) -> None:
    """It is an error, with what is weak about it."""
    with override_settings(PASSWORD_HASHERS=[hasher]):
        found = [finding for finding in _configuration() if "hashed" in finding.what]
    assert [(finding.what, finding.error) for finding in found] == [
        (f"New passwords are hashed too weakly: {told}.", True)
    ]
    with override_settings(PASSWORD_HASHERS=AS_DELIVERED):
        assert not [finding for finding in _configuration() if "hashed" in finding.what]
