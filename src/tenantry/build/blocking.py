"""Components that use connectors which their account cannot use: listed, and neither opened, tested, packaged nor
deployed (CONN-9). Asked anew each time, so that sharing a connector again is enough.
"""

from collections.abc import Collection

from tenantry.build.queries import connector_types_used
from tenantry.connectors.queries import hold_named, unusable
from tenantry.rules import refusals as no
from tenantry.rules.components import check_text as whole
from tenantry.rules.connectors import connector_types_in
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId


def check_usable(account: AccountId, component: str, name: str) -> frozenset[str]:
    """The types of connectors that a component uses, directly or through what it refers to. Refuses with
    `ConnectorNotUsable` where the account cannot use one of them.
    """
    types = connector_types_used(account, [component])
    check_types(account, types, name)
    return types


def check_text(account: AccountId, text: str, name: str) -> None:
    """Judge a text that a component is to get: it names only connectors that the account can use (CONN-5), which cannot
    be deleted until the transaction ends (CONN-10).
    """
    types = connector_types_in(text)
    hold_named(types)
    check_types(account, types, name)


def check_named(written: str, text: str, kind: str) -> None:
    """Judge a text that a component of a connector is to get: it is whole, and names the connector chosen (CONN-3)."""
    refuse(whole(written, text))
    if kind not in connector_types_in(text):
        raise Refused(no.ConnectorNotNamed(type=kind))


def check_types(account: AccountId, types: Collection[str], name: str) -> None:
    """Refuse with `ConnectorNotUsable` where the account cannot use one of these connectors."""
    if types and (blocked := unusable(account, types)):
        raise Refused(no.ConnectorNotUsable(component=name, connectors=", ".join(blocked)))
