"""Wrong files and texts that are too long: a sentence says what happened and what to do."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import FilePayload, expect

from tests.journeys.browser import AssertAccessible, BrowserAs
from tests.journeys.finding import button, expect_problem, field, form, link

HOME = "/products/digital-pharmacy/"
HAZARD = f"{HOME}hazards/HAZ-007/"
SECTION = f"{HOME}safety-case/sections/introduction/edit/"
SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "digital-pharmacy-nhs-template.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOO_LONG = "Too much. " * 10_000  # 100,000 characters


def workbook_without_heading() -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Notes")
    for line in range(1, 20):
        sheet.append([f"Note {line}", "of the meeting"])
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "sheet", "sentence"),
    [
        (b"%PDF-1.7\n%report", "", "log.xlsx is a PDF, not an Excel workbook"),
        (b"Ref,Hazard\n1,A fall\n", "", "log.xlsx is a text file, not an Excel workbook"),
        (b"", "", "log.xlsx is empty"),
        (SAMPLE.read_bytes()[:5_000], "", "log.xlsx is damaged"),
        (workbook_without_heading(), "", "No heading of a hazard log was found"),
        (SAMPLE.read_bytes(), "Last year", "has no sheet called “Last year”"),
    ],
    ids=["pdf", "csv", "empty", "damaged", "no-heading", "no-such-sheet"],
)
def test_a_file_that_holds_no_log(
    browser_as: BrowserAs,
    assert_accessible: AssertAccessible,
    content: bytes,
    sheet: str,
    sentence: str,
) -> None:
    page = browser_as("cso")
    page.goto(f"{HOME}hazards/import/")
    field(page, "Hazard log").set_input_files(
        [FilePayload(name="log.xlsx", mimeType=XLSX, buffer=content)]
    )
    field(page, "Sheet (optional)").fill(sheet)
    button(page, "Look at its columns").click()
    expect_problem(page, sentence)
    expect(page.get_by_text("Nothing was imported.")).to_be_visible()
    expect(field(page, "Sheet (optional)")).to_have_value(sheet)
    assert_accessible(page)


def test_a_hundred_thousand_characters_are_refused_and_kept(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(HAZARD)
    link(page, "Edit name, description and effect").click()
    sheet = form(page, "Name, description and effect")
    field(sheet, "Description").fill(TOO_LONG)
    button(sheet, "Save").click()
    expect_problem(page.locator("#slot-words"), "This text has 99,999 characters")
    expect(field(sheet, "Description")).to_have_value(TOO_LONG)
    assert_accessible(page)

    page.goto(SECTION)
    field(page, "Narrative").fill(TOO_LONG)
    expect(page.locator("#preview")).to_contain_text("Too much. Too much.")
    button(page, "Save").click()
    expect_problem(page, "This text has 99,999 characters")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(field(page, "Narrative")).to_have_value(TOO_LONG)
    assert_accessible(page)


def test_a_search_for_a_whole_document(browser_as: BrowserAs) -> None:
    page = browser_as("cso")
    page.goto(f"{HOME}hazards/")
    page.get_by_label("Search the log").focus()
    page.keyboard.insert_text(TOO_LONG)
    expect(page.get_by_text("No hazard fits")).to_be_visible()
    expect(page.locator("[data-saving-notices]")).to_be_empty()
