"""Long uploads: how much has arrived, that it is looked through, and what is kept of it."""

import io
import random
import zipfile

from playwright.sync_api import expect

from tests.journeys.installation import Installation
from tests.journeys.visitors import Visitor

SPEED = 150_000
"""Bytes a second that the connection takes."""


def a_jar(size: int) -> bytes:
    """An archive that is no smaller than what is in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        archive.writestr("data.bin", random.Random(1).randbytes(size))
    return held.getvalue()


def test_an_upload_tells_how_far_it_is(installation: Installation, visitor: Visitor) -> None:
    """On a slow connection a bar fills; nothing can be sent twice; then the library is there."""
    house = installation.new_house()
    visitor.sign_in(house.administrator)
    visitor.menu("Account Libraries")
    page = visitor.page
    page.get_by_role("link", name="Upload Library").first.click()
    dialog = visitor.dialog("Upload Library")
    bar = dialog.get_by_role("progressbar", name="Uploaded")
    expect(bar).to_be_hidden()
    dialog.get_by_label("Library").set_input_files(
        {"name": "large.jar", "mimeType": "application/java-archive", "buffer": a_jar(600_000)}
    )
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SPEED}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    dialog.get_by_role("button", name="Upload").click()
    expect(bar).to_be_visible()
    expect(dialog.get_by_role("button", name="Upload")).to_be_disabled()
    page.wait_for_function(
        "() => { const part = document.querySelector('.busy progress').value; return part > 0.1 && part < 1 }"
    )
    expect(page.get_by_role("rowheader", name="large.jar")).to_be_visible()
