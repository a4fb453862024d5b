"""The platform and an identity provider of other authors understand each other."""

from pathlib import Path

import pytest
from django.urls import reverse

from tests.sso.test_saml_requests import hidden, opened
from tests.sso.world import PROVIDER_URL, browser, hand_in, is_in, make_world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.store,
    pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning"),  # pysaml2 7.5 looks at CFB
]

WAYS = {
    "assertion": {"sign_assertion": True, "sign_response": False},
    "response": {"sign_assertion": False, "sign_response": True},
    "both": {"sign_assertion": True, "sign_response": True},
    "encrypted": {"sign_assertion": True, "sign_response": False, "encrypt_assertion": True},
    "encrypted, response signed": {"sign_assertion": False, "sign_response": True, "encrypt_assertion": True},
}


@pytest.mark.parametrize("way", WAYS)
def test_sso_12_pysaml2_reads_our_metadata_and_request_and_its_answer_signs_in(way: str, tmp_path: Path) -> None:
    """From the Sign In URL to the session: signed assertion, signed response, both, and an encrypted assertion."""
    from tests.sso.peer import make_peer

    world, client = make_world(encrypted=way.startswith("encrypted")), browser()
    metadata = client.get(reverse("saml", kwargs={"account": world.account}) + "?metadata=true").content.decode()
    peer = make_peer(PROVIDER_URL, tmp_path, metadata)
    page = opened(world, "?next=/preferences/", client)
    answer, target = peer.answer(hidden(page, "SAMLRequest") or "", "FED-1", **WAYS[way])
    assert target == world.url
    arrived = hand_in(client, world.account, answer, relay=hidden(page, "RelayState") or "")
    assert (arrived.status_code, arrived["Location"]) == (302, "/preferences/")
    assert is_in(client, world)
