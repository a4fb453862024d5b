"""The product's static files are looked for once for all clients of a run.

Every new client begins the product anew, with WhiteNoise, which lists all files and reads how each is: that takes
longer than most answers.
"""

from whitenoise.base import StaticFile
from whitenoise.middleware import WhiteNoiseMiddleware


def find_once() -> None:
    """From now on; a client whose settings lead to other files is none of the tests' concern."""
    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, StaticFile] = {}

    def add(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add
