"""Lines of kind `account_settings`: what an account asks of passwords, sessions and whoever enters it, in and out.

The settings are those of the sections about passwords, two-factor authentication, single sign-on and sessions; each
group of them is a field, and its folder keeps it in a table of its own. Nothing here is part of the facts that
decisions rest on.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import msgspec
from django.db import models
from msgspec import UNSET, UnsetType

from tenantry.accounts.models import Account
from tenantry.accounts.queries import AccountRow, as_password_policy
from tenantry.agreements.models import UsageAgreement
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes
from tenantry.factors.models import Enforcement
from tenantry.groups.estate import CLOSED
from tenantry.rules.agreements import NO_AGREEMENT, Agreement, check_agreement
from tenantry.rules.password_policy import BASELINE, SHORTEST, PasswordPolicy, check_policy
from tenantry.rules.sessions import NO_SETTINGS, SessionSettings
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sessions.models import SessionSetting
from tenantry.sso import estate_settings as sign_on
from tenantry.sso.estate_settings import Part, SignOn, SignOnFields
from tenantry.sso.models import SignOnSettings
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Report, Tally, portions


class PolicyFields(Part, frozen=True):
    """What an account asks of passwords beyond the baseline (PWD-3)."""

    minimum_length: int = SHORTEST
    history: int | None = None
    limited_resets: bool = False
    expires_after: int | None = None
    character_kinds: int | None = None
    no_user_id: bool = False
    no_repeats: bool = False


class SessionFields(Part, frozen=True):
    """What an account asks of sessions (SESS-3, SESS-7)."""

    lock_inactive: bool = False
    limited: bool = False


class AgreementFields(Part, frozen=True):
    """What an account asks everybody to accept (AGR-1)."""

    on: bool = False
    title: str = ""
    message: str = ""


class AccountSettingsLine(Line, tag="account_settings"):
    """The settings of an account. A field left out keeps what is stored; one that is there is told whole."""

    account: str
    password_policy: PolicyFields | UnsetType = UNSET
    sessions: SessionFields | UnsetType = UNSET
    two_factor_enforced: bool | UnsetType = UNSET
    usage_agreement: AgreementFields | UnsetType = UNSET
    sign_on: SignOnFields | UnsetType = UNSET


def check(line: AccountSettingsLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    if not isinstance(line.password_policy, UnsetType):
        outside = check_policy(_policy(line.password_policy))
        if outside is not None:
            yield f"password_policy.{outside.member}", f"{outside.message} ({outside.rule})"
    if not isinstance(line.usage_agreement, UnsetType):
        wrong = check_agreement(_agreement(line.usage_agreement, NO_AGREEMENT))
        if wrong is not None:
            yield f"usage_agreement.{wrong.member}", f"{wrong.message} ({wrong.rule})"
    if not isinstance(line.sign_on, UnsetType):
        yield from sign_on.check(line.sign_on)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them, of one account."""

    password_policy: PasswordPolicy = BASELINE
    sessions: SessionSettings = NO_SETTINGS
    two_factor_enforced: bool = False
    usage_agreement: Agreement = NO_AGREEMENT
    sign_on: SignOn = field(default_factory=SignOn)


@dataclass(slots=True)
class Stored:
    """What is stored of an account, and which rows there are."""

    settings: Settings = field(default_factory=Settings)
    enforcement: bool = False
    agreement: bool = False
    sign_on: SignOnSettings | None = None


@dataclass(slots=True)
class SettingsChanges:
    """The accounts with other settings than before, and those that wait for a secret which no line brings."""

    changed: list[tuple[str, Stored, Settings]] = field(default_factory=list)
    without_secret: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def differences(lines: Sequence[AccountSettingsLine], closed: AbstractSet[str], report: Report) -> SettingsChanges:
    """Compare with what is stored; reports changes of accounts deleted before, which `closed` names."""
    changes = SettingsChanges()
    stored = _stored([line.account for line in lines])
    for number, line in enumerate(lines):
        before = stored[line.account]
        after = _after(line, before.settings)
        if after == before.settings:
            changes.tally.unchanged += 1
            continue
        if line.account in closed:
            report(number, "account", f"{line.account} {CLOSED}")
        if before.settings == Settings():
            changes.tally.new += 1
            changes.tally.new_lines.append(number)
        else:
            changes.tally.changed += 1
            changes.tally.changed_lines.append(number)
        changes.changed.append((line.account, before, after))
        if sign_on.lacks_secret(after.sign_on, before.sign_on):
            changes.without_secret.append(line.account)
    return changes


def _after(line: AccountSettingsLine, before: Settings) -> Settings:
    after = before
    if not isinstance(line.password_policy, UnsetType):
        after = replace(after, password_policy=_policy(line.password_policy))
    if not isinstance(line.sessions, UnsetType):
        after = replace(after, sessions=SessionSettings(**msgspec.structs.asdict(line.sessions)))
    if not isinstance(line.two_factor_enforced, UnsetType):
        after = replace(after, two_factor_enforced=line.two_factor_enforced)
    if not isinstance(line.usage_agreement, UnsetType):
        after = replace(after, usage_agreement=_agreement(line.usage_agreement, before.usage_agreement))
    if not isinstance(line.sign_on, UnsetType):
        after = replace(after, sign_on=sign_on.of_fields(line.sign_on))
    return after


def _policy(told: PolicyFields) -> PasswordPolicy:
    return PasswordPolicy(**msgspec.structs.asdict(told))


def _agreement(told: AgreementFields, old: Agreement) -> Agreement:
    """What a line says; another text is another edition, which nobody has accepted yet."""
    title, message = told.title.strip(), told.message.strip().replace("\r\n", "\n")
    edition = old.edition + ((title, message) != (old.title, old.message))
    return Agreement(on=told.on, title=title, message=message, edition=edition)


def _stored(accounts: Sequence[str]) -> dict[str, Stored]:
    """What is stored of these accounts; the defaults of those that have set nothing, or are not there yet."""
    found: dict[str, Stored] = defaultdict(Stored)
    for some in portions(accounts):
        _add(found, some)
    return found


def _add(found: dict[str, Stored], accounts: Sequence[str]) -> None:
    def put(account: str, **values: Any) -> Stored:  # noqa: ANN401 - each field has a type of its own
        found[account].settings = replace(found[account].settings, **values)
        return found[account]

    across = Crossing.ESTATE
    policies = Account.rows.across(across).filter(id__in=accounts, password_policy__isnull=False)
    for account, policy in policies.values_list("id", "password_policy"):
        put(account, password_policy=as_password_policy(policy))
    asked = SessionSetting.rows.across(across).filter(account_id__in=accounts).order_by("since", "id")
    for account, locks, limited in asked.values_list("account_id", "lock_inactive", "limited"):  # the latest one stays
        put(account, sessions=SessionSettings(lock_inactive=locks, limited=limited))
    enforced = Enforcement.rows.across(across).filter(account_id__in=accounts)
    for account, on in enforced.values_list("account_id", "enforced"):
        put(account, two_factor_enforced=on).enforcement = True
    agreed = UsageAgreement.rows.across(across).filter(account_id__in=accounts)
    for account, on, title, message, edition in agreed.values_list("account_id", "on", "title", "message", "edition"):
        agreement = Agreement(on=on, title=title, message=message, edition=edition)
        put(account, usage_agreement=agreement).agreement = True
    for row in SignOnSettings.rows.across(across).filter(account_id__in=accounts):
        put(row.account_id, sign_on=sign_on.of_row(row)).sign_on = row


def write(changes: SettingsChanges, at: Instant) -> None:
    """Write the differences, each into the table of its folder. What is asked of sessions holds from this instant on:
    those that have begun go by what held then (SESS-5).
    """
    policies = (
        (account, None if new.password_policy == BASELINE else asdict(new.password_policy))
        for account, old, new in changes.changed
        if old.settings.password_policy != new.password_policy
    )
    update_rows(Account, "id", ("password_policy",), policies)
    asked = (
        (account, at, new.sessions.lock_inactive, new.sessions.limited)
        for account, old, new in changes.changed
        if old.settings.sessions != new.sessions
    )
    insert_rows(SessionSetting, ("account_id", "since", "lock_inactive", "limited"), asked)
    enforced = [
        (old.enforcement, (account, new.two_factor_enforced))
        for account, old, new in changes.changed
        if old.settings.two_factor_enforced != new.two_factor_enforced
    ]
    _put(Enforcement, ("enforced",), enforced)
    agreed = [
        (old.agreement, (account, *(getattr(new.usage_agreement, name) for name in _OF_AGREEMENT)))
        for account, old, new in changes.changed
        if old.settings.usage_agreement != new.usage_agreement
    ]
    _put(UsageAgreement, _OF_AGREEMENT, agreed)
    sign_on.write(
        (account, old.sign_on, new.sign_on)
        for account, old, new in changes.changed
        if old.settings.sign_on != new.sign_on
    )


_OF_AGREEMENT: Final = ("on", "title", "message", "edition")


def _put(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[bool, tuple[Any, ...]]]) -> None:
    """Write rows of accounts, each with whether there is one already."""
    update_rows(model, "account_id", columns, (row for there, row in rows if there))
    insert_rows(model, ("account_id", *columns), (row for there, row in rows if not there))


def entries(changes: SettingsChanges, accounts: Mapping[str, AccountRow]) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written. `accounts` are those after the load."""
    for account, stored, after in changes.changed:
        for told in _told(stored.settings, after):
            if told:
                yield BulkEntry(Act.ACCOUNT_EDITED, account, accounts[account].name, told)


def _told(before: Settings, after: Settings) -> Iterator[Changes]:
    for prefix, old, new in (
        ("password", before.password_policy, after.password_policy),
        ("session", before.sessions, after.sessions),
        ("usage_agreement", replace(before.usage_agreement, edition=0), replace(after.usage_agreement, edition=0)),
    ):
        was, now = asdict(old), asdict(new)
        yield {f"{prefix}_{name}": (was[name], value) for name, value in now.items() if value != was[name]}
    if before.two_factor_enforced != after.two_factor_enforced:
        yield {"two_factor_enforced": (before.two_factor_enforced, after.two_factor_enforced)}
    yield from sign_on.told_changes(before.sign_on, after.sign_on)


def lines(account: AccountId | None) -> Iterator[AccountSettingsLine]:
    """The settings of every account that has set something, by its id, or those of one account alone."""
    ids = sorted(_with_settings()) if account is None else [account]
    for some in portions(ids):
        stored = _stored(some)
        for one in some:
            line = _line(one, stored[one].settings)
            if line != AccountSettingsLine(one):
                yield line


def accounts_with_secrets(account: AccountId | None) -> int:
    """How many of the accounts that an export tells have a secret for single sign-on, which it leaves behind."""
    rows = SignOnSettings.rows.across(Crossing.ESTATE) if account is None else SignOnSettings.rows.of(account)
    return rows.exclude(client_secret_sealed="", bind_password_sealed="").count()


def _line(account: str, held: Settings) -> AccountSettingsLine:
    agreement = held.usage_agreement
    said = AgreementFields.told({"on": agreement.on, "title": agreement.title, "message": agreement.message})
    return AccountSettingsLine(
        account=account,
        password_policy=UNSET if held.password_policy == BASELINE else PolicyFields.told(asdict(held.password_policy)),
        sessions=UNSET if held.sessions == NO_SETTINGS else SessionFields.told(asdict(held.sessions)),
        two_factor_enforced=held.two_factor_enforced or UNSET,
        usage_agreement=UNSET if said == AgreementFields() else said,
        sign_on=sign_on.as_fields(held.sign_on),
    )


def _with_settings() -> set[str]:
    """The accounts that have set something, or have once."""
    policies = Account.rows.across(Crossing.ESTATE).filter(password_policy__isnull=False)
    found = set(policies.values_list("id", flat=True))
    for table in (SessionSetting, Enforcement, UsageAgreement, SignOnSettings):
        found.update(table.rows.across(Crossing.ESTATE).values_list("account_id", flat=True))
    return found
