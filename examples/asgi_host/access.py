"""An ASGI middleware that decides before each request whether this person may do it in this account."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from tenantry.client import AsyncEmbedded, NoAnswer, Resource

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Access:
    """The middleware: `needed` tells the privilege that a page takes, by the last part of `/accounts/ACCOUNT/PAGE`."""

    def __init__(self, app: App, needed: Mapping[str, str], make: Callable[[], AsyncEmbedded]) -> None:
        """`make` is called when the server starts: by then it has been forked."""
        self.app = app
        self.needed = needed
        self.make = make
        self.tenantry: AsyncEmbedded | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer in the application's place."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            refusal = await self._refusal(scope)
            if refusal is None:
                await self.app(scope, receive, send)
            else:
                await say(send, refusal[0], {"reason": refusal[1]})

    async def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        if scope["path"] == "/":
            return None
        match scope["path"].split("/"):
            case ["", "accounts", account, page] if page in self.needed:
                pass
            case _:
                return 403, "This page does not say what it needs."
        user = dict(scope["headers"]).get(b"x-demo-user", b"").decode("latin-1")  # the place of your sign-in
        if not user:
            return 401, "Sign in first."
        if self.tenantry is None:
            return 503, "The application has not started yet."
        try:
            answer = await self.tenantry.check(user, self.needed[page], Resource.account(account))
        except NoAnswer as failure:
            return 503, failure.why
        return None if answer.allowed else (403, answer.why_not)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                self.tenantry = self.make()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.tenantry is not None:
                    await self.tenantry.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def say(send: Send, status: int, told: object) -> None:
    """Answer with JSON."""
    body = json.dumps(told).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
