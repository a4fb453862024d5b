"""Changing the visibility of a connector, at once or by a review that platform staff decide (CONN-5 to CONN-7)."""

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.connectors.models import Connector, ConnectorReview
from tenantry.connectors.publisher import require_developing
from tenantry.connectors.queries import connector_of, label_of, pending_review, review_of, state_of
from tenantry.decisions.guard import require
from tenantry.rules import connectors as law, refusals as no
from tenantry.rules.connectors import Review, Visibility, Way
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sharing.ends import end_of_resource
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.queries import locked_person

SUBMIT = "CONNECTOR_SUBMISSION"


@command
def hide_connector(*, actor: Actor, at: Instant, account: AccountId, connector: str, reason: str = "") -> None:
    """Make a Private connector Hidden: offered for no new component, while what uses it goes on (CONN-5).

    Its shares stay, and no further ones can be made. Needs Developer (CONN-6).
    """
    require_developing(actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    refuse(law.check_change(state_of(row), Visibility.HIDDEN, Way.DIRECT))
    Connector.rows.of(account).filter(pk=connector).update(visibility=Visibility.HIDDEN)
    changes: Changes = {"visibility": (Visibility(row.visibility).label, Visibility.HIDDEN.label)}
    record(
        Act.CONNECTOR_VISIBILITY,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        reason=reason,
        changes=changes,
    )


@command
def submit_for_review(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    connector: str,
    wanted: Visibility,
    note: str = "",
    reason: str = "",
) -> int:
    """Ask platform staff that a connector become Public, or Hidden after that; returns the review's number (CONN-6).

    Needs Developer and Connector Submission. Refuses a second review while one is pending, and connectors that were
    never released.
    """
    require_developing(actor=actor, account=account, at=at)
    require(SUBMIT, actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    refuse(law.check_change(state_of(row), wanted, Way.REVIEW))
    note = note.strip()
    refuse(law.check_told([note], law.LOG_LIMIT))
    review = ConnectorReview(
        account_id=account,
        connector_id=connector,
        wanted=wanted,
        version=row.version,
        note=note,
        user=actor.name,
        at=at,
    )
    [made] = ConnectorReview.rows.of(account).bulk_create([review])
    changes: Changes = {
        "wanted": (Visibility(row.visibility).label, wanted.label),
        "version": (None, label_of(account, row.group_id, row.version)),
        "state": (None, Review.PENDING),
    }
    record(
        Act.CONNECTOR_SUBMITTED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes
    )
    return int(made.pk)


@command
def cancel_review(*, actor: Actor, at: Instant, account: AccountId, connector: str, reason: str = "") -> None:
    """Take a pending review back. Needs what submitting needs."""
    require_developing(actor=actor, account=account, at=at)
    require(SUBMIT, actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    review = pending_review(account, connector)
    if review is None:
        raise Refused(no.ReviewNotPending())
    _close(review, row, Review.CANCELLED, "", actor=actor, at=at, reason=reason)


@command
def decide_review(
    *, actor: Actor, at: Instant, review: int, approved: bool, answer: str = "", reason: str = ""
) -> None:
    """Approve or reject, as platform staff (CONN-6). An approved connector has its new visibility from now on.

    One that becomes Public loses all its shares at once, and no account loses use of it (CONN-7). Refuses everybody
    else, locked staff (LOCK-7), and reviews that are decided.
    """
    check_reviewer(actor)
    account = AccountId(review_of(review).account_id)
    revisions.lock(account)
    found = review_of(review)
    answer = answer.strip()
    refuse(law.check_told([answer], law.LOG_LIMIT))
    if found.state != Review.PENDING:
        raise Refused(no.ReviewNotPending())
    row = connector_of(account, found.connector_id)
    state = Review.APPROVED if approved else Review.REJECTED
    _close(found, row, state, answer, actor=actor, at=at, reason=reason)
    if not approved:
        return
    if found.wanted == Visibility.PUBLIC:
        Connector.rows.of(account).filter(pk=row.pk).update(visibility=Visibility.PUBLIC, public_at=at)
        cause = "the connector became Public (CONN-7)"
        end_of_resource(
            actor=actor,
            at=at,
            account=account,
            kind=Kind.CONNECTOR,
            resource=row.pk,
            name=row.name,
            cause=cause,
            reason=reason,
        )
    else:
        Connector.rows.of(account).filter(pk=row.pk).update(visibility=found.wanted)


def check_reviewer(actor: Actor) -> None:
    """Platform staff hold Connector Review by being staff; no role carries it (PRIV-1)."""
    if actor.user is None:
        return
    person = locked_person(actor.user)
    if person is None or not person.staff:
        raise Refused(no.ReviewerOnly())
    if person.locked:
        raise Refused(no.UserLocked())


def _close(
    review: ConnectorReview,
    row: Connector,
    state: Review,
    answer: str,
    *,
    actor: Actor,
    at: Instant,
    reason: str,
) -> None:
    account = AccountId(review.account_id)
    ConnectorReview.rows.of(account).filter(pk=review.pk).update(
        state=state, decided_by=actor.name, decided_at=at, answer=answer
    )
    changes: Changes = {"state": (Review.PENDING, state)}
    if state is Review.APPROVED:
        changes = {**changes, "visibility": (Visibility(row.visibility).label, Visibility(review.wanted).label)}
    record(
        Act.CONNECTOR_REVIEWED,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        message=answer,
        reason=reason,
        changes=changes,
    )
