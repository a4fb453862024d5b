"""Restoring an administrator as a last resort: what it opens, tells and refuses (LOCK-5, SSO-18, AUD-1)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenantry.accounts.commands import change_account_status
from tenantry.factors.queries import two_factor_on
from tenantry.mail.delivery import settle
from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import OPERATOR, AccountId, Instant, Source, Status
from tenantry.sessions.models import Session
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.users.break_glass import break_glass
from tenantry.users.commands import set_lock
from tenantry.users.models import UserRole
from tenantry.users.resets import request_reset, reset_password
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    STANDARD_USER,
    Somebody,
    a_user,
    an_account,
    entries,
    everything,
    hold,
    refused,
    somebody,
    words,
)
from tests.store.second_factors import with_app
from tests.store.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]

NEW = "another long phrase"
WHY = "The identity provider is down."


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


def restored(account: AccountId, who: Somebody, at: Instant = AT) -> str:
    """The secret of the link."""
    return break_glass(actor=OPERATOR, at=at, account=account, user=who.email, reason=WHY)


def choose(token: str, at: Instant = AT) -> None:
    """Choose a password by the link."""
    reset_password(token=token, at=at, new=NEW, again=NEW)


def test_lock_5_a_locked_administrator_gets_in_by_password_beside_single_sign_on(account: AccountId) -> None:
    """Unlocked, and in the account that is federated, because administrators are; the link works once."""
    ann = a_user(account, ADMINISTRATOR, password="correct horse battery")
    SignOnSettings.rows.of(account).bulk_create([SignOnSettings(account_id=account, enabled=True)])
    Federation.rows.of(account).bulk_create(
        [Federation(account_id=account, user_id=ann.id, federation_id="ann", key="ann")]
    )
    set_lock(actor=OPERATOR, at=AT, user=ann.email, locked=True)
    with pytest.raises(no.Refused):
        sign_in(ann.email, "correct horse battery", AT)
    token = restored(account, ann)
    assert not ann.row.locked
    choose(token)
    with refused(no.ResetLinkNotValid, "PWD-10"):
        choose(token)
    assert sign_in(ann.email, NEW, AT) == account


def test_lock_5_a_restored_link_ends_after_thirty_minutes_and_ends_earlier_ones(
    account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody finds a link that works later."""
    ann = a_user(account, ADMINISTRATOR)
    mailed: list[str] = []
    monkeypatch.setattr("tenantry.users.resets.mail_reset_link_after_commit", lambda *told: mailed.append(told[-1]))
    request_reset(email=ann.email, at=AT)
    token = restored(account, ann)
    with refused(no.ResetLinkNotValid, "PWD-10"):
        choose(mailed[0])
    with refused(no.ResetLinkNotValid, "PWD-10"):
        choose(token, AT + timedelta(minutes=30))
    choose(token, AT + timedelta(minutes=29))


@pytest.mark.parametrize("before", ["nothing", "another role", "later", "ended"])
def test_whoever_is_no_administrator_becomes_one(account: AccountId, before: str) -> None:
    """At once and for good, whatever they held; other roles stay."""
    ann = (
        somebody("ann@example.com") if before == "nothing" else a_user(account, STANDARD_USER, email="ann@example.com")
    )
    if before == "later":
        hold(account, ann, ADMINISTRATOR, starts=AT + DAY)
    if before == "ended":
        hold(account, ann, ADMINISTRATOR, ends=AT)
    choose(restored(account, ann))
    assert sign_in(ann.email, NEW, AT) == account
    rows = UserRole.rows.of(account).filter(user_id=ann.id).values_list("role_id", "valid_from", "valid_until")
    assert ("ADMINISTRATOR", None, None) in set(rows)
    assert len(rows) == (1 if before == "nothing" else 2)


def test_aud_1_it_is_in_the_log_with_its_reason_and_told_to_the_others(
    account: AccountId,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Of source INTERNAL; the other Administrators in force are told, and nobody else."""
    ann = a_user(account, STANDARD_USER, email="ann@example.com")
    a_user(account, ADMINISTRATOR, email="bea@example.com")
    over = a_user(account, STANDARD_USER, email="over@example.com")
    hold(account, over, ADMINISTRATOR, ends=AT)
    with django_capture_on_commit_callbacks(execute=True):
        restored(account, ann)
    settle()
    [entry] = [entry for entry in entries(account) if words(entry) == ("user", "UPDATE", "BREAK_GLASS")]
    assert (entry.source, entry.reason, entry.container) == (Source.INTERNAL, WHY, "ann@example.com")
    assert entry.properties == [{"name": "administrator", "old": False, "new": True}]
    assert [mail.to for mail in mailoutbox] == [["bea@example.com"]]
    assert "ann@example.com" in mailoutbox[0].subject
    assert WHY in mailoutbox[0].body
    assert "reset-password" not in mailoutbox[0].body


def test_sessions_of_before_are_not_an_administrators(account: AccountId) -> None:
    """Whoever has one of them, be it while the person was locked, is out."""
    ann = a_user(account, STANDARD_USER, email="ann@example.com")
    bob = a_user(account, STANDARD_USER, email="bob@example.com")
    for who in (ann, bob):
        Session.objects.create(session_key=who.email, session_data="", expire_date=AT, user_id=who.id)
    restored(account, ann)
    assert [row.user_id for row in Session.objects.all()] == [bob.id]


def test_mfa_8_second_factors_are_taken_away(account: AccountId) -> None:
    """The link and the password it leads to are all that is needed afterwards."""
    ann = a_user(account, ADMINISTRATOR)
    with_app(ann)
    assert two_factor_on(ann.id)
    restored(account, ann)
    assert not two_factor_on(ann.id)


def test_aud_1_what_is_refused_changes_nothing(account: AccountId) -> None:
    """Anybody but the operator, no reason, nobody known, an account that lets nobody in."""
    ann = a_user(account, ADMINISTRATOR, email="ann@example.com")
    closed, gone = an_account("Closed"), an_account("Gone")
    change_account_status(actor=OPERATOR, at=AT, account=closed, status=Status.SUSPENDED)
    change_account_status(actor=OPERATOR, at=AT, account=gone, status=Status.DELETED)
    right: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": account, "user": ann.email, "reason": WHY}
    wrong: tuple[tuple[dict[str, Any], type[no.Refusal], str], ...] = (
        ({"actor": ann.actor}, no.OperatorOnly, "ACC-9"),
        ({"reason": "  "}, no.BreakGlassReasonMissing, "AUD-1"),
        ({"user": "nobody@example.com"}, no.UnknownUser, "ENTRY-1"),
        ({"account": AccountId("nowhere")}, no.UnknownAccount, "ACC-2"),
        ({"account": closed}, no.AccountNotAvailable, "ACC-4"),
        ({"account": gone}, no.AccountDeleted, "ACC-14"),
    )
    before = everything()
    for told, kind, rule in wrong:
        with refused(kind, rule):
            break_glass(**(right | told))
    assert everything() == before
