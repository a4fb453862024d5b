"""A command whose process has loaded much already is the same command."""

import pytest

from tests.command_line.conftest import copied
from tests.command_line.processes import Installation, run_from_nothing

pytestmark = pytest.mark.processes

LINE = '{"kind": "account", "id": "beta", "name": "Beta"}\n'
COMMANDS = (
    ("load", "-"),  # writes, and reads its standard input
    ("export",),
    ("doctor",),
    ("decide", "--user", "bob@acme.test", "--privilege", "EXECUTE", "--account", "nowhere"),
    ("nonsense",),
)


def test_what_it_says_is_what_one_from_nothing_says(loaded: Installation) -> None:
    """Status, standard output and standard error, of commands that are done, refused and unknown; and what is left."""
    another = copied(loaded, loaded.folder / "another")
    for words in COMMANDS:
        quick = loaded.run(*words, text=LINE)
        slow = run_from_nothing(*words, text=LINE.encode(), environment=another.environment, folder=another.folder)
        here = slow.stdout.decode().replace(str(another.folder), str(loaded.folder))
        said = (slow.returncode, here, slow.stderr.decode())
        assert (quick.returncode, quick.stdout, quick.stderr) == said, words
