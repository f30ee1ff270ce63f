"""A log from elsewhere moves in: columns corrected, words chosen, looked at, imported."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs, Screenshot
from tests.journeys.finding import button, expect_heading, field, link, row
from tests.journeys.prepared_products import PREPARE, UNSIGNED
from tests.journeys.site import Site, manage

FAULTY = Path(__file__).parents[1] / "samples" / "digital-pharmacy-faulty.xlsx"
LOG = f"{UNSIGNED}hazards/"


@pytest.fixture(scope="module", autouse=True)
def prepared(site: Site) -> None:
    """A product with a matrix of its own and two hazards."""
    manage(site.folder, *PREPARE)


def test_a_faulty_spreadsheet_is_corrected_and_moves_in(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    page = browser_as("cso")
    choose_the_file(page)
    expect_heading(page, f"Columns of {FAULTY.name}")
    assert_accessible(page)
    correct(page)
    screenshot(page, "import-columns")
    button(page, "Look at what would happen").click()

    expect(page.get_by_text("This would be done")).to_be_visible()
    assert_accessible(page)
    for said in ("is used twice", "H03", "TBC", "formula"):
        expect(page.get_by_text(said).first).to_be_visible()
    screenshot(page, "import-preview")
    button(page, "Import").click()
    expect(page.get_by_text("Imported. This report stays at this address.")).to_be_visible()
    assert_accessible(page)

    page.goto(LOG)
    expect(row(page, "H01")).to_be_visible()
    # Moderate was chosen to be Considerable; the product of 1 to 25 in the file counts for nothing.
    page.goto(f"{LOG}H05/")
    expect(page.locator(".reference", has_text="H05").first).to_be_visible()

    # The same file again: what was confirmed is filled in, and nothing would change.
    choose_the_file(page)
    expect(page.get_by_text("confirmed on")).to_be_visible()
    button(page, "Look at what would happen").click()
    expect(page.get_by_text("Everything in this file is in the log already")).to_be_visible()
    expect(button(page, "Import")).to_have_count(0)


def choose_the_file(page: Page) -> None:
    page.goto(LOG)
    link(page, "Import").click()
    field(page, "Hazard log").set_input_files(FAULTY)
    button(page, "Look at its columns").click()


def correct(page: Page) -> None:
    """Say what the column is that nobody knew, and what the unknown word means."""
    reviewer = page.get_by_label("Reviewer, read as")
    expect(reviewer.locator("option:checked")).to_have_text("Read nothing from it")
    reviewer.select_option(label="Owner")
    word = row(page, "Severity “Moderate”").get_by_role("combobox")
    expect(word.locator("option:checked")).to_have_text("Leave without an estimate")
    word.select_option(label="Considerable")
