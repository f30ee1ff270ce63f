"""Finding the parts of a page as a person does: by their words."""

import re

from playwright.sync_api import Locator, Page, expect


def button(where: Page | Locator, words: str) -> Locator:
    """The button that says exactly this, its words for screen readers included."""
    return where.get_by_role("button", name=words, exact=True)


def link(where: Page | Locator, words: str) -> Locator:
    """The link that says exactly this, its words for screen readers included."""
    return where.get_by_role("link", name=words, exact=True)


def field(where: Page | Locator, label: str) -> Locator:
    """The field with this label, whether or not a star follows it."""
    return where.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))


def form(page: Page, name: str) -> Locator:
    """The form that is open in place under this heading."""
    return page.get_by_role("form", name=name, exact=True)


def row(page: Page, words: str) -> Locator:
    """The row of a table in which these words stand."""
    return page.get_by_role("row").filter(has_text=words)


def expect_heading(page: Page, words: str) -> None:
    """The page that is open has this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def expect_problem(where: Page | Locator, words: str) -> None:
    """The list of what must be put right is there, has the focus, and says this."""
    summary = where.locator("[data-problem-summary]")
    expect(summary).to_contain_text(words)
    expect(summary).to_be_focused()
