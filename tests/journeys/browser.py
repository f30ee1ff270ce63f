"""What a journey does with a page besides clicking: watch it, check it, take its picture."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"

# No Chromium but Debian's is to be had, and it looks for nothing on the network.
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
COLOUR_SCHEME_COOKIE = "scheme"

WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


class BrowserAs(Protocol):
    """Opens a browser of its own for a person of the demonstration, signed in by the form."""

    def __call__(self, person: str | None, *, with_script: bool = True) -> Page:
        """The page of the person named before the @ of the address; None stays signed out.

        A person's second browser takes over the sign-in of their first. Without script it is a
        browser in which JavaScript is switched off.
        """


class AssertAccessible(Protocol):
    """Fails the journey when the page as it stands does not meet WCAG 2.2 AA."""

    def __call__(self, page: Page, *, allow: dict[str, str] | None = None) -> None:
        """Check the page; `allow` names axe rules that are not judged, each with its reason."""


class Screenshot(Protocol):
    """Writes pictures of a page to var/screenshots: light, dark and 390 px wide."""

    def __call__(self, page: Page, name: str) -> None:
        """Write <name>-light.png, <name>-dark.png and <name>-narrow.png."""


@dataclass
class Watch:
    """What went wrong in the pages of one browser while nobody was looking."""

    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Note every error that this page reports from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(page, f"uncaught error: {error}"))
        page.on("response", self._response)

    def _note(self, page: Page | None, problem: str) -> None:
        self.problems.append(f"{page.url if page else '?'}: {problem}")

    def _console(self, message: ConsoleMessage) -> None:
        # A page that was rightly refused (403, 404) is reported as a failed load too. What may
        # not fail to load is judged by its response.
        failed_load = message.text.startswith("Failed to load resource")
        is_error = message.type == "error" and not failed_load
        if is_error or "Content Security Policy" in message.text:
            self._note(message.page, f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or ("/static/" in response.url and response.status >= 400):
            self.problems.append(f"{response.url}: answered with {response.status}")


def accessibility_problems(page: Page, allow: dict[str, str]) -> list[str]:
    """What axe finds on the page against WCAG 2.2 AA, one readable paragraph for each rule.

    `allow` names rules that are not judged, each with the reason why.
    """
    options = {
        "runOnly": {"type": "tag", "values": WCAG_TAGS},
        "rules": {rule: {"enabled": False} for rule in allow},
        "resultTypes": ["violations"],
    }
    try:
        violations = _violations(page, options)
    except PlaywrightError as error:
        if "Execution context was destroyed" not in str(error):
            raise
        # A click just before had not led to its page yet: that page is the one to judge.
        page.wait_for_load_state()
        violations = _violations(page, options)
    return [_readable(violation) for violation in violations]


def _violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    # Evaluated, not added as a script: the page's security policy rightly refuses that.
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "async options => (await axe.run(document, options)).violations", options
    )
    return found


def _readable(violation: dict[str, Any]) -> str:
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"][:5]:
        lines.append("    at " + " ".join(map(str, node["target"])))
        lines.append("       " + node["html"][:200])
        lines.extend(
            "       " + line for line in node.get("failureSummary", "").splitlines()[1:] if line
        )
    if len(violation["nodes"]) > 5:
        lines.append(f"    and {len(violation['nodes']) - 5} more places")
    return "\n".join(lines)


def take_screenshots(page: Page, name: str) -> None:
    """Write var/screenshots/<name>-light, -dark and -narrow.png.

    Light is the page as it stands, dialogs and all. Dark and narrow open its address again in
    the same browser, as the same person.
    """
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-light.png", full_page=True)
    again = page.context.new_page()
    try:
        again.set_viewport_size(NARROW)
        again.goto(page.url)
        again.screenshot(path=SCREENSHOTS / f"{name}-narrow.png", full_page=True)
        again.set_viewport_size(WIDE)
        page.context.add_cookies(
            [{"name": COLOUR_SCHEME_COOKIE, "value": "dark", "url": page.url}],
        )
        again.reload()
        again.screenshot(path=SCREENSHOTS / f"{name}-dark.png", full_page=True)
    finally:
        page.context.clear_cookies(name=COLOUR_SCHEME_COOKIE)
        again.close()
