"""One hazard: its bow-tie by the keyboard, two that are one, and what colleagues say to it."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs, Screenshot
from tests.journeys.finding import button, expect_heading, field, form, link

HOME = "/products/digital-pharmacy/"
LOG = f"{HOME}hazards/"


def focused(page: Page) -> str:
    """The name of what has the focus."""
    name: str = page.evaluate(
        "() => document.activeElement.getAttribute('aria-label')"
        " || document.activeElement.textContent"
    )
    return " ".join(name.split())


def test_the_bow_tie_is_walked_through_with_the_keyboard(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    page = browser_as("cso")
    page.goto(f"{LOG}HAZ-006/")
    picture = page.locator("svg.bow-tie-picture").first
    nodes = picture.locator("a")
    expect(nodes.first).to_be_visible()
    nodes.first.focus()
    read = [focused(page)]
    for _ in range(nodes.count() - 1):
        page.keyboard.press("Tab")
        read.append(focused(page))
    said = " | ".join(read)
    # In the order of what happens: causes with what prevents them, the hazard, what recovers, harm.
    places = [said.find(word) for word in ("data-centre", "CTL-021", "CTL-023", "Relapse")]
    assert -1 not in places, said
    assert places == sorted(places), said
    assert_accessible(page)
    screenshot(page, "bow-tie")

    # Enter leads from a control to its part of the page, or to the control's own page.
    node = picture.get_by_role("link", name=re.compile("CTL-021")).first
    node.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"CTL-021|#"))
    page.goto(f"{LOG}HAZ-006/")
    page.get_by_text("Read as a table").first.click()
    table = page.get_by_role("table", name="Bow-tie of HAZ-006").first
    expect(table).to_contain_text("Relapse")


def test_two_hazards_that_are_one_are_merged(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(f"{LOG}HAZ-010/merge/")
    field(page, "Merge it into").fill("HAZ-003")
    assert_accessible(page)
    button(page, "Go on and compare them").click()
    expect_heading(page, "Merge HAZ-010 into HAZ-003")
    expect(page.get_by_text("This cannot be taken back")).to_be_visible()
    assert_accessible(page)
    field(page, "Why").fill("Both are about people whom nobody reaches")
    button(page, "Merge them").click()
    expect(page.get_by_text("HAZ-010 is merged into HAZ-003")).to_be_visible()
    assert_accessible(page)

    # The old address leads on, and the log has one row less.
    page.goto(f"{LOG}HAZ-010/")
    expect(page.get_by_text(re.compile("merged into", re.IGNORECASE)).first).to_be_visible()
    page.goto(LOG)
    expect(page.get_by_text("11 hazards").first).to_be_visible()


def test_a_colleague_is_named_told_and_answers(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    officer, engineer = browser_as("cso"), browser_as("engineer")
    officer.goto(f"{LOG}HAZ-002/")
    link(officer, "Write a comment").click()
    text = officer.get_by_role("textbox", name=re.compile("^Comment"))
    text.fill("@Rohan Patel does the rule cover the third pattern?")
    assert_accessible(officer)
    form(officer, "Write a comment").get_by_role("button").first.click()
    expect(officer.get_by_text("does the rule cover the third pattern?").first).to_be_visible()

    engineer.goto("/")
    bell = engineer.get_by_role("link", name=re.compile("notification|told|unread", re.IGNORECASE))
    bell.first.click()
    assert_accessible(engineer)
    engineer.get_by_text("mentioned you on HAZ-002").click()
    expect(engineer.get_by_text("does the rule cover the third pattern?").first).to_be_visible()
