"""The gate of release 1.1.0 goes from blocked to pass as the work is done.

Product manager, clinical product manager and clinical safety officer each do their part, on a copy
of the demonstration that is theirs alone. Every page that they pass is checked against WCAG 2.2 AA.
"""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs
from tests.journeys.conftest import PASSWORD
from tests.journeys.finding import button, expect_heading, field, form, link
from tests.journeys.prepared_release import LAST, SPRINT
from tests.journeys.signing import accept_what_is_ticked, go_to_what_waits, sign
from tests.journeys.site import Site, manage

HOME = "/products/digital-pharmacy/"
RELEASE = f"{HOME}releases/1.1.0/"
GATE = f"{RELEASE}gate/"
SUMMARY = "The yearly prescription: a review each year, check-ins by tier, alerts in between."
FOUND = "Alerts past their limit reached the duty lead in each of forty simulated nights"
LESS = "Three levels and merging leave nine in ten alerts out of the list that interrupts"


def test_the_gate_of_a_release_opens_as_the_work_is_done(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, site: Site
) -> None:
    check = assert_accessible
    manager, bridge, officer = browser_as("pm"), browser_as("cpm"), browser_as("cso")

    blocked = ask_whether_it_can_go(manager, check)
    manage(site.folder, *SPRINT)
    assert things_that_block(manager) < blocked
    verify_the_last_control(bridge, check)
    estimate_what_is_left(officer, check)
    accept_what_the_plan_reserves(browser_as("director"), check)
    freeze_the_report(bridge, check)
    review_it(browser_as("pharmacist"))
    approve_it(officer, check)
    authorise_it(browser_as("director"))
    let_it_go(manager, check)


# --- The gate -------------------------------------------------------------------------------------


def ask_whether_it_can_go(page: Page, check: AssertAccessible) -> int:
    """From the first page to the gate: the answer stands on both without scrolling."""
    page.goto("/")
    check(page)
    line = page.get_by_role("link", name=re.compile(r"^No: \d+ things block release 1\.1\.0\.$"))
    expect(line).to_be_in_viewport()
    line.click()
    expect_heading(page, "Can we ship 1.1.0?")
    expect(page.get_by_text("The shortest way to green")).to_be_in_viewport()
    check(page)
    return things_that_block(page)


def things_that_block(page: Page) -> int:
    page.goto(GATE)
    headline = page.locator(".gate-headline")
    expect(headline).to_be_in_viewport()
    found = re.match(r"No: (\d+) things? blocks? release 1\.1\.0\.", headline.inner_text())
    assert found, headline.inner_text()
    return int(found[1])


# --- What was left --------------------------------------------------------------------------------


def verify_the_last_control(page: Page, check: AssertAccessible) -> None:
    """Built, shown to be there and to work, and verified."""
    page.goto(GATE)
    page.get_by_role("link", name=re.compile(LAST)).first.click()
    check(page)
    control = page.get_by_role("article", name=f"Control {LAST}")
    change(page, control, "Edit")
    field(control, "Reference of its implementation").fill("https://tracker.example/browse/DP-139")
    button(control, "Save the control").click()
    expect(control).to_contain_text("DP-139")
    set_state(page, control, "Implemented: it is there")
    for of in ("Implementation", "Effectiveness"):
        change(page, control, "Add evidence")
        field(control, "Evidence").fill(f"{FOUND} ({of.lower()})")
        field(control, "Evidence of").select_option(of)
        field(control, "State").select_option("Obtained")
        field(control, "Result").select_option("Pass")
        field(control, "Date").fill("2026-11-20")
        field(control, "Release tested").select_option("1.1.0")
        field(control, "Verifier").select_option(label="Samir Khan")
        button(control, "Add the evidence").click()
        expect(control.get_by_text(f"{FOUND} ({of.lower()})")).to_be_visible()
    set_state(page, control, "Verified: passed evidence shows that it is there and that it works")
    check(page)


def change(page: Page, control: object, words: str) -> None:
    """Open what the control's menu offers, in place."""
    article = page.get_by_role("article", name=f"Control {LAST}")
    article.get_by_text("Change", exact=False).first.click()
    link(article, words).click()
    expect(article.get_by_role("form")).to_be_visible()


def set_state(page: Page, control: object, words: str) -> None:
    change(page, control, "Set its state")
    article = page.get_by_role("article", name=f"Control {LAST}")
    field(article, words).check()
    button(article, "Set the state").click()
    expect(article.get_by_role("form")).to_have_count(0)


def estimate_what_is_left(page: Page, check: AssertAccessible) -> None:
    """The residual risk of the last hazard, by the matrix itself."""
    page.goto(GATE)
    page.get_by_role("link", name=re.compile("residual risk of HAZ-007")).first.click()
    link(page.locator("#hazard-risk"), "Estimate residual").click()
    sheet = page.get_by_role("main")
    field(sheet, "How many patients?").select_option(label="One patient")
    sheet.get_by_role("radio", name=re.compile("Considerable.*Low|Low.*Considerable")).check()
    field(sheet, "Why this severity").fill("As before: the harm itself is the same")
    field(sheet, "Why this likelihood").fill(LESS)
    check(page)
    button(sheet, "Record the estimate").click()
    expect_heading(page, "Too many low-value alerts hide an important one")
    expect(page.locator("#hazard-risk")).to_contain_text(LESS)
    check(page)


def accept_what_the_plan_reserves(page: Page, check: AssertAccessible) -> None:
    page.goto(f"{HOME}acceptances/")
    for reference in ("HAZ-001", "HAZ-004", "HAZ-012"):
        field(page, f"Accept the residual risk of {reference}").check()
    accept_what_is_ticked(page)
    expect(page.get_by_text("3 residual risks are accepted.")).to_be_visible()
    check(page)


# --- The report -----------------------------------------------------------------------------------


def freeze_the_report(page: Page, check: AssertAccessible) -> None:
    page.goto(f"{HOME}safety-case/freeze/?release=1.1.0")
    expect(page.get_by_text("These keep it from being issued")).to_have_count(0)
    choice = form(page, "Release and lifecycle phase")
    field(choice, "Lifecycle phase").select_option("Modification that changes clinical risk")
    button(choice, "Show").click()
    field(page, "Summary of changes").fill(SUMMARY)
    field(page, "Your password").fill(PASSWORD)
    button(page, "Freeze version 2").click()
    expect_heading(page, "Version 2")
    check(page)


def review_it(page: Page) -> None:
    page.goto(f"{HOME}safety-case/versions/2/")
    link(page, "Review").click()
    sign(page, "Sign: reviewed")
    expect(page.get_by_text("Reviewed. Your signature is in the record.")).to_be_visible()


def approve_it(page: Page, check: AssertAccessible) -> None:
    go_to_what_waits(
        page, check, "Approve version 2 of the report and hazard log", "Approve version 2"
    )
    sign(page, "Sign: approved")
    expect(page.get_by_text("Approved. Your signature is in the record.")).to_be_visible()


def authorise_it(page: Page) -> None:
    """The plan asks the accountable executive for it."""
    page.goto(f"{HOME}safety-case/versions/2/")
    link(page, "Authorise").click()
    sign(page, "Sign: authorised")
    expect(page.get_by_text("Authorised. Your signature is in the record.")).to_be_visible()


def let_it_go(page: Page, check: AssertAccessible) -> None:
    """The gate says yes; releasing freezes what it said."""
    page.goto("/")
    expect(page.get_by_role("link", name=re.compile("^Yes"))).to_be_in_viewport()
    check(page)
    page.goto(GATE)
    expect(page.locator(".gate-headline")).to_contain_text("Yes")
    check(page)
    page.goto(f"{RELEASE}edit/")
    field(page, "State").select_option("Released")
    field(page, "Released on").fill("2026-11-23")
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect_heading(page, "Release 1.1.0")
    expect(page.get_by_role("main")).to_contain_text("Pass")
    check(page)
