"""The RSGI application of a server process that answers host applications and does nothing else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantry.web.settings")
django.setup()

from tenantry.access_api.turns import application  # noqa: E402 - needs the applications loaded
from tenantry.decisions import following  # noqa: E402

following.start()

__all__ = ["application"]
