"""The table that tells when content is swept next."""

from typing import ClassVar

from django.db import models


class SweepTurn(models.Model):
    """When whoever comes first sweeps the content: one row for all processes of an installation."""

    next_at = models.DateTimeField()

    objects: ClassVar[models.Manager["SweepTurn"]] = models.Manager()

    class Meta:
        """One row."""

        db_table = "content_sweep_turn"
