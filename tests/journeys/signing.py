"""Signing as a person does: from what waits for them, with what they read, and their password."""

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible
from tests.journeys.conftest import PASSWORD
from tests.journeys.finding import button, expect_heading, expect_problem, field, link

WRONG = "not-my-password"


def go_to_what_waits(page: Page, check: AssertAccessible, words: str, heading: str) -> None:
    """Follow the line of one's own work that says this, to the page with this heading."""
    page.goto("/")
    expect_heading(page, "My work")
    check(page)
    link(page, words).click()
    expect_heading(page, heading)
    check(page)


def sign(page: Page, submit: str, *, comment: str = "") -> None:
    """Read, tick, give the password and sign."""
    if comment:
        field(page, "Comment (optional)").fill(comment)
    field(page, "I have read what I sign").check()
    field(page, "Your password").fill(PASSWORD)
    button(page, submit).click()


def mistype_the_password(page: Page, check: AssertAccessible, submit: str) -> None:
    """Sign with a wrong password: nothing is signed, and what was typed stands but for that."""
    field(page, "Comment (optional)").fill("Kept while I try again")
    field(page, "I have read what I sign").check()
    field(page, "Your password").fill(WRONG)
    button(page, submit).click()
    expect_problem(page, "That is not your password. Nothing was signed")
    expect(field(page, "Comment (optional)")).to_have_value("Kept while I try again")
    expect(field(page, "I have read what I sign")).to_be_checked()
    expect(field(page, "Your password")).to_have_value("")
    check(page)
    field(page, "Comment (optional)").fill("")


def forget_what_is_asked(page: Page, check: AssertAccessible, submit: str) -> None:
    """Send the form as it is: each thing that is missing is named."""
    button(page, submit).click()
    expect_problem(page, "Tick this once you have read it.")
    expect_problem(page, "Type your password: without it nothing is signed.")
    check(page)


def accept_what_is_ticked(page: Page) -> None:
    """Accept every risk that is ticked, with one password."""
    field(page, "I have read each risk that I ticked").check()
    field(page, "Your password").fill(PASSWORD)
    button(page, "Accept what is ticked").click()
