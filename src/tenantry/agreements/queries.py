"""Reads of usage agreements."""

from tenantry.agreements.models import UsageAgreement
from tenantry.rules.agreements import NO_AGREEMENT, Agreement
from tenantry.rules.vocabulary import AccountId


def agreement_of(account: AccountId | str) -> Agreement:
    """What the account asks everybody to accept who enters it; one that is off where there is none. One query."""
    row = UsageAgreement.rows.of(account).values_list("on", "title", "message", "edition").first()
    if row is None:
        return NO_AGREEMENT
    on, title, message, edition = row
    return Agreement(on=on, title=title, message=message, edition=edition)
