"""Chapter LOCK: how many invalid attempts lock."""

from tenantry.rules.locking import ATTEMPTS, locks


def test_lock_1_six_invalid_attempts_in_a_row_lock() -> None:
    """Five do not, and more than six do as well."""
    assert ATTEMPTS == 6
    assert [locks(failed) for failed in (0, 1, 5, 6, 7)] == [False, False, False, True, True]
