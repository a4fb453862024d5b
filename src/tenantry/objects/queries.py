"""Reads of the host platform's objects."""

from tenantry.objects.models import HostObject
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing


def accounts_with_object(kind: str, object_id: str) -> tuple[AccountId, ...]:
    """The accounts that own an object of this type and id; at most two are looked for, since two are one too many."""
    rows = HostObject.rows.across(Crossing.EXTERNAL_OBJECT).filter(type=kind, object_id=object_id)
    return tuple(AccountId(account) for account in rows.values_list("account_id", flat=True)[:2])


def has_object(account: AccountId | str, kind: str, object_id: str) -> bool:
    """Whether the account owns this object."""
    return HostObject.rows.of(account).filter(type=kind, object_id=object_id).exists()
