"""What begins when a share does: what was left where it stood goes on (PACK-11).

Called in the transaction in which resources come to accounts, when that is written. One statement, however many
accounts there are.
"""

from collections.abc import Iterable

from tenantry.packs.following import resume_updates
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId


def begin_of_share(*, account: AccountId, kind: Kind, resources: Iterable[str]) -> None:
    """A primary shares these resources with one more group."""
    if kind is Kind.INTEGRATION_PACK:
        resume_updates(primary=account, packs=resources)


def begin_of_membership(*, account: AccountId, members: Iterable[AccountId]) -> None:
    """These accounts have joined a group of the primary, and receive what it carries."""
    resume_updates(primary=account, accounts=members)


def begin_of_everything(accounts: Iterable[AccountId | str]) -> None:
    """Groups of these primaries, their shares or their accounts may have become more."""
    for account in sorted(set(accounts)):
        resume_updates(primary=account)
