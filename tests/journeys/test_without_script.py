"""The main job in a browser in which JavaScript is switched off: slower, but all of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import AssertAccessible, BrowserAs
from tests.journeys.finding import button, expect_heading, field, link

HOME = "/products/digital-pharmacy/"
LOG = f"{HOME}hazards/"
HAZARD = f"{LOG}HAZ-002/"
MOST_LOOKS = 90
SECOND = 1_000  # milliseconds


def test_the_log_is_searched_and_filtered(browser_as: BrowserAs) -> None:
    page = browser_as("cso", with_script=False)
    page.goto(LOG)
    expect(page.get_by_role("row")).to_have_count(13)
    page.get_by_label("Search the log").fill("blood test")
    button(page, "Search").click()
    expect(page).to_have_url(re.compile(r"\?.*q=blood"))
    found = page.get_by_role("row").count()
    assert 1 < found < 13

    page.goto(LOG)
    page.get_by_role("combobox", name="Status", exact=True).select_option(index=1)
    button(page, "Filter").click()
    expect(page).to_have_url(re.compile("status="))
    link(page, "Show all").click()
    expect(page.get_by_role("row")).to_have_count(13)
    link(page, "Owner").click()
    expect(page.get_by_role("columnheader", name="Owner")).to_have_attribute(
        "aria-sort", "ascending"
    )


def test_a_hazard_is_edited_estimated_and_controlled(browser_as: BrowserAs) -> None:
    page = browser_as("cso", with_script=False)
    page.goto(HAZARD)
    link(page, "Edit name, description and effect").click()
    expect_heading(page, "Name, description and effect")
    field(page, "Name").fill("")
    button(page, "Save").click()
    expect(page.locator("[data-problem-summary]")).to_contain_text("This cannot be empty.")
    field(page, "Name").fill("Edited without script")
    button(page, "Save").click()
    expect_heading(page, "Edited without script")

    link(page, "Estimate initial").click()
    field(page, "How many patients?").select_option("Several patients")
    page.get_by_role("radio", name=re.compile("^Catastrophic · Very low")).check()
    field(page, "Why this severity").fill("A whole batch")
    field(page, "Why this likelihood").fill("It has not been seen")
    button(page, "Record the estimate").click()
    expect(page.get_by_text("The estimate is recorded.")).to_be_visible()
    expect(page.locator("#hazard-marks")).to_contain_text("Catastrophic · Very low")

    link(page, "Add a control").click()
    field(page, "Control").fill("Added without script")
    button(page, "Add the control").click()
    expect(page.get_by_role("article").filter(has_text="Added without script")).to_be_visible()


def test_a_draft_is_made_and_downloaded(browser_as: BrowserAs) -> None:
    page = browser_as("cso", with_script=False)
    page.goto(f"{HOME}safety-case/")
    button(page, "Make a draft").click()
    expect(page.get_by_text("The draft is being made.")).to_be_visible()
    offer = page.get_by_role("link", name=re.compile(r"^Download \S+draft\S*\.pdf$"))
    again = link(page, "Look again")
    for _ in range(MOST_LOOKS):
        expect(offer.or_(again)).to_be_visible()
        if offer.is_visible():
            break
        again.click()
        page.wait_for_timeout(SECOND)  # as the page with script asks, once a second
    with page.expect_download() as downloading:
        offer.click()
    assert downloading.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address",
    [LOG, HAZARD, f"{HAZARD}edit/words/", f"{HAZARD}risk/initial/", f"{HOME}safety-case/"],
)
def test_a_page_whose_scripts_did_not_arrive_is_accessible(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, address: str
) -> None:
    # Where scripts are switched off altogether the check, a script itself, could not run.
    page = browser_as("cso")
    page.route("**/*.js", lambda route: route.abort())
    page.goto(address)
    expect(page.locator("html.js")).to_have_count(0)
    assert_accessible(page)
