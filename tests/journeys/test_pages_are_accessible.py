"""Every page that somebody can walk to: accessible, whole on a phone, and with a name of its own.

The walk starts at a person's own products and follows every link. Of each kind of page (a name in
the URL configuration) the first one that it meets is examined closely; of the pages of single
things it looks at each one, since a long word may be in any of them.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.journeys.browser import WIDE, BrowserAs, accessibility_problems
from tests.journeys.site import Site

#: A phone, and a desktop zoomed to 400 % (WCAG 1.4.10).
NARROW_WIDTHS = (390, 320)
DOWNLOADS = {
    *("draft_download", "evidence_file", "history_csv", "history_xlsx"),
    *("log_export", "log_export_download"),
    *("version_pdf", "version_json", "version_xlsx", "version_csv", "version_copy_download"),
    "api_schema",
}
EACH_ONE = {
    *("hazard_detail", "feature_detail", "release_detail", "section", "person"),
    *("version_detail", "plan_version", "sign_off"),
}
LINKS = """() => [...document.querySelectorAll("a[href]")].map(
    (link) => new URL(link.getAttribute("href"), document.baseURI).href)"""
# Whether the page scrolls to the right, and what stands out there, scrolling or cut off.
TOO_WIDE = """(width) => {
    const scrolls = (part) => part && part !== document.documentElement
        && (/auto|scroll/.test(getComputedStyle(part).overflowX) || scrolls(part.parentElement));
    const out = [...document.querySelectorAll("body *")].filter((part) =>
        part.getBoundingClientRect().right > width + 1 && part.checkVisibility()
        && !part.closest(".visually-hidden, .log-cards thead") && !scrolls(part));
    const page = document.documentElement.scrollWidth;
    return (page > width ? [`it scrolls to ${page}`] : []).concat(
        out.map((part) => `${part.tagName.toLowerCase()}.${part.getAttribute("class")}`));
}"""


@dataclass
class Walk:
    """A walk through the site as one person."""

    page: Page
    origin: str
    kinds: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def from_here(self) -> None:
        """Follow every link there is, each address once."""
        waiting, met = ["/"], {"/"}
        while waiting:
            path = waiting.pop(0)
            if not self._is_wanted(path):
                continue
            self._look_at(path)
            for link in self.page.evaluate(LINKS):
                to = urlsplit(link)
                if link.startswith(self.origin) and to.path not in met:
                    met.add(to.path)
                    waiting.append(to.path)

    def _is_wanted(self, path: str) -> bool:
        try:
            kind = resolve(unquote(path)).url_name
        except Resolver404:
            self.problems.append(f"{path}: a link leads to no page")
            return False
        return kind not in DOWNLOADS and (kind not in self.kinds or kind in EACH_ONE)

    def _look_at(self, path: str) -> None:
        kind = str(resolve(unquote(path)).url_name)
        is_first = kind not in self.kinds
        self.kinds.add(kind)
        answer = self.page.goto(path)
        if answer is None or answer.status != 200:
            self._note(path, f"answers with {answer.status if answer else 'nothing'}")
        self._look_at_its_name(path)
        if is_first:
            for problem in accessibility_problems(self.page, {}):
                self._note(path, problem)
        self._look_at_its_width(path)

    def _look_at_its_name(self, path: str) -> None:
        if (headings := self.page.locator("h1").count()) != 1:
            self._note(path, f"has {headings} headings of the first level")
        title, here = self.page.title(), urlsplit(self.page.url).path
        parts = title.split(" · ")
        if len(parts) < 2 or "" in parts or len(set(parts)) < len(parts):
            self._note(path, f"has the title {title!r}")
        if "/log/risk/" in here:
            return  # without its row it is the form of the hazard's page, with its title
        if (other := self.titles.setdefault(title, here)) != here:
            self._note(path, f"has the title of {other}, {title!r}")

    def _look_at_its_width(self, path: str) -> None:
        for width in NARROW_WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 844})
            if too_wide := self.page.evaluate(TOO_WIDE, width):
                self._note(path, f"is wider than {width} px: {'; '.join(too_wide[:6])}")
        self.page.set_viewport_size(WIDE)

    def _note(self, path: str, problem: str) -> None:
        self.problems.append(f"{path} {problem}")


@pytest.mark.parametrize(("person", "fewest_kinds"), [("cso", 60), ("admin", 15)])
def test_every_page_that_a_person_can_walk_to(
    browser_as: BrowserAs, site: Site, person: str, fewest_kinds: int
) -> None:
    walk = Walk(browser_as(person), site.url)
    walk.from_here()
    assert walk.problems == [], "\n".join(walk.problems)
    assert len(walk.kinds) >= fewest_kinds


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_pages_before_signing_in(browser_as: BrowserAs, site: Site, path: str) -> None:
    walk = Walk(browser_as(None), site.url)
    walk._look_at(path)
    assert walk.problems == [], "\n".join(walk.problems)
