"""Reading: the log is found as it was left, and the pages look as they were asked to."""

import re

from playwright.sync_api import expect

from tests.journeys.browser import AssertAccessible, BrowserAs
from tests.journeys.finding import button

HOME = "/products/digital-pharmacy/"


def test_going_back_finds_the_log_as_it_was(browser_as: BrowserAs) -> None:
    page = browser_as("cso")
    page.goto(f"{HOME}hazards/")
    page.get_by_role("combobox", name="Status", exact=True).select_option("transferred")
    expect(page).to_have_url(re.compile("status=transferred"))
    shown = page.get_by_role("row").count()
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("HAZ-"))
    page.go_back()
    expect(page.get_by_role("row")).to_have_count(shown)
    expect(page.get_by_role("combobox", name="Status", exact=True)).to_have_value("transferred")
    page.go_back()
    expect(page.get_by_role("row")).to_have_count(13)
    expect(page.get_by_role("combobox", name="Status", exact=True)).to_have_value("")


def test_colours_and_density_are_kept(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(f"{HOME}hazards/")
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.get_by_text("Dr Adaeze Okafor ·").click()
    button(page, "Dark").click()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    button(page, "Compact").click()
    expect(button(page, "Compact")).to_have_attribute("aria-pressed", "true")
    expect(button(page, "Normal")).to_have_attribute("aria-pressed", "false")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(button(page, "Dark")).not_to_be_visible()

    # The server writes them: they are there before any script has run.
    for address in (f"{HOME}hazards/", HOME):
        text = page.request.get(address).text()
        assert 'data-bs-theme="dark"' in text
        assert 'data-density="compact"' in text
    page.goto(HOME)
    expect(html).to_have_attribute("data-density", "compact")
    assert_accessible(page)
