"""The table of the host platform's own privileges."""

from typing import ClassVar

from django.db import models

NAME_LIMIT = 255
"""Characters in a privilege's constant or title."""


class HostPrivilege(models.Model):
    """A privilege that the host platform defined; `implies` holds constants, sorted."""

    name = models.CharField(primary_key=True, max_length=NAME_LIMIT)
    title = models.CharField(max_length=NAME_LIMIT)
    implies = models.JSONField(default=list)

    objects: ClassVar[models.Manager["HostPrivilege"]] = models.Manager()

    class Meta:
        """Few rows, read whole."""

        db_table = "host_privilege"
