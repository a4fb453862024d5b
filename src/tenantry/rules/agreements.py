"""The Account Usage Agreement: what it may say, and that it is accepted at every entry (AGR-1 to AGR-5)."""

from dataclasses import dataclass
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId

TITLE_LIMIT: Final = 120
MESSAGE_LIMIT: Final = 2000
"""Characters (AGR-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What an account asks everybody to accept who enters it. `edition` goes up whenever the text is another one."""

    on: bool = False
    title: str = ""
    message: str = ""
    edition: int = 0


NO_AGREEMENT: Final = Agreement()
"""What holds in an account that has never had one."""


def check_agreement(agreement: Agreement) -> no.AgreementTextMissing | no.AgreementTextTooLong | None:
    """Refuse texts that are too long, and an agreement that is on without title or message (AGR-1)."""
    limits = {"title": TITLE_LIMIT, "message": MESSAGE_LIMIT}
    for member, limit in limits.items():
        text: str = getattr(agreement, member)
        if len(text) > limit:
            return no.AgreementTextTooLong(member=member, limit=limit)
        if agreement.on and not text.strip():
            return no.AgreementTextMissing(member=member)
    return None


def check_accepted(account: AccountId, agreement: Agreement, accepted: int | None) -> no.AgreementNotAccepted | None:
    """Refuse the account to whoever has not accepted its agreement on this way in (AGR-3).

    `accepted` is the edition that was. One that has been replaced meanwhile was not read, and counts for nothing.
    """
    if not agreement.on or accepted == agreement.edition:
        return None
    return no.AgreementNotAccepted(account=account)
