"""Writes of connector groups, their versions and connectors. Each needs Developer, in an account where development is
enabled under a Publisher Name (CONN-1).
"""

import uuid
from dataclasses import dataclass, fields
from typing import NamedTuple

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.connectors.models import Connector, ConnectorGroup, ConnectorReview, ConnectorVersion
from tenantry.connectors.publisher import require_developing
from tenantry.connectors.queries import connector_of, group_of, label_of, uses_of, version_of
from tenantry.connectors.uploads import Files, check_kept
from tenantry.jobs.commands import cancel
from tenantry.jobs.kinds import JobKind
from tenantry.packs.versions import attached_with
from tenantry.rules import connectors as law, refusals as no
from tenantry.rules.connectors import Visibility
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sharing.ends import end_of_resource
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command


@dataclass(frozen=True, slots=True)
class Details:
    """What else is told of a connector group; all of it may be empty (CONN-2)."""

    support_url: str = ""
    support_email: str = ""
    vendor: str = ""
    product: str = ""
    product_version: str = ""

    def told(self) -> dict[str, str]:
        """By the names of the columns, without blanks around them."""
        return {one.name: str(getattr(self, one.name)).strip() for one in fields(self)}


class Made(NamedTuple):
    """A new connector group and its first connector."""

    group: int
    connector: str


@command
def create_connector_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    name: str,
    display_name: str,
    classification: str,
    files: Files,
    details: Details = Details(),
    change_log: str = "",
    reason: str = "",
) -> Made:
    """Make a connector group with version 1 and a first connector, Private and not released (CONN-2).

    Refuses names and texts that cannot be, a name that is taken, and files that the account does not keep.
    """
    require_developing(actor=actor, account=account, at=at)
    name = name.strip()
    refuse(law.check_name(name))
    told = _checked(details)
    _free_name(account, name)
    change_log = _checked_version(account, files, change_log)
    words = set(ConnectorGroup.rows.of(account).values_list("word", flat=True))
    word = law.free_word(name, words)
    display_name, classification = _checked_connector(account, word, display_name, classification)
    row = ConnectorGroup(account_id=account, name=name, name_key=name.casefold(), word=word, **told)
    [group] = ConnectorGroup.rows.of(account).bulk_create([row])
    _put_version(group, 1, files, change_log, actor=actor, at=at)
    changes: Changes = {"name": (None, name), "version": (None, "1")} | {
        key: (None, value) for key, value in told.items() if value
    }
    record(
        Act.CONNECTOR_GROUP_ADDED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes
    )
    connector = _put_connector(group, display_name, classification, 1, actor=actor, at=at, reason=reason)
    return Made(group.pk, connector)


@command
def change_connector_group(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: int,
    name: str,
    details: Details = Details(),
    reason: str = "",
) -> None:
    """Change the name of a connector group and what else is told of it. The types of its connectors stay (CONN-3)."""
    require_developing(actor=actor, account=account, at=at)
    row = group_of(account, group)
    name = name.strip()
    refuse(law.check_name(name))
    told = {"name": name, **_checked(details)}
    _free_name(account, name, besides=group)
    changes: Changes = {key: (getattr(row, key), value) for key, value in told.items() if getattr(row, key) != value}
    if not changes:
        return
    ConnectorGroup.rows.of(account).filter(pk=group).update(**told, name_key=name.casefold())
    record(
        Act.CONNECTOR_GROUP_CHANGED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes
    )


@command
def remove_connector_group(*, actor: Actor, at: Instant, account: AccountId, group: int, reason: str = "") -> None:
    """Delete a connector group with its versions. Refuses while it has connectors."""
    require_developing(actor=actor, account=account, at=at)
    row = group_of(account, group)
    if Connector.rows.of(account).filter(group_id=group).exists():
        raise Refused(no.ConnectorGroupNotEmpty(name=row.name))
    ConnectorVersion.rows.of(account).filter(group_id=group).delete()
    ConnectorGroup.rows.of(account).filter(pk=group).delete()
    changes: Changes = {"name": (row.name, None)}
    record(
        Act.CONNECTOR_GROUP_DELETED,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        reason=reason,
        changes=changes,
    )


@command
def add_version(
    *, actor: Actor, at: Instant, account: AccountId, group: int, files: Files, change_log: str = "", reason: str = ""
) -> int:
    """Add a version to a connector group; returns its number. No connector points at it until it is chosen (CONN-4)."""
    require_developing(actor=actor, account=account, at=at)
    row = group_of(account, group)
    change_log = _checked_version(account, files, change_log)
    numbers = ConnectorVersion.rows.of(account).filter(group_id=group).values_list("number", flat=True)
    number = law.next_version(set(numbers))
    label = _put_version(row, number, files, change_log, actor=actor, at=at)
    changes: Changes = {"version": (None, label)}
    record(
        Act.CONNECTOR_VERSION_ADDED,
        actor=actor,
        account=account,
        at=at,
        container=row.name,
        reason=reason,
        changes=changes,
    )
    return number


@command
def add_connector(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: int,
    name: str,
    classification: str,
    version: int,
    reason: str = "",
) -> str:
    """Add a connector to a group, Private and not released, pointing at one of its versions; returns its id (CONN-3).

    Refuses a classification that is taken in the group.
    """
    require_developing(actor=actor, account=account, at=at)
    row = group_of(account, group)
    version_of(account, group, version)
    name, classification = _checked_connector(account, row.word, name, classification)
    return _put_connector(row, name, classification, version, actor=actor, at=at, reason=reason)


@command
def rename_connector(
    *, actor: Actor, at: Instant, account: AccountId, connector: str, name: str, reason: str = ""
) -> None:
    """Change the display name of a connector. Its type and classification stay: components name it by them."""
    require_developing(actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    name = name.strip()
    refuse(law.check_name(name))
    if name == row.name:
        return
    Connector.rows.of(account).filter(pk=connector).update(name=name, name_key=name.casefold())
    changes: Changes = {"name": (row.name, name)}
    record(Act.CONNECTOR_RENAMED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def remove_connector(*, actor: Actor, at: Instant, account: AccountId, connector: str, reason: str = "") -> None:
    """Delete a connector with its shares, reviews and planned release. Refuses while a component of any account uses
    it, or an integration pack that is attached anywhere (CONN-10).
    """
    require_developing(actor=actor, account=account, at=at)
    row = connector_of(account, connector)
    rows = Connector.rows.of(account).filter(pk=connector)
    list(rows.select_for_update().values_list("pk"))  # components that begin to name it come before this, or after
    uses, attached = uses_of(row), attached_with(row.type)
    here = f"{uses.here:,} in this account" if uses.here else ""
    packed = "some in integration packs that are attached in this account" if account in attached else ""
    others = "some in other accounts" if uses.elsewhere or attached - {account} else ""
    where = " and ".join(part for part in (here, packed, others) if part)
    if where:
        raise Refused(no.ConnectorInUse(name=row.name, where=where))
    cause = "the connector was deleted"
    end_of_resource(
        actor=actor,
        at=at,
        account=account,
        kind=Kind.CONNECTOR,
        resource=connector,
        name=row.name,
        cause=cause,
        reason=reason,
    )
    cancel(kind=JobKind.CONNECTOR_RELEASE, account=account, key=connector)
    ConnectorReview.rows.of(account).filter(connector_id=connector).delete()
    rows.delete()
    changes: Changes = {"name": (row.name, None), "type": (row.type, None)}
    record(
        Act.CONNECTOR_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes
    )


def _checked(details: Details) -> dict[str, str]:
    told = details.told()
    refuse(law.check_told(told.values()))
    return told


def _free_name(account: AccountId, name: str, besides: int = 0) -> None:
    if ConnectorGroup.rows.of(account).filter(name_key=name.casefold()).exclude(pk=besides).exists():
        raise Refused(no.ConnectorGroupNameTaken(name=name))


def _checked_version(account: AccountId, files: Files, change_log: str) -> str:
    change_log = change_log.strip()
    refuse(law.check_told([change_log], law.LOG_LIMIT))
    check_kept(account, files)
    return change_log


def _checked_connector(account: AccountId, word: str, name: str, classification: str) -> tuple[str, str]:
    """Name and classification of a new connector, judged; its type is nobody's yet (CONN-3)."""
    name, classification = name.strip(), classification.strip()
    refuse(law.check_name(name))
    refuse(law.check_classification(classification))
    kind, key = law.connector_type(account, word, classification), classification.casefold()
    in_group = Connector.rows.of(account).filter(group__word=word, classification_key=key)
    if in_group.exists() or Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(type=kind).exists():
        raise Refused(no.ConnectorClassificationTaken(classification=classification))
    return name, classification


def _put_version(
    group: ConnectorGroup, number: int, files: Files, change_log: str, *, actor: Actor, at: Instant
) -> str:
    """Write a version; its label is its number, unless an estate file has given that to another one."""
    account = AccountId(group.account_id)
    versions = ConnectorVersion.rows.of(account).filter(group_id=group.pk)
    label = str(number)
    while versions.filter(label=label).exists():
        label += "a"
    row = ConnectorVersion(
        account_id=account,
        group_id=group.pk,
        number=number,
        label=label,
        change_log=change_log,
        descriptor=files.descriptor,
        archive=files.archive,
        archive_name=files.archive_name,
        archive_size=files.archive_size,
        user=actor.name,
        at=at,
    )
    ConnectorVersion.rows.of(account).bulk_create([row])
    return label


def _put_connector(
    group: ConnectorGroup,
    name: str,
    classification: str,
    version: int,
    *,
    actor: Actor,
    at: Instant,
    reason: str,
) -> str:
    account = AccountId(group.account_id)
    kind = law.connector_type(account, group.word, classification)
    row = Connector(
        id=str(uuid.uuid4()),
        account_id=account,
        name=name,
        name_key=name.casefold(),
        group_id=group.pk,
        classification=classification,
        classification_key=classification.casefold(),
        type=kind,
        visibility=Visibility.PRIVATE,
        version=version,
    )
    Connector.rows.of(account).bulk_create([row])
    changes: Changes = {
        "name": (None, name),
        "type": (None, kind),
        "version": (None, label_of(account, group.pk, version)),
        "visibility": (None, Visibility.PRIVATE.label),
    }
    record(Act.CONNECTOR_ADDED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    return str(row.pk)
