"""The record as an auditor uses it: narrowed, taken away in a file, and checked."""

import csv
import io
import re

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.browser import NARROW, AssertAccessible, BrowserAs
from tests.journeys.finding import button, expect_heading, field, link
from tests.journeys.site import Site, manage

HISTORY = "/products/digital-pharmacy/history/"
CHECK_SECONDS = 90
REASON = "A laboratory has announced new codes for January"


def test_an_auditor_filters_exports_and_checks_the_record(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    check, page = assert_accessible, browser_as("auditor")
    page.goto("/products/digital-pharmacy/")
    link(page, "History of the product").first.click()
    expect_heading(page, "History")
    check(page)
    ask_for_nonsense(page, check)
    narrow_it(page, check)
    take_it_away(page)
    check_the_record(page, check)

    page.goto(f"{HISTORY}?kind=access")
    acts = page.get_by_role("main")
    expect(acts).to_contain_text("history as CSV, Words: codes, Who: Dr Adaeze Okafor")
    expect(acts).to_contain_text("Tom Ellery")
    check(page)


def test_the_history_is_filtered_and_the_record_checked_without_script(
    browser_as: BrowserAs,
) -> None:
    page = browser_as("auditor", with_script=False)
    page.goto(HISTORY)
    field(page, "Words").fill("announced new codes")
    button(page, "Filter").click()
    expect(page).to_have_url(re.compile("q=announced"))
    expect(page.get_by_text(REASON).first).to_be_visible()
    button(page, "Check the record").click()
    again = link(page, "Look again")
    result = page.get_by_role("heading", name="Nothing was altered")
    for _ in range(CHECK_SECONDS):
        expect(result.or_(again)).to_be_visible()
        if result.is_visible():
            break
        page.wait_for_timeout(1_000)  # as the page with script asks, once a second
        again.click()
    expect(result).to_be_visible()


def test_what_the_page_says_is_what_the_command_says(browser_as: BrowserAs, site: Site) -> None:
    manage(site.folder, "verify_record", "digital-pharmacy")  # fails unless it exits 0
    page = browser_as("cso")
    page.goto(HISTORY)
    button(page, "Check the record").click()
    expect(page.get_by_text("Nothing was altered")).to_be_visible(timeout=CHECK_SECONDS * 1000)


# --- The steps ------------------------------------------------------------------------------------


def ask_for_nonsense(page: Page, check: AssertAccessible) -> None:
    page.goto(f"{HISTORY}?since=2026-11-02&until=2026-11-01")
    expect(page.get_by_text("This day is before the first one.")).to_be_visible()
    check(page)
    page.goto(f"{HISTORY}?q=nothing-fits-this")
    expect(page.get_by_role("heading", name="Nothing fits")).to_be_visible()
    check(page)
    link(page, "Show all").first.click()


def narrow_it(page: Page, check: AssertAccessible) -> None:
    field(page, "Words").fill("codes")
    field(page, "Who").select_option("Dr Adaeze Okafor")
    field(page, "What").select_option("Estimates")
    button(page, "Filter").click()
    expect(page).to_have_url(re.compile("kind=estimates"))
    expect(field(page, "Words")).to_have_value("codes")
    acts = page.get_by_role("region", name="What happened, newest first")
    expect(acts.get_by_role("listitem").first).to_contain_text(REASON)
    expect(acts).not_to_contain_text("Samir Khan")
    check(page)
    page.set_viewport_size(NARROW)
    check(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def take_it_away(page: Page) -> None:
    """Both files hold what the page shows, and nothing else."""
    with page.expect_download() as downloading:
        link(page, "Export CSV").click()
    assert downloading.value.suggested_filename == "digital-pharmacy-history.csv"
    text = downloading.value.path().read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert lines
    assert {line["Who"] for line in lines} == {"Dr Adaeze Okafor"}
    assert REASON in {line["Reason"] for line in lines}

    with page.expect_download() as downloading:
        link(page, "Export XLSX").click()
    book = load_workbook(io.BytesIO(downloading.value.path().read_bytes()), read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.values for cell in row if cell}
    assert REASON in cells
    assert "Tom Ellery" in cells


def check_the_record(page: Page, check: AssertAccessible) -> None:
    button(page, "Check the record").click()
    expect_heading(page, "Check of the record")
    check(page)
    expect(page.get_by_role("heading", name="Nothing was altered")).to_be_visible(
        timeout=CHECK_SECONDS * 1000
    )
    expect(page.get_by_text("Newest seal", exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("asked for by Tom Ellery")
    check(page)
    link(page, "History of Digital Pharmacy").click()
    expect(page.get_by_role("main")).to_contain_text("Record checked")
    check(page)
