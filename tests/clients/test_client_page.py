"""The page about the client: what stands there runs as it stands there."""

import contextlib
import io
import re

import pytest

from tests.borders.tree import PROJECT
from tests.clients.deciding import host_token, new_world
from tests.journeys.installation import Installation

pytestmark = pytest.mark.processes

PAGE = (PROJECT / "docs" / "client.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_examples_of_the_page(served: Installation) -> None:
    """With an address, a token and people of one's own; and they say what they are meant to say."""
    world = new_world(served)
    names = {"URL": served.url, "TOKEN": host_token(served, "reader of the page"), "ACCOUNT": world.primary}
    said = []
    for example in EXAMPLES:
        source = example.replace("ada@acme.example", world.ann).replace("bob@acme.example", world.bob)
        with contextlib.redirect_stdout(io.StringIO()) as heard:
            exec(compile(source, "docs/client.md", "exec"), names)  # noqa: S102 - our own page
        said.append(heard.getvalue())
    names["client"].close()  # type: ignore[attr-defined]
    assert said[0] == "Ada may build.\n"
    assert said[1].startswith("There is no environment Production")
    assert said[2] == f"[True, False]\nTrue\n['x-ann-{world.number}']\n"
    assert said[3:] == ["True\n", "True\nTrue\n"]


def test_every_failure_is_explained() -> None:
    """Each exception has its line."""
    from tenantry.client import failures

    kinds = {name for name, kind in vars(failures).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert kinds == set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
