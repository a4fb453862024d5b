"""The column by which a table names content."""

from typing import TYPE_CHECKING, Any

from django.db import models

from tenantry.rules.content import KEY_LENGTH

if TYPE_CHECKING:
    Text = models.CharField[str, str]
else:
    Text = models.CharField


class ContentColumn(Text):
    """The key of content that the row's account keeps.

    What no such column names is removed after a day: a table that keeps a key in any other column loses the content.
    A key stands in one row. Who copies a row keeps the content once more.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the options of any column
        """As long as a key is."""
        super().__init__(**{"max_length": KEY_LENGTH, **options})
