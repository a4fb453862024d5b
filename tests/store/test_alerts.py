"""ALERT and GRP-6: what happens is collected into mails, which go to those who may know, and once."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.alerts.commands import change_subscription, subscribe, unsubscribe
from tenantry.alerts.models import AlertEvent, AlertMail, AlertSubscription, KnownStatus, Notice
from tenantry.alerts.notices import dismiss_notice, end_notice, post_notice
from tenantry.alerts.queries import notices_for
from tenantry.groups.commands import edit_group
from tenantry.jobs.kinds import JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.jobs.running import run_due
from tenantry.rules import refusals as no
from tenantry.rules.alerts import EventType
from tenantry.rules.features import Feature
from tenantry.rules.reporting import Outcome
from tenantry.rules.runtimes import SILENT_AFTER
from tenantry.rules.vocabulary import AccountId
from tenantry.runtimes.calls import note_seen
from tenantry.users.commands import remove_user
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    AUS,
    BY_PASSWORD,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    an_account,
    refused,
    somebody,
)
from tests.store.workplaces import Station, Workplace, a_run, a_runtime, a_workplace, an_environment, reported

pytestmark = [pytest.mark.django_db, pytest.mark.store]

QUARTER = timedelta(minutes=15)
MANY = 1000
Mailbox = list[EmailMessage]


def listen(who: Somebody, account: AccountId, event_type: EventType = EventType.ALL, level: str = "info") -> int:
    """Subscribe."""
    return subscribe(person=who.row, proof=BY_PASSWORD, at=AT, account=account, event_type=event_type, level=level)


def told(mailbox: Mailbox) -> dict[str, str]:
    """The text of each mail by whom it went to; nobody got two."""
    assert len(mailbox) == len({mail.to[0] for mail in mailbox})
    return {mail.to[0]: str(mail.body) for mail in mailbox}


@pytest.fixture
def works() -> Workplace:
    """An account in which processes run."""
    return a_workplace()


@pytest.fixture
def engine(works: Workplace) -> Station:
    """Its runtime."""
    return a_runtime(works.account, works.open, "Engine")


@pytest.fixture
def ann(works: Workplace) -> Somebody:
    """Its administrator."""
    return a_user(works.account, ADMINISTRATOR, email="ann@example.com")


def test_alert_1_subscriptions_are_ones_own(works: Workplace, ann: Somebody) -> None:
    """One for a type, ALL or single ones; changed but for the account; others' are not there."""
    one = listen(ann, works.account, EventType.EXECUTION)
    listen(ann, works.account, EventType.STATUS, "error")
    with refused(no.AlertTypeTaken, "ALERT-1"):
        listen(ann, works.account, EventType.EXECUTION, "error")
    with refused(no.AlertAllExcludesTypes, "ALERT-1"):
        listen(ann, works.account)
    with refused(no.AlertTypeTaken, "ALERT-1"):
        change_subscription(person=ann.row, subscription=one, event_type=EventType.STATUS, level="info")
    with refused(no.AlertLevelUnknown, "GRP-5"):
        change_subscription(person=ann.row, subscription=one, event_type=EventType.EXECUTION, level="none")
    change_subscription(person=ann.row, subscription=one, event_type=EventType.NOTIFICATION, level="warning")
    bob = a_user(works.account, STANDARD_USER)
    for act in (unsubscribe, lambda **it: change_subscription(**it, event_type=EventType.ALL, level="info")):
        with refused(no.AlertNotFound, "ALERT-1"):
            act(person=bob.row, subscription=one)
    rows = AlertSubscription.rows.of(works.account).values_list("user_id", "event_type", "level")
    assert set(rows) == {(ann.id, "ATOM.STATUS", "error"), (ann.id, "USER.NOTIFICATION", "warning")}
    unsubscribe(person=ann.row, subscription=one)
    assert rows.all().count() == 1


def test_alert_2_only_enterable_accounts_are_subscribed_to(ann: Somebody) -> None:
    """Neither one where the person has no access, nor one that is not there."""
    other = an_account("Other")
    for account in (other, AccountId("nowhere")):
        with refused(no.AlertAccountNotEnterable, "ALERT-2"):
            listen(ann, account)
    assert not AlertSubscription.rows.of(other).exists()


def test_alert_2_executions_are_mailed_once_at_the_quarter(
    works: Workplace, engine: Station, ann: Somebody, mailoutbox: Mailbox
) -> None:
    """Each once, whatever is reported again, to each at their level; nothing before it is time."""
    bob = a_user(works.account, STANDARD_USER, email="bob@example.com")
    listen(ann, works.account)
    listen(bob, works.account, EventType.EXECUTION, "error")
    runs = (a_run("1"), a_run("2", Outcome.STARTED), a_run("3", Outcome.ERROR, message="no room"))
    reported(works.account, engine, *runs)
    reported(works.account, engine, *runs)
    assert run_due(AT + QUARTER - timedelta(seconds=1), MANY) == 0
    run_due(AT + QUARTER, MANY)
    first = told(mailoutbox)
    assert first.keys() == {"ann@example.com", "bob@example.com"}
    assert "Process execution\n- 2031-05-20 12:00 UTC  INFO  Orders in Open: Complete. fine" in first["ann@example.com"]
    assert first["ann@example.com"].count("Orders in Open") == 2
    assert first["bob@example.com"].count("Orders in Open") == 1
    assert "ERROR  Orders in Open: Error. no room" in first["bob@example.com"]
    mailoutbox.clear()
    reported(works.account, engine, a_run("2", Outcome.ABORTED), at=AT + QUARTER)
    run_due(AT + 2 * QUARTER, MANY)
    assert [name for name, text in told(mailoutbox).items() if "WARNING  Orders in Open: Aborted" in text] == [
        "ann@example.com"
    ]
    mailoutbox.clear()
    run_due(AT + 10 * QUARTER, MANY)
    assert not [mail for mail in mailoutbox if "Orders" in str(mail.body)]
    assert not AlertMail.rows.of(works.account).exists()


def test_alert_2_test_environments_and_those_closed_to_somebody_are_not_told_of(
    works: Workplace, ann: Somebody, mailoutbox: Mailbox
) -> None:
    """Nobody by tests; nobody who does not get into the environment (ENV-13)."""
    bob = a_user(works.account, SUPPORT, email="bob@example.com")
    for who in (ann, bob):
        listen(who, works.account)
    test = an_environment(works.account, "Test", classification="TEST")
    restricted = an_environment(works.account, "Restricted", a_role(works.account, "Some"))
    for number, place in enumerate((test, restricted)):
        reported(works.account, a_runtime(works.account, place), a_run(str(number)))
    run_due(AT + QUARTER, MANY)
    assert told(mailoutbox).keys() == {"ann@example.com"}
    assert "in Restricted" in mailoutbox[0].body
    assert "in Test" not in mailoutbox[0].body


def test_alert_2_losing_access_silences(works: Workplace, engine: Station, ann: Somebody, mailoutbox: Mailbox) -> None:
    """It is asked when a mail is sent: also what happened before is not told."""
    bob = a_user(works.account, STANDARD_USER, email="bob@example.com")
    listen(bob, works.account)
    listen(ann, works.account, EventType.STATUS)
    reported(works.account, engine)
    remove_user(actor=ann.actor, at=AT, account=works.account, user=bob.id)
    run_due(AT + QUARTER, MANY)
    assert mailoutbox == []
    assert not AlertMail.rows.of(works.account).exists()


def test_alert_1_runtimes_that_fall_silent_and_come_back_are_told_of(
    works: Workplace, engine: Station, ann: Somebody, mailoutbox: Mailbox
) -> None:
    """Somebody looks at each quarter while one is online; the first look at one tells nobody, nor does a test one."""
    listen(ann, works.account, EventType.STATUS)
    quiet = a_runtime(works.account, an_environment(works.account, "Test", classification="TEST"), "Tester")
    start = AT + QUARTER - timedelta(minutes=1)
    for runtime in (engine, quiet):
        note_seen(account=works.account, runtime=runtime.id, at=start)
    run_due(AT + QUARTER, MANY)
    assert mailoutbox == []
    run_due(AT + 2 * QUARTER, MANY)
    assert start + SILENT_AFTER < AT + 2 * QUARTER
    assert "ERROR  Runtime Engine is offline." in told(mailoutbox)["ann@example.com"]
    assert "Tester" not in mailoutbox[0].body
    mailoutbox.clear()
    run_due(AT + 6 * QUARTER, MANY)
    assert mailoutbox == []
    assert not QueuedJob.rows.of(works.account).filter(kind=JobKind.ALERTS).exists()
    note_seen(account=works.account, runtime=engine.id, at=AT + 7 * QUARTER - timedelta(minutes=1))
    run_due(AT + 7 * QUARTER, MANY)
    assert "INFO  Runtime Engine is online." in told(mailoutbox)["ann@example.com"]


def test_alert_1_notifications_are_shown_and_mailed(works: Workplace, ann: Somebody, mailoutbox: Mailbox) -> None:
    """To everybody in the account until dismissed, ended or over; only administrators post and end."""
    bob = a_user(works.account, STANDARD_USER, email="bob@example.com")
    listen(bob, works.account, EventType.NOTIFICATION, "warning")
    here: dict[str, Any] = {"at": AT, "account": works.account}
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        post_notice(actor=bob.actor, **here, text="Mine", level="info")
    low = post_notice(actor=ann.actor, **here, text="Tea is ready", level="info")
    high = post_notice(actor=ann.actor, **here, text="Closed", level="warning", ends=AT + QUARTER)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        end_notice(actor=bob.actor, **here, notice=low)

    def shown(who: Somebody, at: Any = AT) -> list[str]:
        return [row.text for row in notices_for(works.account, who.id, at)]

    assert shown(bob) == shown(ann) == ["Closed", "Tea is ready"]
    dismiss_notice(account=works.account, user=bob.id, notice=high)
    dismiss_notice(account=works.account, user=bob.id, notice=high)
    assert (shown(bob), shown(ann)) == (["Tea is ready"], ["Closed", "Tea is ready"])
    assert shown(ann, AT + QUARTER) == ["Tea is ready"]
    end_notice(actor=ann.actor, **here, notice=low)
    assert shown(bob) == []
    end_notice(actor=ann.actor, **here, notice=high)
    assert not Notice.rows.of(works.account).exists()
    run_due(AT + QUARTER, MANY)
    [(name, text)] = told(mailoutbox).items()
    assert name == "bob@example.com"
    assert "User notification" in text
    assert "Closed" in text
    assert "Tea" not in text
    with refused(no.NoticeNotFound, "ACC-1"):
        dismiss_notice(account=works.account, user=bob.id, notice=high)


def test_grp_6_groups_bring_mails_and_ones_own_subscription_goes_before(mailoutbox: Mailbox) -> None:
    """Of All Accounts and of named groups; nobody by a group without a level."""
    primary = a_primary()
    member = a_member(primary, features=AUS | {Feature.ENVIRONMENTS_UNLIMITED})
    gus, ned, own = (somebody(f"{name}@example.com") for name in ("gus", "ned", "own"))
    some = a_group(primary, "Some", members=[member], people={gus: [SUPPORT], own: [SUPPORT]})
    a_group(primary, "Silent", members=[member], people={ned: [SUPPORT]})
    edit_group(actor=a_user(primary, ADMINISTRATOR).actor, at=AT, account=primary, group=some, alert_level="error")
    listen(own, member, EventType.STATUS, "info")
    place = an_environment(member, "Open")
    reported(member, a_runtime(member, place), a_run("1"), a_run("2", Outcome.ERROR))
    run_due(AT + QUARTER, MANY)
    assert told(mailoutbox).keys() == {"gus@example.com"}
    assert mailoutbox[0].body.count("Orders in Open") == 1


def test_alert_2_where_nobody_listens_nothing_is_kept(works: Workplace, engine: Station, ann: Somebody) -> None:
    """Neither events nor jobs; and what was noted for somebody goes when they have unsubscribed."""
    reported(works.account, engine)
    assert not AlertEvent.rows.of(works.account).exists()
    assert not QueuedJob.rows.of(works.account).exists()
    subscription = listen(ann, works.account)
    reported(works.account, engine, a_run("2"))
    assert AlertEvent.rows.of(works.account).count() == 1
    unsubscribe(person=ann.row, subscription=subscription)
    run_due(AT + QUARTER, MANY)
    assert not AlertEvent.rows.of(works.account).exists()
    assert not KnownStatus.rows.of(works.account).exists()


def test_alert_2_a_collection_takes_as_many_queries_for_many_as_for_one(
    works: Workplace, engine: Station, ann: Somebody
) -> None:
    """However many events and subscribers there are; and each mail as many as the other."""
    listen(ann, works.account)
    reported(works.account, engine, a_run("first"))
    run_due(AT + QUARTER, MANY)
    numbers = []
    for round_, more in ((2, 0), (3, 20)):
        for _ in range(more):
            listen(a_user(works.account, STANDARD_USER), works.account)
        runs = (a_run(f"{round_}-{n}") for n in range(1 + 2 * more))
        reported(works.account, engine, *runs, at=AT + (round_ - 1) * QUARTER)
        with CaptureQueriesContext(connection) as queries:
            assert run_due(AT + round_ * QUARTER, 1) == 1
        numbers.append(len(queries))
        run_due(AT + round_ * QUARTER, MANY)
    assert numbers[0] == numbers[1]


def test_alert_2_a_mail_server_that_is_gone_loses_nothing(
    works: Workplace, engine: Station, ann: Somebody, mailoutbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail that could not be sent, and those after it, are sent later, and none twice."""
    bob = a_user(works.account, STANDARD_USER, email="bob@example.com")
    for who in (ann, bob):
        listen(who, works.account, EventType.EXECUTION)
    reported(works.account, engine)
    sent = EmailMessage.send

    def broken(message: EmailMessage, *_: object, **__: object) -> int:
        if message.to == ["bob@example.com"]:
            raise ConnectionRefusedError
        return sent(message)

    monkeypatch.setattr(EmailMessage, "send", broken)
    run_due(AT + QUARTER, MANY)
    assert told(mailoutbox).keys() == {"ann@example.com"}
    monkeypatch.setattr(EmailMessage, "send", sent)
    run_due(AT + 2 * QUARTER, MANY)
    assert told(mailoutbox).keys() == {"ann@example.com", "bob@example.com"}


@pytest.mark.parametrize(
    ("error", "later"),
    [
        (SMTPRecipientsRefused({"ann@example.com": (550, b"no such mailbox")}), False),
        (SMTPRecipientsRefused({"ann@example.com": (450, b"greylisted")}), True),
        (SMTPDataError(554, b"looks like spam"), False),
        (SMTPDataError(451, b"try again later"), True),
        (SMTPSenderRefused(550, b"not from you", "tenantry@example.com"), True),
    ],
    ids=["no mailbox", "greylisted", "refused", "busy", "sender refused"],
)
def test_alert_2_a_mail_that_is_refused_for_good_holds_up_no_others(
    *,
    error: SMTPException,
    later: bool,
    works: Workplace,
    engine: Station,
    ann: Somebody,
    mailoutbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is logged and given up; one that is refused for now, or by a mistake of the installation's, is sent later."""
    bob = a_user(works.account, STANDARD_USER, email="bob@example.com")
    for who in (ann, bob):
        listen(who, works.account, EventType.EXECUTION)
    reported(works.account, engine)
    sent = EmailMessage.send

    def refusing(message: EmailMessage, *_: object, **__: object) -> int:
        if message.to == ["ann@example.com"]:
            raise error
        return sent(message)

    monkeypatch.setattr(EmailMessage, "send", refusing)
    run_due(AT + QUARTER, MANY)
    monkeypatch.setattr(EmailMessage, "send", sent)
    assert set(told(mailoutbox)) == (set() if later else {"bob@example.com"})
    run_due(AT + 2 * QUARTER, MANY)
    assert ("ann@example.com" in told(mailoutbox)) is later
    assert "bob@example.com" in told(mailoutbox)
