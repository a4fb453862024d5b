"""The files of the project, as a reader of the repository gets them."""

import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def project_files() -> list[Path]:
    """Every file that is tracked or would be once added (not what .gitignore names), relative to the project."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(git, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    paths = [Path(name) for name in listing.split("\0") if name]
    return sorted(path for path in paths if (PROJECT / path).is_file())


def text_of(path: Path) -> str | None:
    """The text of a project file; None for a file that is not text."""
    content = (PROJECT / path).read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
