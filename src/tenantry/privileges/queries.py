"""Reads of the host platform's privileges."""

from tenantry.privileges.models import HostPrivilege
from tenantry.rules.privileges import PLATFORM, Catalogue, Privilege


def catalogue() -> Catalogue:
    """The catalogue of this installation: built-in privileges and those of the host. One query."""
    rows = HostPrivilege.objects.order_by("name").values_list("name", "title", "implies")
    host = [Privilege(name, title, title, implies=tuple(implies), host=True) for name, title, implies in rows]
    return Catalogue(host) if host else PLATFORM
