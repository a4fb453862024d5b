"""What loading an estate asks about temporary support access. Estate files state none."""

from collections.abc import Iterable

from tenantry.rules.support import GrantStatus
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.support.models import SupportGrant


def accounts_lending_to(users: Iterable[int]) -> set[str]:
    """The accounts where one of these people has temporary grants that were not ended by hand."""
    found: set[str] = set()
    for some in portions(sorted(set(users))):
        rows = SupportGrant.rows.across(Crossing.ACCOUNTS_OF_A_PERSON).filter(user_id__in=some)
        found.update(rows.filter(status=GrantStatus.ACTIVE).values_list("account_id", flat=True).distinct())
    return found
