"""What a browser says of itself, read as people know it: device, operating system, browser (SESS-7).

Only the common ones are told apart. A browser may say what it likes, so this is for people to recognise their own
sessions by, and nothing rests on it.
"""

import re
from dataclasses import dataclass
from typing import Final

UNKNOWN: Final = "Unknown"

_SYSTEMS: Final = (
    (r"iPhone|iPod", "iOS", "Phone"),
    (r"iPad", "iPadOS", "Tablet"),
    (r"Android(?!.*Mobile)", "Android", "Tablet"),
    (r"Android", "Android", "Phone"),
    (r"Windows Phone", "Windows Phone", "Phone"),
    (r"Windows", "Windows", "Computer"),
    (r"CrOS", "ChromeOS", "Computer"),
    (r"Mac OS X|Macintosh", "macOS", "Computer"),
    (r"Linux|X11", "Linux", "Computer"),
)
"""What names a system, and the device that it runs on; the first that fits."""

_BROWSERS: Final = (
    (r"Edg(?:e|A|iOS)?/(\d+)", "Edge"),
    (r"OPR/(\d+)", "Opera"),
    (r"SamsungBrowser/(\d+)", "Samsung Internet"),
    (r"Vivaldi/(\d+)", "Vivaldi"),
    (r"(?:Firefox|FxiOS)/(\d+)", "Firefox"),
    (r"(?:HeadlessChrome|Chrome|CriOS|Chromium)/(\d+)", "Chrome"),
    (r"Version/(\d+).*Safari", "Safari"),
)
"""What names a browser, with its version; those that others pretend to be come last."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody has signed in."""

    device: str
    system: str
    browser: str


def described(agent: str) -> Browser:
    """What the text of a browser's header tells."""
    found = next(((system, device) for known, system, device in _SYSTEMS if re.search(known, agent)), None)
    system, device = found or (UNKNOWN, UNKNOWN)
    for known, name in _BROWSERS:
        if version := re.search(known, agent):
            return Browser(device, system, f"{name} {version[1]}")
    return Browser(device, system, UNKNOWN)
