"""A host application without a framework: `granian --interface asgi app:application` in this folder."""

import os

from access import Access, Receive, Scope, Send, say

from tenantry.client import AsyncEmbedded


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    """What the application shows to those who may see it."""
    await say(send, 200, {"page": scope["path"]})


def tenantry() -> AsyncEmbedded:
    """Decides in this process about the accounts that the environment names; asks about all others."""
    accounts = os.environ.get("TENANTRY_ACCOUNTS", "").split()
    return AsyncEmbedded(os.environ["TENANTRY_URL"], os.environ["TENANTRY_TOKEN"], accounts)


application = Access(pages, {"components": "BUILD"}, tenantry)
