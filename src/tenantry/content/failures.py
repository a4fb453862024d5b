"""What goes wrong with the storage itself. Never carries a secret."""

from tenantry.store.transaction import StoreUnavailable


class ContentUnavailable(StoreUnavailable):
    """The content storage is full, not allowed or does not answer. Nothing is kept under a key."""

    def __init__(self, reason: str) -> None:
        """Tell the reason in one line."""
        super().__init__(f"The content storage does not serve ({reason}). Nothing was changed.")
        self.reason = reason
