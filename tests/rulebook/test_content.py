"""What a key opens, and what is an orphan."""

from datetime import UTC, datetime, timedelta

import pytest

from tenantry.rules.content import GRACE, Kept, key_in, name_of, orphans
from tenantry.rules.vocabulary import AccountId

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
OLD = AT - GRACE - timedelta(microseconds=1)
KEYS = [f"{number:032x}" for number in range(4)]


def test_acc_1_the_account_is_part_of_the_name() -> None:
    """The same key is another thing in another account, and no account's id gets into another's folder."""
    accounts = [AccountId(id) for id in ("a", "b", "", "a/b", "..", "ä", "A")]
    names = {name_of(account, KEYS[0]) for account in accounts}
    assert len(names) == len(accounts)
    for name in names:
        assert name is not None
        assert key_in(name) == KEYS[0]


@pytest.mark.parametrize(
    "key", ["", "..", "g" * 32, "A" * 32, KEYS[0][1:], f"{KEYS[0]}0", f"{KEYS[0]}\n", "\u0660" * 32]
)
def test_what_is_no_key_has_no_name(key: str) -> None:
    """Nothing but 32 small hexadecimal digits."""
    assert name_of(AccountId("a"), key) is None


def test_an_orphan_is_old_and_named_by_nobody() -> None:
    """To the instant; and what does not look like ours is left alone."""
    names = [str(name_of(AccountId("a"), key)) for key in KEYS]
    kept = [
        Kept(names[0], OLD),
        Kept(names[1], OLD),
        Kept(names[2], AT - GRACE),
        Kept(names[3], AT + GRACE),
        Kept(KEYS[0], OLD),
        Kept(f"drafts/{KEYS[0]}", OLD),
        Kept(f"{names[0]}/{KEYS[0]}", OLD),
        Kept("readme.txt", OLD),
    ]
    assert list(orphans(kept, {KEYS[1]}, AT)) == [kept[0]]
