"""Reads of connectors: which an account can use, which it cannot any more, what uses one, and where reviews stand."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from tenantry.accounts.models import Account
from tenantry.build.models import ComponentConnector
from tenantry.connectors.models import (
    RELEASED,
    TO_EVERYBODY,
    Connector,
    ConnectorGroup,
    ConnectorReview,
    ConnectorVersion,
    Publisher,
)
from tenantry.deploy.models import DeploymentConnector
from tenantry.rules import connectors as law, refusals as no
from tenantry.rules.connectors import Review, State, Visibility, owner_prefixes
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing.queries import shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.paging import Page, keyset_page

ConnectorRow = Connector
"""A connector as stored; only this folder's commands write one."""

LIVING = Q(component__deleted_at__isnull=True)
"""Uses by components that are not deleted."""


@dataclass(frozen=True, slots=True)
class PublisherRow:
    """What an account is called where it publishes, and whether it may develop connectors (CONN-1)."""

    name: str = ""
    enabled_at: datetime | None = None
    enabled_by: str = ""

    @property
    def enabled(self) -> bool:
        """Whether development was enabled."""
        return self.enabled_at is not None


def publisher_of(account: AccountId | str) -> PublisherRow:
    """What the Publisher page holds."""
    row = Publisher.rows.of(account).values_list("name", "sdk_at", "sdk_by").first()
    return PublisherRow(*row) if row is not None else PublisherRow()


def publisher_names(accounts: Iterable[str]) -> Mapping[str, str]:
    """The Publisher Names of those of these accounts that have one."""
    rows = Publisher.rows.across(Crossing.USABLE_CONNECTORS).filter(account_id__in=tuple(set(accounts)))
    return dict(rows.exclude(name="").values_list("account_id", "name"))


# ---- what an account can use ---------------------------------------------------------------------------------------


def usable_connectors(account: AccountId | str) -> QuerySet[Connector]:
    """The connectors that an account can use right now (CONN-5): its own, released or not; those that are shared with
    it and released; and those that are public. Hidden ones go on being usable by whom they were usable by.
    """
    received = shared_with(account, Kind.CONNECTOR).values("resource")
    usable = Q(account_id=account) | TO_EVERYBODY | (RELEASED & Q(id__in=received))
    return Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(usable)


def offered_connectors(account: AccountId | str) -> QuerySet[Connector]:
    """Those of them that are offered for new components: Hidden ones are not (CONN-5)."""
    return usable_connectors(account).exclude(visibility=Visibility.HIDDEN)


def offered(account: AccountId, search: str, limit: int) -> list[Connector]:
    """The first by name of the connectors that are offered for new components."""
    return list(searched(offered_connectors(account), search).order_by("name_key", "id")[:limit])


def usable_page(account: AccountId, search: str = "", place: str = "", size: int = 50) -> tuple[Page[Any], int]:
    """One page of the connectors that an account can use, by name, each with the label of its version; and how many."""
    rows = searched(usable_connectors(account), search)
    return keyset_page(rows.annotate(label=_label()), ("name_key", "id"), place, size=size), rows.count()


def lost_page(account: AccountId, place: str = "", size: int = 50) -> tuple[Page[Any], int]:
    """One page of the connectors that components of an account name and the account cannot use, each with the number of
    these components (CONN-9); and how many.
    """
    naming = ComponentConnector.rows.of(account).filter(LIVING, type=OuterRef("type"))
    number = naming.order_by().values("type").annotate(number=Count("id")).values("number")
    rows = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(Exists(naming))
    rows = rows.exclude(id__in=usable_connectors(account).values("id"))
    return keyset_page(rows.annotate(number=Subquery(number)), ("name_key", "id"), place, size=size), rows.count()


def searched(rows: QuerySet[Connector], search: str) -> QuerySet[Connector]:
    """Those whose name has every word of a search, or whose type is it."""
    words = Q()
    for word in search.casefold().split():
        words &= Q(name_key__contains=word)
    return rows.filter(words | Q(type=search.strip())) if search.strip() else rows


def _label() -> Subquery:
    """The label of the version that a connector points at."""
    versions = ConnectorVersion.rows.across(Crossing.USABLE_CONNECTORS)
    return Subquery(versions.filter(group_id=OuterRef("group_id"), number=OuterRef("version")).values("label")[:1])


def unusable(account: AccountId | str, types: Iterable[str]) -> tuple[str, ...]:
    """The names of those connectors, told by their types, that an account cannot use right now (CONN-9).

    A type that no account's connectors can have belongs to the platform itself, and is no matter of this. One that an
    account's connector could have and none has is unusable, and called by its type. One query for 900 types, three
    where some are unusable.
    """
    blocked: dict[str, str] = {}
    for some in portions(sorted(set(types))):
        usable = set(usable_connectors(account).filter(type__in=some).values_list("type", flat=True))
        rest = [kind for kind in some if kind not in usable]
        known = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(type__in=rest)
        names = dict(known.values_list("type", "name")) if rest else {}
        blocked |= names
        prefixes = {kind: owner_prefixes(kind) for kind in rest if kind not in names}
        owners = _accounts_among(frozenset().union(*prefixes.values()))
        blocked |= {kind: kind for kind, possible in prefixes.items() if possible & owners}
    return tuple(sorted(set(blocked.values()), key=str.casefold))


def _accounts_among(ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for some in portions(sorted(ids)):
        found.update(Account.rows.across(Crossing.USABLE_CONNECTORS).filter(id__in=some).values_list("id", flat=True))
    return found


def versions_in_force(types: Iterable[str]) -> Mapping[str, str]:
    """The label of the version that each of these connectors points at now (CONN-8), by type; one query for 900."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(types))):
        rows = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(type__in=some)
        found.update(rows.annotate(label=_label()).values_list("type", "label"))
    return found


def usable_versions(account: AccountId | str, types: Iterable[str]) -> Mapping[str, str]:
    """The same, of those connectors alone that an account can use right now (CONN-9)."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(types))):
        rows = usable_connectors(account).filter(type__in=some)
        found.update(rows.annotate(label=_label()).values_list("type", "label"))
    return found


def names_of_types(types: Iterable[str]) -> Mapping[str, str]:
    """What connectors of these types are called; those that are no more are not among them."""
    rows = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(type__in=tuple(set(types)))
    return dict(rows.values_list("type", "name"))


def connector_names(types: Collection[str]) -> tuple[str, ...]:
    """What the connectors of these types are called; those that nobody has are called by their type."""
    known: dict[str, str] = {}
    for some in portions(sorted(types)):
        rows = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(type__in=some)
        known.update(rows.values_list("type", "name"))
    return tuple(sorted((known.get(kind, kind) for kind in types), key=str.casefold))


def hold_named(types: Iterable[str]) -> None:
    """Keep these connectors from being deleted until the transaction ends, in which a component begins to name them or
    is deployed (CONN-10).
    """
    for some in portions(sorted(set(types))):
        rows = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(type__in=some)
        list(rows.select_for_update(no_key=True).order_by("id").values_list("id"))


# ---- what uses one -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Uses:
    """How many components of its own account use a connector, and whether any of another does (CONN-10)."""

    here: int
    elsewhere: bool


def uses_of(connector: Connector) -> Uses:
    """By components that are not deleted, and by what is deployed of any; two queries."""
    living = ComponentConnector.rows.across(Crossing.USABLE_CONNECTORS).filter(LIVING, type=connector.type)
    deployed = DeploymentConnector.rows.across(Crossing.USABLE_CONNECTORS).filter(
        type=connector.type, deployment__ended_at__isnull=True
    )
    pairs = set(living.values_list("account_id", "component_id"))
    pairs |= set(deployed.values_list("account_id", "deployment__component_id"))
    here = sum(account == connector.account_id for account, _ in pairs)
    return Uses(here, len(pairs) > here)


def components_using(resources: Iterable[str], accounts: QuerySet[Any]) -> Iterator[tuple[AccountId, str, str]]:
    """The components of these accounts, other than their owners, that use these connectors: account, connector and how
    many, in words. Two queries for 900 connectors.
    """
    for some in portions(sorted(set(resources))):
        known = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(id__in=some)
        by_type = {kind: (key, owner) for key, owner, kind in known.values_list("id", "account_id", "type")}
        uses = ComponentConnector.rows.across(Crossing.USABLE_CONNECTORS).filter(
            LIVING, type__in=tuple(by_type), account_id__in=accounts
        )
        counted = uses.values("account_id", "type").annotate(number=Count("id")).order_by("account_id", "type")
        for account, kind, number in counted.values_list("account_id", "type", "number"):
            key, owner = by_type[kind]
            if account != owner:
                yield AccountId(account), key, f"{number:,} component{'' if number == 1 else 's'}"


# ---- what developers see -------------------------------------------------------------------------------------------


def groups_page(account: AccountId, search: str = "", place: str = "") -> tuple[Page[ConnectorGroup], int]:
    """One page of an account's connector groups by name, and how many match."""
    rows = ConnectorGroup.rows.of(account)
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return keyset_page(rows, ("name_key", "id"), place, size=30), rows.count()


def group_of(account: AccountId | str, group: int | str) -> ConnectorGroup:
    """The account's connector group of this number; refuses with `ConnectorGroupNotFound`."""
    number = int(group) if str(group).isdecimal() and len(str(group)) < _DIGITS else 0
    row = ConnectorGroup.rows.of(account).filter(id=number).first()
    if row is None:
        raise Refused(no.ConnectorGroupNotFound())
    return row


_DIGITS = 19
"""Digits that no number of a row has."""


def connector_of(account: AccountId | str, connector: str) -> Connector:
    """The account's connector of this id with its group; refuses with `ConnectorNotFound`."""
    row = Connector.rows.of(account).select_related("group").filter(id=connector).first()
    if row is None:
        raise Refused(no.ConnectorNotFound())
    return row


def version_of(account: AccountId | str, group: int, number: int) -> ConnectorVersion:
    """A version of one of the account's groups; refuses with `ConnectorVersionNotFound`."""
    row = (
        ConnectorVersion.rows.of(account).filter(group_id=group, number=number).first()
        if number < law.VERSION_MOST
        else None
    )
    if row is None:
        raise Refused(no.ConnectorVersionNotFound())
    return row


def connectors_page(account: AccountId, group: int, place: str = "") -> Page[Any]:
    """One page of a group's connectors, each with the label of its version and the state of its newest review."""
    rows = Connector.rows.of(account).filter(group_id=group).annotate(label=_label(), review=newest_review(account))
    return keyset_page(rows, ("name_key", "id"), place)


def newest_review(account: AccountId | str) -> Subquery:
    """The state of a connector's newest review, as a column."""
    rows = ConnectorReview.rows.of(account).filter(connector_id=OuterRef("pk")).order_by("-id")
    return Subquery(rows.values("state")[:1])


def versions_page(account: AccountId, group: int, place: str = "", size: int = 50) -> Page[Any]:
    """One page of a group's versions, the newest first, each with the state of the newest review that was about it."""
    reviews = ConnectorReview.rows.of(account).filter(connector__group_id=group, version=OuterRef("number"))
    rows = ConnectorVersion.rows.of(account).filter(group_id=group)
    rows = rows.annotate(review=Subquery(reviews.order_by("-id").values("state")[:1]))
    return keyset_page(rows, ("number",), place, size=size, descending=True)


def label_of(account: AccountId | str, group: int, number: int) -> str:
    """What a version of a group is called."""
    rows = ConnectorVersion.rows.of(account).filter(group_id=group, number=number)
    return rows.values_list("label", flat=True).first() or str(number)


# ---- reviews -------------------------------------------------------------------------------------------------------


def pending_review(account: AccountId | str, connector: str) -> ConnectorReview | None:
    """The open review of a connector."""
    return ConnectorReview.rows.of(account).filter(connector_id=connector, state=Review.PENDING).first()


def state_of(connector: Connector) -> State:
    """What the rules judge of a connector."""
    return State(
        connector.name,
        Visibility(connector.visibility),
        connector.released_at is not None,
        pending_review(connector.account_id, connector.pk) is not None,
    )


def review_of(review: int) -> ConnectorReview:
    """A review of any account, for staff; refuses with `ReviewNotPending` where there is none."""
    rows = ConnectorReview.rows.across(Crossing.CONNECTOR_REVIEWS).select_related("connector__group", "account")
    row = rows.filter(pk=review).first() if review < 2**63 else None
    if row is None:
        raise Refused(no.ReviewNotPending())
    return row


def reviews_page(*, pending: bool, place: str = "") -> tuple[Page[Any], int]:
    """One page of the reviews of all accounts: the pending ones, the oldest first, or the others, the newest first."""
    rows = ConnectorReview.rows.across(Crossing.CONNECTOR_REVIEWS).select_related("connector__group", "account")
    rows = rows.filter(state=Review.PENDING) if pending else rows.exclude(state=Review.PENDING)
    labels = ConnectorVersion.rows.across(Crossing.CONNECTOR_REVIEWS).filter(
        group_id=OuterRef("connector__group_id"), number=OuterRef("version")
    )
    shown = rows.annotate(label=Subquery(labels.values("label")[:1]), publisher=_publisher())
    return keyset_page(shown, ("at", "id"), place, descending=not pending), rows.count()


def _publisher() -> Subquery:
    rows = Publisher.rows.across(Crossing.CONNECTOR_REVIEWS).filter(account_id=OuterRef("account_id"))
    return Subquery(rows.values("name")[:1])
