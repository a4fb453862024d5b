"""What Build gives to the platform API."""

from typing import Final

from tenantry.build.platform_branch import BRANCHES
from tenantry.build.platform_component import COMPONENT
from tenantry.build.platform_folder import FOLDER
from tenantry.build.platform_metadata import METADATA
from tenantry.build.platform_process import PROCESSES

OBJECTS: Final = (FOLDER, COMPONENT, METADATA, BRANCHES, PROCESSES)
"""What this folder gives to the platform API."""
