"""Why there is no answer. None of these is a yes: whoever asks "may they?" and meets one has to refuse."""

from tenantry.client.answers import Answer


class NoAnswer(Exception):
    """There is no answer, so nothing is allowed. `request_id` finds the call in the logs of both sides."""

    def __init__(self, why: str, request_id: str = "") -> None:
        """Say why, in a sentence."""
        super().__init__(f"{why} (request {request_id})" if request_id else why)
        self.why = why
        self.request_id = request_id


class CannotProve(NoAnswer):
    """The server cannot prove just now that what it knows is current. Ask again; `retry_after` tells in how many
    seconds.
    """

    retry_after: float = 1.0


class NotAuthorized(NoAnswer):
    """The token is not valid, or no more."""


class Malformed(NoAnswer):
    """The question is none: the text names what is wrong with it. Asking again does not help."""


class Unreachable(NoAnswer):
    """There is no connection to the server, or it broke."""


class TooLate(Unreachable):
    """There was no answer before the deadline."""


class NotUnderstood(NoAnswer):
    """What came back is no answer: another server, a proxy, or a server that failed."""


class Denied(Exception):
    """`require` was answered with no. `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        """Carry the answer; its reason is the exception's text."""
        super().__init__(answer.why_not)
        self.answer = answer
