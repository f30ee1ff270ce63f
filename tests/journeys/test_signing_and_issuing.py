"""The main job, second half: what is frozen is read, refused, signed by four people and issued.

Each journey has a product of its own in the site that they share. Every page that they pass is
checked against WCAG 2.2 AA.
"""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.before_a_version import (
    accept_both_risks,
    look_at_what_is_not_there_yet,
    sign_the_appointment,
    sign_the_plan,
    take_back_a_signature,
    write_the_plan,
)
from tests.journeys.browser import NARROW, AssertAccessible, BrowserAs
from tests.journeys.conftest import PASSWORD
from tests.journeys.finding import button, expect_heading, expect_problem, field, link
from tests.journeys.kept_from_signing import (
    POSTED,
    change_nothing_as_an_auditor,
    stay_out_as_a_stranger,
)
from tests.journeys.prepared_products import PREPARE, READY, STRANGER, UNSIGNED
from tests.journeys.signing import (
    WRONG,
    accept_what_is_ticked,
    forget_what_is_asked,
    go_to_what_waits,
    mistype_the_password,
    sign,
)
from tests.journeys.site import Site, manage

HOME = "/products/digital-pharmacy/"
CASE = f"{HOME}safety-case/"
VERSION = f"{CASE}versions/2/"
PDF_SECONDS = 90

SUMMARY = "Corrects version 1: the new result codes of a laboratory, and two more safety holds."
REFUSAL = "HAZ-004 waits for an acceptance since it was estimated anew. Have it accepted first."
COMMENT = "I read the two hazards that changed against the dispensing procedures."
SIGNERS = {
    "Dr Hannah Reid": "I froze version 2 (attempt 2) of the safety case report",
    "Samir Khan": "I have read version 2 (attempt 2) of the safety case report",
    "Dr Adaeze Okafor": "As clinical safety officer I approve version 2 (attempt 2) of the safety",
    "Margaret Doyle": "As accountable executive I authorise the release that version 2 (attempt 2)",
}


@pytest.fixture(scope="module")
def prepared(site: Site) -> Site:
    """The site with the products beside the demonstration's, and a person on no team."""
    manage(site.folder, *PREPARE)
    return site


def test_a_version_is_refused_frozen_again_signed_by_four_people_and_issued(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, prepared: Site, tmp_path: Path
) -> None:
    check = assert_accessible
    author, reviewer = browser_as("cpm"), browser_as("pharmacist")
    officer, executive = browser_as("cso"), browser_as("director")

    freeze_what_is_not_ready(author, check)
    review(reviewer, check, "version 2", comment=COMMENT)
    reject(officer, check)
    accept_what_lapsed(executive, check)
    freeze_it_again(author, check)
    read_what_is_new(reviewer, check)
    review(reviewer, check, "version 2, attempt 2")
    approve(officer, check)
    authorise(executive, check)
    issue(officer, check)

    auditor = browser_as("auditor")
    prove_what_is_in_it(download_as_an_auditor(auditor, check, tmp_path))
    addresses = addresses_of_what_is_signed(officer)
    change_nothing_as_an_auditor(auditor, check, HOME, addresses)
    stay_out_as_a_stranger(browser_as(STRANGER), check, HOME, addresses)


def test_a_plan_an_appointment_and_acceptances_are_signed(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, prepared: Site
) -> None:
    check = assert_accessible
    author, officer = browser_as("cpm"), browser_as("cso")
    executive = browser_as("director")

    look_at_what_is_not_there_yet(author, check)
    write_the_plan(author, check)
    sign_the_appointment(executive, check)
    sign_the_plan(officer, check, "Approve")
    sign_the_plan(executive, check, "Authorise")
    accept_both_risks(executive, check)
    executive.goto("/")
    left = executive.get_by_role("main").get_by_role("listitem").filter(has_text="Night Pharmacy")
    expect(left).to_have_count(0)
    take_back_a_signature(officer, check)


def test_a_version_is_frozen_and_reviewed_without_script(
    browser_as: BrowserAs, prepared: Site
) -> None:
    author = browser_as("cpm", with_script=False)
    author.goto(f"{READY}safety-case/")
    link(author, "Freeze a version").first.click()
    expect(link(author, "1 control of this release is not verified")).to_be_visible()
    field(author, "Summary of changes").fill("The first version")
    field(author, "Your password").fill(WRONG)
    button(author, "Freeze version 1").click()
    problems = author.locator("[data-problem-summary]")
    expect(problems).to_contain_text("That is not your password. Nothing was signed")
    expect(field(author, "Summary of changes")).to_have_value("The first version")
    field(author, "Your password").fill(PASSWORD)
    button(author, "Freeze version 1").click()
    expect_heading(author, "Version 1")
    expect(author.get_by_text("Frozen as version 1, with your signature")).to_be_visible()

    reviewer = browser_as("pharmacist", with_script=False)
    reviewer.goto(f"{READY}safety-case/versions/1/")
    link(reviewer, "Review").click()
    sign(reviewer, "Sign: reviewed")
    expect(reviewer.get_by_text("Reviewed. Your signature is in the record.")).to_be_visible()
    signed = reviewer.get_by_role("article", name="Reviewed by Samir Khan").first
    expect(signed).to_contain_text("I am not its author")
    expect(link(reviewer, "Review")).to_have_count(0)


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("cso", "/"),
        ("cso", f"{CASE}versions/1/"),
        ("cpm", f"{CASE}freeze/?release=1.0.0"),
        ("cso", f"{CASE}versions/compare/?from=1&to=now"),
        ("cso", f"{HOME}plan/"),
        ("director", f"{HOME}acceptances/"),
        ("director", f"{UNSIGNED}acceptances/"),
        ("auditor", f"{HOME}history/?kind=sign-offs"),
    ],
)
def test_the_pages_of_signing_on_a_phone_in_the_dark(
    browser_as: BrowserAs,
    assert_accessible: AssertAccessible,
    prepared: Site,
    person: str,
    address: str,
) -> None:
    page = browser_as(person)
    assert_wears(page, address, "light")
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_wears(page, address, "dark")
    assert_accessible(page)
    page.set_viewport_size(NARROW)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def assert_wears(page: Page, address: str, scheme: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)


# --- A version ------------------------------------------------------------------------------------


def freeze_what_is_not_ready(page: Page, check: AssertAccessible) -> None:
    page.goto(CASE)
    check(page)
    link(page, "Freeze a version").click()
    expect_heading(page, "Freeze a version")
    page.get_by_label("Release", exact=True).select_option("1.0.0")
    button(page, "Show").click()
    expect(link(page, "1 residual risk waits for acceptance")).to_be_visible()
    blocking = page.get_by_text("HAZ-004: the residual risk waits for acceptance.")
    expect(blocking).to_be_visible()
    expect(page.get_by_text("Once issued it replaces version 1")).to_be_visible()
    check(page)

    button(page, "Freeze version 2").click()
    expect_problem(page, "Summary of changes")
    check(page)
    field(page, "Summary of changes").fill(SUMMARY)
    field(page, "Your password").fill(WRONG)
    button(page, "Freeze version 2").click()
    expect_problem(page, "That is not your password")
    expect(blocking).to_be_visible()

    field(page, "Your password").fill(PASSWORD)
    button(page, "Freeze version 2").click()
    expect(page).to_have_url(re.compile(VERSION + "$"))
    expect(page.get_by_text("Frozen as version 2, with your signature")).to_be_visible()
    expect(step(page, "Reviewed")).to_contain_text("asked: ")
    expect(step(page, "Reviewed")).to_contain_text("Samir Khan")
    expect(link(page, "Review")).to_have_count(0)
    check(page)


def step(page: Page, label: str) -> Locator:
    steps = page.get_by_role("list", name="Steps of this version")
    return steps.get_by_role("listitem").filter(has_text=label)


def review(page: Page, check: AssertAccessible, version: str, comment: str = "") -> None:
    waits = f"Review {version} of the report and hazard log"
    go_to_what_waits(page, check, waits, f"Review {version}")
    forget_what_is_asked(page, check, "Sign: reviewed")
    sign(page, "Sign: reviewed", comment=comment)
    expect(page.get_by_text("Reviewed. Your signature is in the record.")).to_be_visible()
    expect(step(page, "Reviewed")).to_contain_text("Samir Khan")
    check(page)


def reject(page: Page, check: AssertAccessible) -> None:
    waits = "Approve version 2 of the report and hazard log"
    go_to_what_waits(page, check, waits, "Approve version 2")
    expect(page.get_by_text("It cannot be issued so: HAZ-004")).to_be_visible()
    link(page, "The version whole, with a PDF to read").click()
    link(page, "Reject").click()
    expect_heading(page, "Reject version 2")
    check(page)
    button(page, "Reject it").click()
    expect_problem(page, "Why")
    check(page)
    field(page, "Why").fill(REFUSAL)
    button(page, "Reject it").click()
    expect(page.get_by_text("Rejected. Its author reads why on this page.")).to_be_visible()
    expect(link(page, "Approve")).to_have_count(0)
    check(page)


def accept_what_lapsed(page: Page, check: AssertAccessible) -> None:
    waits = "3 residual risks wait for your acceptance: HAZ-001, HAZ-004, HAZ-012"
    go_to_what_waits(page, check, waits, "Acceptance of residual risk")
    expect(page.get_by_text("The acceptance by Margaret Doyle")).to_be_visible()
    field(page, "Accept the residual risk of HAZ-004").check()
    accept_what_is_ticked(page)
    expect(page.get_by_text("1 residual risk is accepted.")).to_be_visible()
    check(page)


def freeze_it_again(page: Page, check: AssertAccessible) -> None:
    came_back = "Dr Adaeze Okafor rejected version 2, which you froze"
    go_to_what_waits(page, check, came_back, "Version 2")
    expect(page.get_by_role("region", name="Who disagreed")).to_contain_text(REFUSAL)
    link(page, "Freeze it again").click()
    expect(page.get_by_label("Release", exact=True)).to_have_value("1.0.0")
    expect(page.get_by_text("attempt 2 of release 1.0.0")).to_be_visible()
    expect(page.get_by_text("These keep it from being issued")).to_have_count(0)
    check(page)
    field(page, "Summary of changes").fill(SUMMARY)
    field(page, "Your password").fill(PASSWORD)
    button(page, "Freeze version 2").click()
    expect_heading(page, "Version 2, attempt 2")
    check(page)
    link(page, "Attempt 1").click()
    expect_heading(page, "Version 2")
    expect(page.get_by_role("main")).to_contain_text("Rejected")
    check(page)


def read_what_is_new(page: Page, check: AssertAccessible) -> None:
    """The reviewer signed the attempt before: only what was put right is new to them."""
    waits = "Review version 2, attempt 2 of the report and hazard log"
    go_to_what_waits(page, check, waits, "Review version 2, attempt 2")
    new = page.get_by_role("region", name="What is new to you")
    expect(new).to_contain_text("Since you last signed (version 2)")
    expect(new).to_contain_text("1 of 5 hazards changed")
    expect(new).to_contain_text("HAZ-004")
    expect(page.get_by_role("region", name="Who disagrees")).to_contain_text(REFUSAL)


def approve(page: Page, check: AssertAccessible) -> None:
    waits = "Approve version 2, attempt 2 of the report and hazard log"
    go_to_what_waits(page, check, waits, "Approve version 2, attempt 2")
    mistype_the_password(page, check, "Sign: approved")
    field(page, "Your password").fill(PASSWORD)
    button(page, "Sign: approved").click()
    expect(page.get_by_text("Approved. Your signature is in the record.")).to_be_visible()
    expect(link(page, "Issue")).to_have_count(0)
    check(page)
    link(page, "This signature of Dr Adaeze Okafor, approved").first.click()
    expect_heading(page, "Approved: version 2 (attempt 2) of the safety case report")
    check(page)


def authorise(page: Page, check: AssertAccessible) -> None:
    waits = "Authorise version 2, attempt 2 of the report and hazard log"
    go_to_what_waits(page, check, waits, "Authorise version 2, attempt 2")
    sign(page, "Sign: authorised")
    expect(page.get_by_text("Authorised. Your signature is in the record.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Ready to issue")
    check(page)


def issue(page: Page, check: AssertAccessible) -> None:
    waits = "Issue version 2, attempt 2: every signature is there"
    go_to_what_waits(page, check, waits, "Issue version 2")
    expect(page.get_by_text("Nothing that matters for safety has changed.")).to_be_visible()
    button(page, "Issue version 2").click()
    expect(page.get_by_text("Version 2 is issued.")).to_be_visible()
    check(page)
    offer = page.locator(f"a[href='{CASE}versions/2.pdf']").first
    expect(offer).to_be_visible(timeout=PDF_SECONDS * 1000)
    check(page)
    page.reload()
    expect(link(page, "Download the PDF")).to_be_visible()
    check(page)
    page.goto(f"{CASE}versions/1/")
    expect(
        page.get_by_text("has replaced this version. It stays as it was signed.")
    ).to_be_visible()
    check(page)


def download_as_an_auditor(page: Page, check: AssertAccessible, folder: Path) -> Path:
    """From their products to the report, and down with it."""
    page.goto("/")
    check(page)
    link(page, "Version 2").click()
    expect_heading(page, "Version 2, attempt 2")
    check(page)
    with page.expect_download() as downloading:
        link(page, "Download the PDF").click()
    file = folder / downloading.value.suggested_filename
    downloading.value.save_as(file)
    for words, ending in (
        ("Hazard log as XLSX", "xlsx"),
        ("Hazard log as CSV", "csv"),
        ("Everything as JSON", "json"),
    ):
        with page.expect_download() as downloading:
            link(page, words).click()
        assert downloading.value.suggested_filename.endswith(f"v2.{ending}")
        downloading.value.save_as(folder / f"downloaded.{ending}")
    return file


def prove_what_is_in_it(pdf: Path) -> None:
    """The four signatures, the revision history, and what was frozen, byte for byte."""
    text = " ".join(output_of("pdftotext", "-raw", pdf, "-").split())
    for name, statement in SIGNERS.items():
        assert name in text, name
        assert statement in text, statement
    assert SUMMARY in text
    assert "NOT ISSUED" not in text
    listed = output_of("pdfdetach", "-list", pdf)
    assert "3 embedded files" in listed, listed
    output_of("pdfdetach", "-saveall", "-o", pdf.parent, pdf)
    for ending in ("json", "xlsx", "csv"):
        [attached] = [each for each in pdf.parent.glob(f"*.{ending}") if each.stem != "downloaded"]
        assert attached.read_bytes() == (pdf.parent / f"downloaded.{ending}").read_bytes(), ending


def output_of(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return done.stdout


def addresses_of_what_is_signed(page: Page) -> list[str]:
    """The addresses at which something is signed, refused, taken back, issued or made."""
    page.goto(VERSION)
    link(page, "This signature of Dr Adaeze Okafor, approved").first.click()
    expect_heading(page, "Approved: version 2 (attempt 2) of the safety case report")
    signature = page.url.removeprefix(page.url.split("/products/")[0])
    page.goto(VERSION)
    link(page, "Attempt 1").click()
    page.wait_for_url("**/candidates/**")
    candidate = page.url.removeprefix(page.url.split("/products/")[0])
    page.goto(f"{HOME}team/")
    appointment = link(page, "The signed appointment of Dr Adaeze Okafor").get_attribute("href")
    assert appointment is not None
    return [
        *(each.format(home=HOME, candidate=candidate, signature=signature) for each in POSTED),
        appointment,
    ]
