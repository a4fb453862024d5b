"""What Build gives to the platform API."""

from typing import Final

from tenantry.build.platform_folder import FOLDER

OBJECTS: Final = (FOLDER,)
"""What this folder gives to the platform API."""
