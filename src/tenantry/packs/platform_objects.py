"""What integration packs give to the platform API."""

from typing import Final

from tenantry.packs import platform_instances as instances, platform_packs as packs, platform_releases as releases

OBJECTS: Final = (
    packs.RECEIVED,
    packs.PUBLISHED,
    releases.RELEASE,
    releases.STATUS,
    instances.INSTANCE,
    instances.ATTACHMENT,
)
"""What this folder gives to the platform API."""
