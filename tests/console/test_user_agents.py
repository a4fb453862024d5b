"""What browsers say of themselves, as people read it (SESS-7)."""

import pytest

from tenantry.sessions.user_agents import Browser, described

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36",
            Browser("Computer", "Windows", "Chrome 140"),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/139.0.0.0",
            Browser("Computer", "Windows", "Edge 139"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            Browser("Computer", "Linux", "Firefox 140"),
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 "
                "Safari/605.1.15"
            ),
            Browser("Computer", "macOS", "Safari 18"),
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "Version/18.4 Mobile/15E148 Safari/604.1"
            ),
            Browser("Phone", "iOS", "Safari 18"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36",
            Browser("Phone", "Android", "Chrome 140"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15; SM-X910) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36",
            Browser("Tablet", "Android", "Samsung Internet 28"),
        ),
        ("curl/8.5.0", Browser("Unknown", "Unknown", "Unknown")),
        ("", Browser("Unknown", "Unknown", "Unknown")),
    ],
)
def test_sess_7_device_system_and_browser_are_told(agent: str, told: Browser) -> None:
    """The common ones, and those that pretend to be others; what is not known is unknown."""
    assert described(agent) == told
