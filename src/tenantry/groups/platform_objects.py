"""Account groups in the platform API."""

from typing import Final

from tenantry.groups import platform_groups, platform_links, platform_packs

OBJECTS: Final = (platform_groups.OBJECT, *platform_links.OBJECTS, platform_packs.OBJECT)
"""What this folder gives to the platform API."""
