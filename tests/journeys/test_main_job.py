"""The main job: a spreadsheet becomes a draft of the safety case, by the people whose work it is.

One journey, because each part stands on what the part before it left. Every page that it passes is
checked against WCAG 2.2 AA.
"""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import NARROW, AssertAccessible, BrowserAs
from tests.journeys.finding import button, expect_heading, expect_problem, field, form, link, row
from tests.journeys.kept_apart import read_as_an_auditor, stay_out_as_a_stranger
from tests.journeys.preparing import (
    HOME,
    accept_the_invitation,
    add_a_release_and_a_feature,
    add_people_to_the_team,
    add_the_product,
    invite_somebody_to_nothing,
    look_at_the_empty_pages,
)
from tests.journeys.site import Site

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "digital-pharmacy-nhs-template.xlsx"
LOG = f"{HOME}hazards/"
HAZARD = f"{LOG}HAZ-001/"
DRAFT_SECONDS = 60

NEW_NAME = "A repeat goes on although the patient has changed"
CONTROL = "A renewal stops when a discharge letter has arrived since the last one"


def test_a_spreadsheet_becomes_a_draft_of_the_safety_case(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, site: Site, tmp_path: Path
) -> None:
    check = assert_accessible
    administrator = browser_as("admin")
    add_the_product(administrator, check)
    stranger = browser_as(None)
    invite_somebody_to_nothing(administrator, check)
    accept_the_invitation(stranger, check, site)

    officer = browser_as("cso")
    add_people_to_the_team(officer, check)
    look_at_the_empty_pages(officer, check)
    add_a_release_and_a_feature(officer, check)
    import_the_spreadsheet(officer, check)
    correct_the_words_in_place(officer, check)
    estimate_by_keyboard(officer, check)
    link_the_feature(officer, check)

    engineer = browser_as("engineer")
    add_a_control(engineer, check)
    add_evidence_with_a_file(engineer, check, tmp_path)

    draft = make_a_draft(officer, check)
    download_it(officer, draft, tmp_path)
    stay_out_as_a_stranger(stranger, check, draft)
    read_as_an_auditor(browser_as("auditor"), check, draft, CONTROL)


@pytest.mark.parametrize("rest", ["", "hazards/", "hazards/HAZ-001/", "safety-case/"])
def test_the_main_pages_on_a_phone_in_the_dark(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, rest: str
) -> None:
    page = browser_as("cso")
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    page.goto(f"/products/digital-pharmacy/{rest}")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert_accessible(page)


# --- The steps ------------------------------------------------------------------------------------


def import_the_spreadsheet(page: Page, check: AssertAccessible) -> None:
    page.goto(LOG)
    link(page, "Import a hazard log").click()
    check(page)
    button(page, "Look at its columns").click()
    expect_problem(page, "Choose the file with your hazard log.")
    check(page)

    field(page, "Hazard log").set_input_files(SAMPLE)
    button(page, "Look at its columns").click()
    expect(page.get_by_role("heading", name="What each column holds")).to_be_visible()
    check(page)
    button(page, "Look at what would happen").click()
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
    expect(page.get_by_text("26 rows read, 26 taken")).to_be_visible()
    check(page)

    button(page, "Import").click()
    expect(page.get_by_text("This was done")).to_be_visible()
    expect(page.get_by_text("12 hazards")).to_be_visible()
    check(page)
    link(page, "Open the hazard log").click()
    expect(page.get_by_role("row")).to_have_count(13)
    check(page)


def correct_the_words_in_place(page: Page, check: AssertAccessible) -> None:
    row(page, "HAZ-001").locator("a.row-title").click()
    expect(page).to_have_url(re.compile(HAZARD + "$"))
    check(page)
    link(page, "Edit name, description and effect").click()
    sheet = form(page, "Name, description and effect")
    name = field(sheet, "Name")
    expect(name).to_be_focused()
    check(page)

    name.fill("")
    button(sheet, "Save").click()
    expect_problem(page.locator("#slot-words"), "This cannot be empty.")
    check(page)

    field(sheet, "Name").fill(NEW_NAME)
    field(sheet, "Why (kept in the record)").fill("Said it in our own words")
    button(sheet, "Save").click()
    expect_heading(page, NEW_NAME)
    expect(sheet).to_have_count(0)
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d$"))).to_be_visible()
    expect(page.locator("#hazard-history")).to_contain_text("Said it in our own words")
    check(page)


def estimate_by_keyboard(page: Page, check: AssertAccessible) -> None:
    """Outcome, how many, the grid, and why: no pointer at all."""
    keys = page.keyboard
    link(page, "Estimate initial").focus()
    keys.press("Enter")
    sheet = form(page, "Estimate the initial risk")
    expect(field(sheet, "Estimate of")).to_be_focused()
    check(page)
    go_to(page, field(sheet, "What outcome?"))
    keys.type("Death")
    go_to(page, field(sheet, "How many patients?"))
    keys.type("Several")
    expect(sheet.get_by_text("This is Catastrophic: choose in that column")).to_be_visible()

    keys.press("Tab")
    for key in ("ArrowRight",) * 4 + ("ArrowDown",) * 4 + ("ArrowUp",):
        keys.press(key)
    expect(sheet.get_by_role("radio", name=re.compile("^Catastrophic · Low"))).to_be_checked()
    expect(sheet.get_by_text("Chosen: Catastrophic · Low: class")).to_be_visible()

    go_to(page, field(sheet, "Why this severity"))
    clear_the_field(page)
    go_to(page, field(sheet, "Why this likelihood"))
    clear_the_field(page)
    keys.type("Letters reach us within a day")
    go_to(page, button(sheet, "Record the estimate"))
    keys.press("Enter")
    expect_problem(page.locator("#slot-risk"), "Why this severity")
    check(page)

    go_to(page, field(sheet, "Why this severity"))
    keys.type("Several patients get one wrong batch")
    go_to(page, button(sheet, "Record the estimate"))
    keys.press("Enter")
    expect(sheet).to_have_count(0)
    expect(page.locator("#hazard-risk")).to_contain_text("Several patients get one wrong batch")
    expect(page.locator("#hazard-marks")).to_contain_text("Catastrophic · Low")
    check(page)


def go_to(page: Page, target: Locator) -> None:
    """Reach a field as the keyboard does."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if target.evaluate("field => field === document.activeElement"):
            return
    expect(target).to_be_focused()


def clear_the_field(page: Page) -> None:
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")


def link_the_feature(page: Page, check: AssertAccessible) -> None:
    part = page.locator("#hazard-features")
    link(part, "Link a feature").click()
    check(page)
    field(part, "Feature").select_option("FEAT-1 Repeat request")
    button(part, "Link it").click()
    expect(link(part, "FEAT-1 Repeat request")).to_be_visible()
    link(part, "FEAT-1 Repeat request").click()
    expect(page.locator("#hazards")).to_contain_text(NEW_NAME)
    check(page)


def add_a_control(page: Page, check: AssertAccessible) -> None:
    page.goto(HAZARD)
    check(page)
    link(page, "Add a control").click()
    sheet = form(page, "Add a control")
    button(sheet, "Add the control").click()
    expect_problem(page.locator("#slot-causes"), "This cannot be empty.")
    check(page)

    field(sheet, "Control").fill(CONTROL)
    sheet.get_by_label(re.compile(r"^\s*Cause 1:")).check()
    field(sheet, "Type").select_option("Design")
    field(sheet, "Whose control").select_option("Manufacturer")
    field(sheet, "Delivered in release").select_option("1.0.0")
    field(sheet, "Due").fill("2027-02-01")
    button(sheet, "Add the control").click()
    expect(sheet).to_have_count(0)
    control = page.get_by_role("article").filter(has_text=CONTROL)
    expect(control).to_contain_text("Design")
    check(page)


def add_evidence_with_a_file(page: Page, check: AssertAccessible, folder: Path) -> None:
    control = page.get_by_role("article").filter(has_text=CONTROL)
    control.get_by_text("Change").first.click()
    check(page, allow={"target-size": "an open menu covers what is beneath it until it closes"})
    link(control, "Add evidence").click()
    sheet = control.get_by_role("form")
    field(sheet, "Evidence").fill("A letter that arrives stops the renewal")
    field(sheet, "Evidence of").select_option("Effectiveness")
    program = folder / "renewal.exe"
    program.write_bytes(b"MZ\x90\x00\x03")
    field(sheet, "File").set_input_files(program)
    button(sheet, "Add the evidence").click()
    expect_problem(control, "renewal.exe is not of a kind that is kept here")
    check(page)

    written = folder / "discharge-run.txt"
    written.write_text("12 letters, 12 renewals stopped\n")
    field(sheet, "State").select_option("Obtained")
    field(sheet, "Result").select_option("Pass")
    field(sheet, "Date").fill("2026-11-02")
    field(sheet, "Release tested").select_option("1.0.0")
    field(sheet, "Verifier").select_option(label="Rohan Patel")
    field(sheet, "File").set_input_files(written)
    button(sheet, "Add the evidence").click()
    expect(sheet).to_have_count(0)
    expect(control).to_contain_text("A letter that arrives stops the renewal")
    check(page)

    with page.expect_download() as downloading:
        link(control, "discharge-run.txt").click()
    assert downloading.value.path().read_bytes() == written.read_bytes()


def make_a_draft(page: Page, check: AssertAccessible) -> str:
    """Ask for it and wait until the page offers it; its address comes back."""
    page.goto(f"{HOME}safety-case/")
    button(page, "Make a draft").click()
    expect(page.get_by_text("The draft is being made.")).to_be_visible()
    check(page)
    offer = page.get_by_role("link", name=re.compile("^Download "))
    expect(offer).to_be_visible(timeout=DRAFT_SECONDS * 1000)
    check(page)
    draft = offer.get_attribute("href")
    assert draft is not None
    page.goto(f"{HOME}jobs/{Path(draft).stem}/")
    expect(offer).to_have_attribute("href", draft)
    check(page)
    return draft


def download_it(page: Page, draft: str, folder: Path) -> None:
    with page.expect_download() as downloading:
        page.locator(f"a[href='{draft}']").click()
    name = downloading.value.suggested_filename
    assert re.fullmatch(r"evening-pharmacy\S*draft\S*\.pdf", name), name
    file = folder / name
    downloading.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    sheets = text_of(file).split("\f")[:-1]
    assert len(sheets) > 10
    assert [number for number, sheet in enumerate(sheets, 1) if "DRAFT" not in sheet] == []
    text = " ".join(" ".join(sheets).split())
    for words in (CONTROL, NEW_NAME, "Catastrophic", "Repeat request"):
        assert words in text, words


def text_of(pdf: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-raw", str(pdf), "-"],  # noqa: S607  # wherever Debian keeps it
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout
