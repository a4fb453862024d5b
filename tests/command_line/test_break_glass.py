"""`tenantry break-glass`, with no server running."""

import re

import pytest

from tests.command_line.processes import Installation, one_line

pytestmark = pytest.mark.processes


def test_a_link_is_alone_on_the_last_line_and_it_works_without_server_and_mail(loaded: Installation) -> None:
    """The log tells it; a reason is asked for; what is refused is told in one line."""
    done = loaded.run(
        "break-glass", "bob@acme.test", "acme", "--reason", "gone", TENANTRY_SMTP_URL="smtp://127.0.0.1:9"
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/reset-password/[\w-]{40,}/", done.stdout.splitlines()[-1])
    exported = loaded.run("export").stdout
    assert '"user":"bob@acme.test","role":"Administrator"' in exported
    assert "--reason" in loaded.run("break-glass", "bob@acme.test", "acme").stderr
    refused = loaded.run("break-glass", "nobody@acme.test", "acme", "--reason", "gone")
    assert one_line(refused).endswith("(ENTRY-1)")
