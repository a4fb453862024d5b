"""A primary that publishes processes, and customers that install them, made by the commands themselves."""

import zlib
from dataclasses import dataclass, field

from tenantry.build.components import create_component
from tenantry.build.copying import Put, put
from tenantry.build.models import Component, ComponentRevision
from tenantry.build.queries import top_id
from tenantry.connectors.models import Connector, ConnectorGroup, ConnectorVersion
from tenantry.connectors.publisher import set_publisher_name
from tenantry.connectors.queries import publisher_of
from tenantry.deploy.commands import create_package
from tenantry.library.commands import install, publish
from tenantry.rules.connectors import connector_type
from tenantry.rules.deploying import PackageId
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, ComponentId, FolderId, GroupId
from tenantry.sharing.commands import share, withdraw
from tests.store.factories import AT, PARTNER, STANDARD_USER, Somebody, a_group, a_member, a_primary, a_user

PUBLISHING = PARTNER | {Feature.PROCESS_LIBRARY}
SECRET = '<connection><field type="password" value="s3cret"/></connection>'


def named_publisher(account: AccountId, name: str) -> None:
    """Give an account a Publisher Name, unless it has one."""
    if not publisher_of(account).name:
        set_publisher_name(actor=OPERATOR, at=AT, account=account, name=name)


def a_connector(account: AccountId, name: str = "Mail") -> str:
    """A Private connector that has been released; its type."""
    group = ConnectorGroup(account_id=account, name=name, name_key=name.casefold(), word=name.casefold())
    [group] = ConnectorGroup.rows.of(account).bulk_create([group])
    version = ConnectorVersion(account_id=account, group=group, number=1, label="1", user="operator", at=AT)
    ConnectorVersion.rows.of(account).bulk_create([version])
    kind = connector_type(account, name.casefold(), "prod")
    row = Connector(id=f"connector-{kind}", account_id=account, name=name, name_key=name.casefold(), group=group)
    row.classification = row.classification_key = "prod"
    row.type, row.version, row.released_at = kind, 1, AT
    Connector.rows.of(account).bulk_create([row])
    return kind


def a_part(account: AccountId, name: str, text: str, kind: str = "process", written: str = "xml") -> ComponentId:
    """A component in the top-level folder."""
    return create_component(
        actor=OPERATOR, at=AT, account=account, folder=top_id(account), name=name, type=kind, format=written, text=text
    )


def many_parts(account: AccountId, name: str, number: int) -> list[ComponentId]:
    """So many maps in the top-level folder, written at once."""
    ids = [ComponentId(f"00000000-0000-4000-8000-{n:06}{zlib.crc32(name.encode()) % 10**6:06}") for n in range(number)]
    made = [Put(key, top_id(account), f"{name} {n:03}", "map", "xml") for n, key in enumerate(ids)]
    put(
        user="operator",
        at=AT,
        target=account,
        made=made,
        ids={str(key): key for key in ids},
        texts=lambda some: ((key, "<map/>") for key in some),
    )
    return ids


def newest_text(account: AccountId, component: str) -> str:
    """The newest text of a component."""
    row = Component.rows.of(account).get(id=component)
    return str(ComponentRevision.rows.of(account).get(component=row, number=row.revision).text)


@dataclass(frozen=True)
class Sold:
    """A process that is published twice, and its shareable package."""

    process: ComponentId
    package: PackageId


def published_in(account: AccountId) -> Sold:
    """Such a process, which refers to another component."""
    named_publisher(account, "Publisher")
    needed = a_part(account, "Sold map", "<map/>", "map")
    here = {"actor": OPERATOR, "at": AT, "account": account}
    process = a_part(account, "Sold", f"<process map='{needed}'/>")
    package = create_package(**here, component=process, version="1.0", shareable=True)  # type: ignore[arg-type]
    for _ in range(2):
        publish(**here, package=package)  # type: ignore[arg-type]
    return Sold(process, package)


@dataclass(frozen=True)
class Trade:
    """`home` publishes, and manages `shop`, which is in its group `group`, and `other`, which is in none. `pam`
    publishes, `bea` builds in the shop.

    The process `order` refers to the map `map`, and that to the connection `connection`, which has a password. It is
    packaged as `package`, shareable.
    """

    home: AccountId = field(default_factory=lambda: a_primary("Home", PUBLISHING))
    shop: AccountId = field(init=False)
    other: AccountId = field(init=False)
    group: GroupId = field(init=False)
    pam: Somebody = field(init=False)
    bea: Somebody = field(init=False)
    connection: ComponentId = field(init=False)
    map: ComponentId = field(init=False)
    order: ComponentId = field(init=False)
    package: PackageId = field(init=False)

    def __post_init__(self) -> None:
        """Make the rest."""
        made: dict[str, object] = {}
        named_publisher(self.home, "Home Works")
        made["shop"], made["other"] = a_member(self.home, "Shop"), a_member(self.home, "Other")
        made["group"] = a_group(self.home, "Shops", members=[made["shop"]])  # type: ignore[list-item]
        made["pam"] = a_user(self.home, STANDARD_USER)
        made["bea"] = a_user(made["shop"], STANDARD_USER)  # type: ignore[arg-type]
        made["connection"] = a_part(self.home, "Database", SECRET, "connection")
        made["map"] = a_part(self.home, "Fields", f'{{"to": "{made["connection"]}"}}', "map", "json")
        made["order"] = a_part(self.home, "Order", f"<process map='{made['map']}'/>")
        for name, value in made.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "package", self.packaged("1.0"))

    def packaged(self, version: str, component: ComponentId | None = None, *, shareable: bool = True) -> PackageId:
        """A package of the order process, or of another component."""
        return create_package(
            actor=OPERATOR,
            at=AT,
            account=self.home,
            component=component or self.order,
            version=version,
            shareable=shareable,
        )

    def published(self, package: PackageId | None = None, *, with_passwords: bool = False) -> int:
        """Publish the order process, or another package."""
        return publish(
            actor=self.pam.actor,
            at=AT,
            account=self.home,
            package=package or self.package,
            description="Takes orders in",
            with_passwords=with_passwords,
        )

    def shared(self, process: ComponentId | None = None) -> None:
        """Share it with the group."""
        share(
            actor=OPERATOR,
            at=AT,
            account=self.home,
            group=self.group,
            kind=Kind.PROCESS,
            resources={process or self.order},
        )

    def withdrawn(self) -> None:
        """Take it off the group again."""
        withdraw(actor=OPERATOR, at=AT, account=self.home, group=self.group, kind=Kind.PROCESS, resource=self.order)

    def installed(self, folder: FolderId | None = None, name: str = "", who: Somebody | None = None) -> ComponentId:
        """Install it in the shop."""
        return install(
            actor=(who or self.bea).actor,
            at=AT,
            account=self.shop,
            process=self.order,
            folder=folder or top_id(self.shop),
            name=name,
        )


def names_in(account: AccountId) -> list[str]:
    """The names of all living components of an account."""
    return sorted(Component.rows.of(account).filter(deleted_at=None).values_list("name", flat=True))
