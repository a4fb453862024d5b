"""People in front of a browser: each has a browser context of their own, and notices whatever goes wrong in it."""

import re
import shutil
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, ViewportSize, expect

from tests.journeys.installation import PASSWORD, Installation

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
"""Chromium in a container, as root, and without a way to any other machine."""

AXE = Axe()
WCAG_2_2_AA = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
SETTLED = """new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    .then(() => Promise.allSettled(document.getAnimations().map(animation => animation.finished)))"""
"""What to wait for after the colours or the size have changed: two frames, and the end of every transition."""
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}

_STATUS = re.compile(r"server responded with a status of (\d+)")


def launch(playwright: Playwright) -> Browser:
    """The Chromium of this machine; if there is one without windows, that one: the same pages take it two thirds of the
    work, and nobody would see a window.
    """
    program = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=program, args=list(FLAGS))


@dataclass(slots=True)
class Visitor:
    """One person's browser: its pages, and what went wrong in them."""

    installation: Installation
    context: BrowserContext
    page: Page = field(init=False)
    errors: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the first page."""
        self.page = self.new_tab()

    def new_tab(self) -> Page:
        """One more page of the same browser."""
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self._noticed(message))  # noqa: PLW0108 - it marks functions
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        return page

    def _noticed(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.page.url if message.page else ''}: {message.text}")

    def expects(self, *statuses: int) -> None:
        """Answers with these statuses are part of the story; the browser's remark about them is no error."""
        self.expected |= set(statuses)

    def unexpected(self) -> list[str]:
        """What went wrong and was not part of the story."""
        return [
            error
            for error in self.errors
            if not ((status := _STATUS.search(error)) and int(status[1]) in self.expected)
        ]

    def htmx_complaints(self) -> int:
        """Take out what htmx said on the console about answers with an expected status; returns how often it did."""
        said = [error for error in self.errors if any(f"Error Code {status} from" in error for status in self.expected)]
        self.errors = [error for error in self.errors if error not in said]
        return len(said)

    def go(self, path: str, status: int = 200) -> None:
        """Open an address of the console."""
        if status != 200:
            self.expects(status)
        answer = self.page.goto(self.installation.url + path)
        assert answer is not None
        assert answer.status == status, (path, answer.status)

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in on the sign-in page, with mouse and keyboard."""
        self.go("/sign-in/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign In", exact=True).click()

    def menu(self, entry: str) -> None:
        """Follow an entry of the left menu."""
        self.page.get_by_role("navigation", name="Settings").get_by_role("link", name=entry, exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name=entry)).to_be_visible()

    def switch_to(self, name: str) -> None:
        """Choose an account under "Switch Account...", found by its name: staff may enter more than a page shows."""
        self.page.get_by_role("button", name="Account menu").click()
        self.page.get_by_role("link", name="Switch Account...").click()
        dialog = self.dialog("Switch Account")
        dialog.get_by_role("searchbox").fill(name)
        dialog.get_by_role("button", name=name).click()
        self.is_in(name)

    def is_in(self, account: str) -> None:
        """Expect the top bar to show this account."""
        expect(self.page.get_by_role("button", name="Account menu")).to_contain_text(account)

    def dialog(self, title: str) -> Any:
        """The open dialog of this title."""
        dialog = self.page.get_by_role("dialog", name=title)
        expect(dialog).to_be_visible()
        return dialog

    def toast(self, text: str) -> None:
        """Expect a message at the edge of the page."""
        expect(self.page.locator("#toasts")).to_contain_text(text)

    def choose_user(self, email: str) -> Any:
        """Choose a user in the list; returns the pane that shows them."""
        self.page.get_by_role("list", name="Users").get_by_role("link", name=email).click()
        pane = self.page.locator("#user")
        expect(pane.get_by_role("heading", name=email)).to_be_visible()
        return pane


def barriers(page: Page, rules: dict[str, Any] = WCAG_2_2_AA) -> list[str]:
    """What keeps people out of the page as it stands, by these rules of axe, as far as a machine can tell."""
    page.evaluate(SETTLED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    report = page.evaluate("options => axe.run(options)", rules)
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


OF_LOOKS: dict[str, Any] = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
    }
}
"""Those of the rules that depend on colours and widths."""


def faults(page: Page) -> list[str]:
    """Barriers and overflow of the page as it stands: in light and wide, then in dark and narrow.

    Colours do not depend on the width, nor anything else on the colours, so each is judged once in both; what depends
    on neither is judged once.
    """
    found: list[str] = []
    both: tuple[tuple[ViewportSize, Literal["light", "dark"], dict[str, Any]], ...] = (
        (WIDE, "light", WCAG_2_2_AA),
        (NARROW, "dark", OF_LOOKS),
    )
    for size, scheme, rules in both:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme} at {size['width']}: {barrier}" for barrier in barriers(page, rules)]
        if too_wide := overflow(page):
            found.append(f"at {size['width']}: wider than the window by {too_wide} pixels")
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    return found
