"""A session on the keyboard, two people at once; and the hazards of an agenda one by one."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs
from tests.journeys.finding import button, field, link

REVIEWS = "/products/digital-pharmacy/reviews/"
COMES_BY_ITSELF = 20_000  # milliseconds; the page asks every eight seconds


def the_line(page: Page) -> str:
    """Where the next line goes, and what stands in it."""
    capture = page.locator("#capture")
    step, prompt = (
        capture.get_by_label(label).locator("option:checked").inner_text()
        for label in ("Step", "Prompt")
    )
    return f"{step} × {prompt}: {capture.get_by_label('What was said').input_value()}"


def test_two_people_hold_a_session_on_the_keyboard(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page, other = browser_as("cpm"), browser_as("engineer")
    page.goto(f"{REVIEWS}sessions/new/")
    field(page, "Title").fill("Alerts on a Monday")
    field(page, "Steps of the pathway").fill("An answer comes in\nAn alert is shown")
    button(page, "Open the session").click()
    expect(page).to_have_url(re.compile(r"/sessions/\d+/$"))
    other.goto(page.url)

    page.locator("td", has=page.locator("[data-prompt=late]")).first.click()
    page.keyboard.type("It comes after the weekend")
    page.keyboard.press("Enter")
    expect(page.locator(".entry-words")).to_have_text(["It comes after the weekend"])
    assert the_line(page) == "An answer comes in × Early: "
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("Half of it")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".entry-words")).to_have_count(2)
    page.keyboard.type("still being written")
    assert the_line(page) == "An alert is shown × Partial: still being written"

    said = other.locator("#capture").get_by_label("What was said")
    said.fill("The laboratory is closed")
    said.press("Enter")
    expect(page.locator(".entry-words")).to_have_count(3, timeout=COMES_BY_ITSELF)
    assert the_line(page) == "An alert is shown × Partial: still being written"
    expect(page.locator("#capture").get_by_label("What was said")).to_be_focused()
    assert_accessible(page)
    page.locator("#capture").get_by_label("What was said").fill("")

    link(page, "The laboratory is closed").click()
    page.get_by_label("Considered, no hazard, because").check()
    field(page, "Why it is no hazard").fill("The duty laboratory answers")
    button(page, "Save").click()
    expect(page.locator("#session-grid")).to_contain_text("no hazard: The duty laboratory answers")


def test_the_hazards_of_an_agenda_are_walked_through(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cpm")
    page.goto(f"{REVIEWS}checkpoints/2/")
    expect(page.get_by_role("heading", name=re.compile("^Hazards that changed"))).to_be_visible()
    link(page, "Meeting mode").click()
    expect(page.locator(".meeting-name")).to_be_visible()
    first = page.url
    page.keyboard.press("n")
    page.keyboard.type("Ask Samir")
    page.keyboard.press("Enter")
    expect(page.locator("#meeting-notes")).to_contain_text("Ask Samir")
    assert_accessible(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(first)
    expect(page.locator("#meeting-notes")).to_contain_text("Ask Samir")
