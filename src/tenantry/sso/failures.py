"""What goes wrong with identity providers and directories."""


class ProviderFault(Exception):
    """A server that an account names cannot be asked, or its answer proves nothing.

    The text is a sentence for administrators and logs. It holds no secret and nothing of a token.
    """
