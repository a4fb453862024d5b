"""Writes of subscriptions. Each is one's own, as preferences are: no right is needed, and no log speaks of it."""

from tenantry.alerts.models import AlertSubscription
from tenantry.alerts.queries import own_subscription
from tenantry.rules import alerts as law
from tenantry.rules.alerts import EventType
from tenantry.rules.refusals import refuse
from tenantry.rules.sign_on import Proof
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.signin.queries import enterable_accounts
from tenantry.store.transaction import command
from tenantry.users.queries import PersonRow, locked_person


@command
def subscribe(
    *, person: PersonRow, proof: Proof, at: Instant, account: AccountId, event_type: EventType, level: str
) -> int:
    """Be told by mail of what happens in an account, from a level on; returns the subscription's number (ALERT-1).

    Refuses an account that the person cannot enter in this session (ALERT-2), a second subscription for a type, and
    `ALL` beside single types.
    """
    refuse(law.check_level(level))
    there = enterable_accounts(person, at, proof).filter(id=account)
    refuse(law.check_may_enter(account, map(AccountId, there.values_list("id", flat=True))))
    _hold(person)
    refuse(law.check_subscription(event_type, _held(account, person.pk)))
    row = AlertSubscription(account_id=account, user_id=person.pk, event_type=event_type, level=level)
    [row] = AlertSubscription.rows.of(account).bulk_create([row])
    return int(row.pk)


@command
def change_subscription(*, person: PersonRow, subscription: int, event_type: EventType, level: str) -> None:
    """Change the type and the level of one's subscription; its account stays (ALERT-1). Refuses as subscribing does."""
    refuse(law.check_level(level))
    _hold(person)
    row = own_subscription(person.pk, subscription)
    account = AccountId(row.account_id)
    refuse(law.check_subscription(event_type, _held(account, person.pk, besides=row.pk)))
    AlertSubscription.rows.of(account).filter(pk=row.pk).update(event_type=event_type, level=level)


@command
def unsubscribe(*, person: PersonRow, subscription: int) -> None:
    """Be told no more; also of an account that the person cannot enter any more."""
    row = own_subscription(person.pk, subscription)
    AlertSubscription.rows.of(row.account_id).filter(pk=row.pk).delete()


def _hold(person: PersonRow) -> None:
    """One change of a person's subscriptions at a time, as two could be allowed alone and not together."""
    locked_person(person.email)


def _held(account: AccountId, user: int, besides: int = 0) -> frozenset[EventType]:
    rows = AlertSubscription.rows.of(account).filter(user_id=user).exclude(pk=besides)
    return frozenset(map(EventType, rows.values_list("event_type", flat=True)))
