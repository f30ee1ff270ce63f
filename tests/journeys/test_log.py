"""The hazard log page as a spreadsheet's place is taken: by keyboard, in its rows, many at once."""

import datetime
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import NARROW, AssertAccessible, BrowserAs, Watch
from tests.journeys.finding import button, expect_heading, expect_problem, field, link

HOME = "/products/digital-pharmacy/"
LOG = f"{HOME}hazards/"


def row_of(page: Page, number: int) -> Locator:
    """The rows of a hazard: its own, and what stands beneath it."""
    return page.locator(f"#slot-{number}")


def open_cell(page: Page, number: int, cell: str) -> Locator:
    """The form that opens in a cell."""
    row_of(page, number).locator(f'[data-open="{cell}"]').click()
    form = row_of(page, number).locator("form.cell-form")
    expect(form).to_be_visible()
    return form


def say_why(form: Locator, words: str = "Agreed at the review") -> None:
    """A hazard that stands in an issued version asks why it is changed."""
    field(form, "Why, in your own words").fill(words)


def saved(page: Page, number: int, cell: str) -> Locator:
    """The cell, once it says that it is saved."""
    found = page.locator(f"#slot-{number}-{cell}")
    expect(found).to_contain_text("Saved")
    return found


def test_the_log_is_worked_on_with_the_keyboard(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    second = row_of(page, 2).locator("a.row-title")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("e")
    name = page.get_by_role("textbox", name="Hazard")
    expect(name).to_be_focused()
    assert_accessible(page)
    name.fill("Renamed from the keyboard")
    page.keyboard.press("Enter")
    saved(page, 2, "name")
    expect(second).to_have_text("Renamed from the keyboard")

    page.keyboard.press("/")
    expect(page.get_by_label("Search the log")).to_be_focused()
    page.keyboard.type("j?")
    expect(page.get_by_label("Search the log")).to_have_value("j?")

    page.goto(LOG)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of this page")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    dialog.get_by_label("Single letters are keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/hazards/$"))
    button(page, "? keys").click()
    dialog.get_by_label("Single letters are keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect_heading(page, "New hazard")


def test_where_nothing_is_found_the_focus_and_the_keys_are_there_still(
    browser_as: BrowserAs,
) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    page.locator("#pill-mine").focus()
    page.get_by_label("Search the log").evaluate(
        "field => { field.value = 'zzzz'; field.dispatchEvent(new Event('input', {bubbles: 1})) }"
    )
    expect(page.get_by_role("heading", name="No hazard fits")).to_be_visible()
    expect(page.get_by_label("Search the log")).to_be_focused()

    page.goto(f"{LOG}?q=zzzz")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of this page")).to_be_visible()


def test_leaving_a_cell_saves_it_and_escape_does_not(browser_as: BrowserAs) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    form = open_cell(page, 5, "owner")
    field(form, "Or a role, in words").fill("Nobody will read this")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(page.locator('#slot-5 [data-open="owner"]')).to_be_focused()

    form = open_cell(page, 5, "owner")
    field(form, "Owner").select_option("Samir Khan")
    page.get_by_role("heading", level=1).click()
    expect(form).to_contain_text("Say why you change it, in your own words.")
    say_why(form)
    page.get_by_role("heading", level=1).click()
    cell = saved(page, 5, "owner")
    expect(cell).to_contain_text("Samir Khan")
    expect(page.locator("[data-saved-mark]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    cell.get_by_role("button", name="Undo").click()
    expect(cell).to_contain_text("Undone")
    expect(cell).to_contain_text("Operations lead")

    form = open_cell(page, 5, "review")
    expect(field(form, "Why, in your own words")).to_have_value("Agreed at the review")


def test_a_date_is_saved_by_going_on_to_another_cell(browser_as: BrowserAs) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    sooner = datetime.date.today() + datetime.timedelta(days=30)
    form = open_cell(page, 6, "review")
    say_why(form)
    field(form, "Next review").fill(sooner.isoformat())
    other = open_cell(page, 11, "review")
    expect(saved(page, 6, "review")).to_contain_text(f"{sooner:%-d %b %Y}")
    expect(field(other, "Next review")).to_be_focused()


def test_a_date_after_what_the_plan_asks_for_is_kept_and_said_to_be_later(
    browser_as: BrowserAs,
) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    later = datetime.date.today() + datetime.timedelta(days=300)
    form = open_cell(page, 6, "review")
    say_why(form)
    field(form, "Next review").fill(later.isoformat())
    field(form, "Next review").press("Enter")
    expect(saved(page, 6, "review")).to_contain_text(f"by its class, before {later:%-d %b %Y}")


def test_what_cannot_be_is_said_in_the_cell(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    form = open_cell(page, 1, "status")
    field(form, "Status").select_option("Closed")
    button(form, "Save").click()
    expect(form).to_contain_text("cannot be closed yet")
    expect(field(form, "Status")).to_be_focused()
    assert_accessible(page)
    button(form, "Cancel").click()
    expect(form).to_have_count(0)


def test_two_people_in_one_cell_lose_nothing(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    slow, quick = browser_as("cso"), browser_as("pharmacist")
    for page in (slow, quick):
        page.goto(LOG)
    first = open_cell(slow, 9, "name")
    second = open_cell(quick, 9, "name")
    field(second, "Hazard").fill("What the pharmacist wrote")
    quick.keyboard.press("Enter")
    saved(quick, 9, "name")
    field(first, "Hazard").fill("What the officer wrote")
    slow.keyboard.press("Enter")

    drawer = row_of(slow, 9).locator(".log-drawer")
    expect(drawer).to_contain_text("Samir Khan saved this while you were writing")
    expect(drawer).to_contain_text("What the pharmacist wrote")
    expect(drawer).to_contain_text("What the officer wrote")
    expect(drawer.get_by_role("radio").first).to_be_focused()
    assert_accessible(slow)
    drawer.get_by_role("radio", name=re.compile("Keep yours")).check()
    button(drawer, "Save what you chose").click()
    expect(drawer).to_have_count(0)
    expect(row_of(slow, 9)).to_contain_text("What the officer wrote")
    expect(row_of(slow, 9).locator("a.row-title")).to_be_focused()


def test_theirs_may_be_kept_everywhere(browser_as: BrowserAs) -> None:
    slow, quick = browser_as("cso"), browser_as("pharmacist")
    for page in (slow, quick):
        page.goto(LOG)
    first, second = open_cell(slow, 10, "name"), open_cell(quick, 10, "name")
    field(second, "Hazard").fill("Theirs")
    quick.keyboard.press("Enter")
    saved(quick, 10, "name")
    field(first, "Hazard").fill("Mine")
    slow.keyboard.press("Enter")
    link(slow, "Keep theirs everywhere").click()
    expect(row_of(slow, 10).locator(".log-drawer")).to_have_count(0)
    expect(row_of(slow, 10)).to_contain_text("Theirs")


def test_a_risk_is_estimated_beneath_its_row(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    row_of(page, 7).locator('[data-open="residual"]').click()
    drawer = row_of(page, 7).locator(".log-drawer")
    expect(drawer.get_by_role("heading", name="Estimate the residual risk")).to_be_visible()
    assert_accessible(page)
    button(drawer, "Record the estimate").click()
    expect_problem(drawer, "Choose a square of the matrix.")
    field(drawer, "How many patients?").select_option("One patient")
    drawer.get_by_role("radio", name=re.compile("^Major · Low")).check()
    field(drawer, "Why this severity").fill("One patient at a time")
    field(drawer, "Why this likelihood").fill("Seen once a year")
    button(drawer, "Record the estimate").click()
    expect(drawer).to_have_count(0)
    chip = row_of(page, 7).locator('[data-open="residual"]')
    expect(chip).to_contain_text("Major · Low")
    expect(chip).to_be_focused()


def test_a_broken_connection_loses_nothing(browser_as: BrowserAs, watch: Watch) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    form = open_cell(page, 12, "owner")
    field(form, "Or a role, in words").fill("Written on a train")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The server could not be reached")).to_be_visible()
    expect(field(form, "Or a role, in words")).to_have_value("Written on a train")
    page.context.set_offline(False)
    page.get_by_role("heading", level=1).click()
    saved(page, 12, "owner")
    # How htmx says that a request did not go out.
    provoked = ("htmx:sendError", "htmx:afterRequest")
    watch.problems[:] = [
        each for each in watch.problems if not any(words in each for words in provoked)
    ]


def test_several_are_changed_at_once_after_a_look(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    page.get_by_label("Choose HAZ-004").check()
    page.get_by_label("Choose HAZ-008").check()
    expect(page.get_by_text("2 hazards chosen")).to_be_visible()
    assert_accessible(page)
    button(page, "Change the chosen hazards").click()
    expect_heading(page, "Change 2 hazards")
    field(page, "Family").fill("Looked at together")
    field(page, "Why, in your own words").fill("Both are about the same step")
    assert_accessible(page)
    button(page, "Look at what would change").click()
    expect(page.get_by_text("nothing is saved yet")).to_be_visible()
    expect(page.get_by_text("Looked at together")).to_have_count(2)
    assert_accessible(page)
    button(page, "Change 2 hazards").click()
    link(page, "Look at the change, or undo it").click()
    field(page, "Why (kept in the record)").fill("They are two things after all")
    button(page, "Undo it").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Undo your change")
    page.goto(f"{LOG}?columns=family")
    expect(page.get_by_text("Looked at together")).to_have_count(0)


def test_a_view_is_kept_with_its_columns(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(LOG)
    page.locator("#log-columns").click()
    page.get_by_role("checkbox", name="Family").check()
    page.get_by_role("checkbox", name="Features").uncheck()
    assert_accessible(page)
    button(page, "Show these columns").click()
    expect(page.get_by_role("columnheader", name="Family")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Features")).to_have_count(0)
    page.get_by_role("combobox", name="Status", exact=True).select_option("transferred")
    expect(page).to_have_url(re.compile("status=transferred.*columns=family"))
    link(page, "Save this view").click()
    field(page, "Name").fill("Transferred, by family")
    assert_accessible(page)
    button(page, "Save the view").click()
    page.goto(LOG)
    page.locator("#log-views").click()
    assert_accessible(page)
    link(page, "Transferred, by family").click()
    expect(page).to_have_url(re.compile("status=transferred"))
    expect(page.get_by_role("columnheader", name="Family")).to_be_visible()


def test_anywhere_is_a_few_letters_away(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("engineer")
    page.goto(f"{HOME}features/")
    page.keyboard.press("Control+k")
    found = page.get_by_role("dialog").get_by_role("option")
    expect(found.filter(has_text="Hazard log")).to_be_visible()
    assert_accessible(page)
    page.keyboard.type("haz-011")
    expect(found.first).to_contain_text("HAZ-011")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/hazards/HAZ-011/$"))


@pytest.mark.parametrize("key", ["k", "j"])
def test_focus_is_never_beneath_what_sticks(browser_as: BrowserAs, key: str) -> None:
    page = browser_as("cso")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(LOG)
    page.get_by_label("Choose HAZ-001").check()
    covered = """() => {
        const focused = document.activeElement.getBoundingClientRect();
        const head = document.querySelector(".log thead th").getBoundingClientRect();
        const bar = document.querySelector("[data-chosen]").getBoundingClientRect();
        return focused.top < head.bottom || focused.bottom > bar.top;
    }"""
    for _ in range(11):
        page.keyboard.press(key)
        assert not page.evaluate(covered)


def test_it_is_worked_on_with_a_thumb(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.set_viewport_size(NARROW)
    page.goto(LOG)
    form = open_cell(page, 11, "owner")
    assert_accessible(page)
    button(form, "Cancel").click()
    row_of(page, 11).locator('[data-open="initial"]').click()
    assert_accessible(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]
