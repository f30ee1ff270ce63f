"""The risk matrix is changed in the browser: drafted, edited, approved, estimated with again."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs, Screenshot
from tests.journeys.finding import button, expect_heading, field, link

HOME = "/products/digital-pharmacy/"
MATRIX = f"{HOME}matrix/"


@pytest.fixture
def officer(browser_as: BrowserAs) -> Page:
    return browser_as("cso")


def test_a_new_version_of_the_matrix_from_draft_to_estimates_made_again(
    officer: Page,
    browser_as: BrowserAs,
    assert_accessible: AssertAccessible,
    screenshot: Screenshot,
) -> None:
    officer.goto(MATRIX)
    link(officer, "Start a new version").click()
    field(officer, "Why another matrix").fill("The board asks for a stricter square")
    assert_accessible(officer)
    button(officer, "Start the draft").click()

    # By the keyboard alone: a square is a select with its words as its name.
    expect_heading(officer, "Edit version 2 of the matrix")
    square = officer.get_by_label("Major and Low: class")
    square.focus()
    square.press("4")
    expect(square.locator("option:checked")).to_have_text("4")
    assert_accessible(officer)
    screenshot(officer, "matrix-edit")
    button(officer, "Save the draft").click()
    expect(officer.get_by_text("Nothing changes for the log until it is approved")).to_be_visible()
    assert_accessible(officer)

    # The log is estimated with version 1 still; what would move is listed before anybody decides.
    link(officer, "What would move").click()
    expect_heading(officer, "What would move")
    expect(officer.get_by_text("class 3 becomes class 4").first).to_be_visible()
    assert_accessible(officer)
    screenshot(officer, "matrix-changes")

    auditor = browser_as("auditor")
    auditor.goto(f"{MATRIX}2/changes/")
    expect(button(auditor, "Approve version 2")).to_have_count(0)

    button(officer, "Approve version 2").click()
    expect(officer.get_by_text("Risks are estimated against it now")).to_be_visible()
    link(officer, "Show them").click()
    expect_heading(officer, "To be estimated again")
    row = officer.get_by_role("row").nth(1)
    reference = row.locator(".reference").inner_text()
    waiting = officer.get_by_role("row").count()
    link(row, "Estimate again").click()

    # Nothing was rewritten: the estimate of version 1 stands until a person makes another.
    expect(officer.get_by_role("radio")).to_have_count(25)
    officer.get_by_role("radio", name="Minor · Low").check()
    field(officer, "Why this severity").fill("Seen again with the stricter square")
    field(officer, "Why this likelihood").fill("As before")
    officer.get_by_label("How many patients?").last.select_option("one")
    button(officer, "Record the estimate").click()
    expect(officer.get_by_text(reference).first).to_be_visible()
    officer.goto(f"{MATRIX}2/changes/")
    assert officer.get_by_role("row").count() == waiting - 1
