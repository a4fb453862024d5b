"""What Deploy gives to the platform API."""

from typing import Final

from tenantry.deploy.platform_deployment import DEPLOYED
from tenantry.deploy.platform_package import PACKAGES

OBJECTS: Final = (PACKAGES, DEPLOYED)
"""What this folder gives to the platform API."""
