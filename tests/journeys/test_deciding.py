"""A decision on which the sides are apart becomes an agreement on a third option."""

import datetime
import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs
from tests.journeys.finding import button, expect_heading, expect_problem, field, link
from tests.journeys.signing import sign

DECISION = "/products/digital-pharmacy/decisions/DEC-2/"
VIEW = "Send it. Of the sixty who are silent each week, four are unwell; the others run out."
CALL = "A call within two days of the limit finds out who is unwell"
BRIDGE = "A parcel for seven days goes out while somebody is looked for"


def test_two_views_that_are_apart_become_a_third_option(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    planner, bridge, officer = browser_as("pm"), browser_as("cpm"), browser_as("cso")
    speak_for_the_product(planner)
    answer_the_four_questions(bridge, assert_accessible)
    say_what_protects_what(bridge)
    estimate_the_third_option(officer, assert_accessible)
    choose_it(bridge, assert_accessible)
    agree(officer, assert_accessible, "clinical")
    agree(planner, assert_accessible, "product")
    see_what_it_became(planner, assert_accessible)


def speak_for_the_product(page: Page) -> None:
    page.goto(DECISION)
    expect(page.get_by_text("The product side has not spoken yet.")).to_be_visible()
    link(page, "Write your view").click()
    field(page, "Your side's view").fill(VIEW)
    field(page, "What would change my mind").fill("One patient whom a held parcel would have saved")
    button(page, "Save the view").click()
    expect(page.get_by_text("The product side has not spoken yet.")).to_have_count(0)


def answer_the_four_questions(page: Page, check: AssertAccessible) -> None:
    page.goto(DECISION)
    expect(page.get_by_text("The views stand against each other")).to_be_visible()
    link(page, "Answer the four questions").click()
    check(page)
    field(page, "What does everybody get, whatever happens?").fill(CALL)
    field(page, "What must never be interrupted meanwhile?").fill(BRIDGE)
    button(page, "Build the option").click()
    expect(page.get_by_role("heading", name="How the third option is made")).to_be_visible()
    check(page)


def say_what_protects_what(page: Page) -> None:
    for safeguard, hazard in ((CALL, "HAZ-003"), (BRIDGE, "HAZ-006")):
        page.get_by_role("link", name=re.compile(f"Edit the safeguard {safeguard[:30]}")).click()
        page.get_by_label(re.compile(hazard)).check()
        button(page, "Save").click()


def estimate_the_third_option(page: Page, check: AssertAccessible) -> None:
    page.goto(DECISION)
    page.get_by_role("link", name="Estimate A third option: HAZ-003").click()
    check(page)
    for hazard, square, following in (
        ("HAZ-003", "Considerable · Very low", "Save, then the next that nobody has estimated"),
        ("HAZ-006", "Major · Low", "Save"),
    ):
        expect_heading(page, f"A third option: {hazard}")
        page.get_by_role("radio", name=re.compile(f"^{square}")).check(force=True)
        field(page, "Why, in one sentence").fill("Somebody is asked and nobody runs out")
        button(page, following).click()
    expect(page.get_by_text("better: HAZ-003")).to_have_count(2)


def choose_it(page: Page, check: AssertAccessible) -> None:
    page.goto(DECISION)
    link(page, "Choose an option").click()
    check(page)
    page.get_by_label("A third option", exact=True).check()
    soon = datetime.date.today() + datetime.timedelta(days=90)
    field(page, "To be reviewed on").fill(soon.isoformat())
    button(page, "Choose it").click()
    expect_problem(page, "This cannot be empty.")
    field(page, "Why this one").fill("Whoever is unwell is found, and nobody runs out")
    button(page, "Choose it").click()
    expect(page.locator(".chosen-name")).to_have_text("A third option")


def agree(page: Page, check: AssertAccessible, side: str) -> None:
    page.goto(DECISION)
    link(page, f"Agree for the {side} side").click()
    expect_heading(page, f"Agree on DEC-2 for the {side} side")
    check(page)
    sign(page, "Agree")


def see_what_it_became(page: Page, check: AssertAccessible) -> None:
    expect(page.get_by_text("Agreed", exact=True).first).to_be_visible()
    expect(page.get_by_text("made by this decision")).to_have_count(2)
    check(page)
    page.get_by_role("link", name="HAZ-006").first.click()
    expect(page.get_by_text(BRIDGE, exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
