"""Addresses that answers name, so that programs need not make them up."""

from urllib.parse import quote, urlencode

from django.conf import settings

from tenantry.platform_api.calls import Call


def address_of(call: Call, *path: str) -> str:
    """The whole address of something in the account that a call acts in, by the interface that the call came by."""
    there = "/".join(quote(part, safe="") for part in (call.named, *path))
    if call.named == call.account:
        return f"{settings.BASE_URL}/api/rest/v1/{there}"
    return f"{settings.BASE_URL}/partner/api/rest/v1/{there}?{urlencode({'overrideAccount': call.account})}"
