"""What comes before a version: a plan in force, a signed appointment, accepted risks."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible
from tests.journeys.conftest import PASSWORD
from tests.journeys.finding import button, expect_heading, expect_problem, field, link
from tests.journeys.prepared_products import UNSIGNED, WAITING
from tests.journeys.signing import (
    accept_what_is_ticked,
    forget_what_is_asked,
    go_to_what_waits,
    sign,
)

PURPOSE = "How clinical risk is managed at night, when nobody is there to ask."


def look_at_what_is_not_there_yet(page: Page, check: AssertAccessible) -> None:
    page.goto(f"{UNSIGNED}safety-case/")
    check(page)
    expect(page.get_by_text("Nothing is frozen yet.")).to_be_visible()
    for rest in ("safety-case/freeze/", "safety-case/versions/compare/", "acceptances/"):
        page.goto(UNSIGNED + rest)
        check(page)
    expect(page.get_by_text("Nobody may accept it yet.").first).to_be_visible()


def write_the_plan(page: Page, check: AssertAccessible) -> None:
    page.goto(f"{UNSIGNED}plan/")
    check(page)
    button(page, "Begin the plan").click()
    expect(page).to_have_url(re.compile(r"/plan/1/edit/$"))
    check(page)
    months = field(page, "Months between reviews of class 1")
    months.fill("13")
    button(page, "Save").click()
    expect_problem(page, "Every hazard is reviewed once in one to twelve months.")
    check(page)
    months.fill("12")
    field(page, "Purpose and scope").fill(PURPOSE)
    button(page, "Save").click()
    expect(page.get_by_text(PURPOSE)).to_be_visible()
    check(page)
    link(page, "Everything that was changed in version 1").click()
    check(page)


def sign_the_appointment(page: Page, check: AssertAccessible) -> None:
    waits = "Sign the appointment of Dr Adaeze Okafor as clinical safety officer"
    go_to_what_waits(page, check, waits, "Appoint Dr Adaeze Okafor")
    sign(page, "Sign the appointment")
    expect(page.get_by_text("The appointment of Dr Adaeze Okafor is signed.")).to_be_visible()
    expect_heading(page, "Appointment of Dr Adaeze Okafor")
    check(page)


def sign_the_plan(page: Page, check: AssertAccessible, verb: str) -> None:
    waits = f"{verb} version 1 of the clinical risk management plan"
    go_to_what_waits(page, check, waits, f"{verb} version 1 of the plan")
    forget_what_is_asked(page, check, f"{verb} it")
    sign(page, f"{verb} it")
    expect(page.get_by_text(f"{verb}d. Your signature is in the record.")).to_be_visible()
    check(page)


def accept_both_risks(page: Page, check: AssertAccessible) -> None:
    waits = "2 residual risks wait for your acceptance: HAZ-001, HAZ-002"
    go_to_what_waits(page, check, waits, "Acceptance of residual risk")
    button(page, "Accept what is ticked").click()
    expect_problem(page, "Tick at least one risk to accept. Nothing was signed.")
    check(page)
    for reference in ("HAZ-001", "HAZ-002"):
        field(page, f"Accept the residual risk of {reference}").check()
    accept_what_is_ticked(page)
    expect(page.get_by_text("2 residual risks are accepted.")).to_be_visible()
    for name in WAITING:
        expect(page.get_by_role("table").get_by_text(name)).to_be_visible()
    check(page)


def take_back_a_signature(page: Page, check: AssertAccessible) -> None:
    """The officer's, under the plan: it stays in the record with the reason beside it."""
    page.goto(f"{UNSIGNED}plan/")
    link(page, "This signature of Dr Adaeze Okafor, approved").click()
    expect_heading(page, "Approved: version 1 of the clinical risk management plan")
    check(page)
    link(page, "Withdraw it").click()
    expect_heading(page, "Withdraw your signature")
    check(page)
    field(page, "Why").fill("The night rota has changed")
    field(page, "Your password").fill(PASSWORD)
    button(page, "Withdraw it").click()
    expect(page.get_by_text("Withdrawn. Your signature stays in the record")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("The night rota has changed")
    check(page)
