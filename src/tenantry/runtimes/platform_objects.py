"""Runtimes in the platform API: Atom, which they are called there, EnvironmentAtomAttachment and InstallerToken."""

from typing import Final

from tenantry.runtimes import platform_attachments, platform_runtimes

OBJECTS: Final = (*platform_runtimes.OBJECTS, *platform_attachments.OBJECTS)
"""What this folder gives to the platform API."""
