"""Single sign-on in the platform API."""

from typing import Final

from tenantry.sso import platform_federations, platform_settings

OBJECTS: Final = (platform_federations.OBJECT, platform_settings.OBJECT)
"""What this folder gives to the platform API."""
