"""Nothing that somebody typed is lost: not by a session that ended, by somebody who was quicker, by
leaving the page, by a text that is too long, or by a connection that broke.

Each journey has a hazard or a section of its own, so that none is in the way of another.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs, Watch
from tests.journeys.conftest import PASSWORD
from tests.journeys.finding import button, expect_heading, expect_problem, field, form, link

HOME = "/products/digital-pharmacy/"
SECTION = f"{HOME}safety-case/sections/introduction/edit/"
SESSION = "sessionid"
WORDS = "Name, description and effect"
#: The reason, which the form of a hazard that stands in an issued version asks for.
OWN_WORDS = "Why, in your own words"
SEVERAL_LINES = "The first line.\n\nThe third, with “quotes” & an <angle>."


def hazard(reference: str) -> str:
    return f"{HOME}hazards/{reference}/"


def open_words(page: Page, reference: str) -> Locator:
    """The form in place of a hazard's words."""
    page.goto(hazard(reference))
    link(page, "Edit name, description and effect").click()
    sheet = form(page, WORDS)
    expect(field(sheet, "Name")).to_be_focused()
    return sheet


def write(where: Locator, text: str) -> None:
    """Type as a person does: the browser warns only of what somebody really did."""
    where.click()
    where.fill(text)


def sign_out_unnoticed(page: Page) -> None:
    page.context.clear_cookies(name=SESSION)


def sign_in_here(page: Page) -> None:
    expect_heading(page, "Sign in")
    field(page, "Email").fill("cso@demo.example")
    field(page, "Password").fill(PASSWORD)
    button(page, "Sign in").click()


def dialogs_of(page: Page) -> list[str]:
    """The kinds of the dialogs that come up from now on; each is answered with yes."""
    kinds: list[str] = []

    def accept(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return kinds


@pytest.fixture
def forgive(watch: Watch) -> Callable[[str], None]:
    """Take back a problem that a journey provoked on purpose; it must have been noted."""

    def take_back(words: str) -> None:
        noted = [each for each in watch.problems if words in each]
        assert noted, f"nothing said {words!r}: {watch.problems}"
        watch.problems[:] = [each for each in watch.problems if each not in noted]

    return take_back


# --- The session ended while somebody was typing --------------------------------------------------


def test_a_session_that_ended_while_editing_in_place(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    sheet = open_words(page, "HAZ-002")
    write(field(sheet, "Name"), "Written while signed out")
    write(field(sheet, "Description"), SEVERAL_LINES)
    sign_out_unnoticed(page)
    button(sheet, "Save").click()

    notice = page.locator("[data-saving-notices]")
    expect(notice).to_contain_text("You were signed out while typing. Your text is still here")
    expect(field(sheet, "Name")).to_have_value("Written while signed out")
    assert_accessible(page)

    with page.expect_popup() as opened:
        link(notice, "Sign in in a new tab").click()
    sign_in_here(opened.value)
    expect(opened.value).to_have_url(re.compile(hazard("HAZ-002")))
    opened.value.close()
    come_back_to(page)
    expect(notice).to_contain_text("You are signed in again. Your text is still here")

    button(sheet, "Save").click()
    expect_heading(page, "Written while signed out")
    expect(notice).to_be_empty()
    page.reload()
    for line in ("The first line.", "The third, with “quotes” & an <angle>."):
        expect(page.locator("#hazard-words")).to_contain_text(line)


def come_back_to(page: Page) -> None:
    """Turn to this tab: without a window to look at, the browser does not say so by itself."""
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_page_that_is_older_than_the_sign_in_saves_on_the_second_try(
    browser_as: BrowserAs, forgive: Callable[[str], None]
) -> None:
    page = browser_as("cso")
    sheet = open_words(page, "HAZ-003")
    write(field(sheet, "Name"), "Written before signing in again")
    sign_out_unnoticed(page)
    other = page.context.new_page()
    other.goto("/")
    sign_in_here(other)
    expect_heading(other, "My work")
    other.close()

    button(sheet, "Save").click()
    notice = page.locator("[data-saving-notices]")
    expect(notice).to_contain_text("Your text is still here; save again now")
    forgive("Response Status Error Code 403")
    button(sheet, "Save").click()
    expect_heading(page, "Written before signing in again")


@pytest.mark.parametrize(
    ("address", "label"),
    [(hazard("HAZ-007") + "edit/words/", "Description"), (SECTION, "Narrative")],
    ids=["hazard", "section"],
)
def test_a_session_that_ended_while_writing_on_a_page_of_its_own(
    browser_as: BrowserAs,
    assert_accessible: AssertAccessible,
    address: str,
    label: str,
) -> None:
    page = browser_as("cso")
    page.goto(address)
    text = SEVERAL_LINES + "\n" + "A long sentence about this. " * 200
    write(field(page, label), text.strip())
    if address == SECTION:
        expect(page.locator("#preview")).to_contain_text("The third, with “quotes”")
    sign_out_unnoticed(page)
    dialogs = dialogs_of(page)
    button(page, "Save").click()
    sign_in_here(page)

    expect(page).to_have_url(re.compile(re.escape(address)))
    expect(page.get_by_text("What you sent at")).to_contain_text("was not saved")
    assert_accessible(page)
    button(page, "Put it back").click()
    expect(field(page, label)).to_have_value(text.strip())
    button(page, "Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("The third, with “quotes”")
    assert dialogs == []
    assert drafts_kept(page) == 0


def drafts_kept(page: Page) -> int:
    kept: int = page.evaluate(
        "Object.keys(sessionStorage).filter(key => key.startsWith('draft:')).length"
    )
    return kept


def test_what_was_kept_for_one_person_is_gone_after_they_sign_out(browser_as: BrowserAs) -> None:
    page = browser_as("pharmacist")
    page.goto(hazard("HAZ-004") + "edit/why/")
    write(field(page, "Why the risk is not reduced further"), "For my eyes only")
    sign_out_unnoticed(page)
    button(page, "Save").click()
    expect_heading(page, "Sign in")
    assert drafts_kept(page) == 1
    field(page, "Email").fill("pm@demo.example")
    field(page, "Password").fill(PASSWORD)
    button(page, "Sign in").click()
    expect(field(page, "Why the risk is not reduced further")).to_be_visible()
    expect(button(page, "Put it back")).to_have_count(0)
    assert drafts_kept(page) == 0

    page.get_by_text("Lucy Marsh").click()
    button(page, "Sign out").click()
    expect_heading(page, "Sign in")


# --- Two people at once ---------------------------------------------------------------------------


def test_two_people_edit_one_field_in_place(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    quick, slow = browser_as("pharmacist"), browser_as("cso")
    theirs, mine = open_words(quick, "HAZ-005"), open_words(slow, "HAZ-005")
    field(theirs, "Description").fill("The pharmacist's words")
    field(theirs, "Effect").fill("only the pharmacist wrote an effect")
    field(theirs, OWN_WORDS).fill("As the pharmacy says it")
    button(theirs, "Save").click()
    expect(theirs).to_have_count(0)

    field(mine, "Description").fill(SEVERAL_LINES)
    field(mine, OWN_WORDS).fill("As the officer says it")
    button(mine, "Save").click()
    conflict = slow.get_by_role("form", name=re.compile("saved this while you were writing"))
    expect(conflict).to_contain_text("Samir Khan saved this while you were writing")
    expect(conflict).to_contain_text("The pharmacist's words")
    expect(conflict).to_contain_text("The third, with “quotes” & an <angle>.")
    expect(field(mine, "Description")).to_have_value(SEVERAL_LINES)
    expect(field(mine, "Effect")).to_have_value("only the pharmacist wrote an effect")
    assert_accessible(slow)

    conflict.get_by_label("Keep yours").check()
    button(conflict, "Save what you chose").click()
    expect(conflict).to_have_count(0)
    slow.reload()
    expect(slow.locator("#hazard-words")).to_contain_text("The third, with “quotes”")
    expect(slow.locator("#hazard-words")).to_contain_text("only the pharmacist wrote an effect")
    slow.goto(hazard("HAZ-005") + "history/")
    expect(slow.locator("main")).to_contain_text("The pharmacist's words")


def test_two_people_edit_one_field_on_a_page_of_its_own(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    address = hazard("HAZ-006") + "edit/words/"
    quick, slow = browser_as("pharmacist"), browser_as("cso")
    for page in (quick, slow):
        page.goto(address)
    field(quick, "Name").fill("The pharmacist's name for it")
    field(quick, OWN_WORDS).fill("As the pharmacy says it")
    button(quick, "Save").click()
    expect_heading(quick, "The pharmacist's name for it")

    field(slow, "Name").fill("The officer's name for it")
    field(slow, OWN_WORDS).fill("As the officer says it")
    button(slow, "Save").click()
    expect(slow.get_by_text("Samir Khan saved this while you were writing")).to_be_visible()
    assert_accessible(slow)
    field(slow, "Name").fill("A name that both agreed on")
    expect(field(slow, OWN_WORDS)).to_have_value("As the officer says it")
    button(slow, "Save").click()
    expect_heading(slow, "A name that both agreed on")


# --- Leaving, and a connection that breaks --------------------------------------------------------


def test_leaving_is_warned_of_until_it_is_saved(browser_as: BrowserAs) -> None:
    page = browser_as("cso")
    dialogs = dialogs_of(page)
    page.goto(hazard("HAZ-008"))
    page.goto(f"{HOME}hazards/")
    assert dialogs == []

    write(field(open_words(page, "HAZ-008"), "Name"), "Not saved")
    page.goto(f"{HOME}hazards/")
    assert dialogs == ["beforeunload"]

    sheet = open_words(page, "HAZ-008")
    write(field(sheet, "Name"), "Saved before leaving")
    field(sheet, OWN_WORDS).fill("Clearer")
    button(sheet, "Save").click()
    expect_heading(page, "Saved before leaving")
    page.goto(f"{HOME}hazards/")
    assert dialogs == ["beforeunload"]


def test_a_refused_form_is_still_warned_of(browser_as: BrowserAs) -> None:
    page = browser_as("cso")
    page.goto(hazard("HAZ-008") + "edit/words/")
    dialogs = dialogs_of(page)
    write(field(page, "Name"), "")
    button(page, "Save").click()
    expect_problem(page, "This cannot be empty.")
    assert dialogs == []
    page.get_by_role("heading", level=1).click()
    page.goto(f"{HOME}hazards/")
    assert dialogs == ["beforeunload"]


def test_an_open_form_is_not_closed_by_opening_another(
    browser_as: BrowserAs, forgive: Callable[[str], None]
) -> None:
    page = browser_as("cso")
    sheet = open_words(page, "HAZ-009")
    write(field(sheet, "Name"), "Half written")
    link(page, "Edit justification and actions").click()
    other = form(page, "Justification and actions")
    field(other, "Actions still to be done").fill("Ask the prescribing lead")
    button(other, "Save").click()
    expect(other).to_have_count(0)
    expect(page.locator("#hazard-why")).to_contain_text("Ask the prescribing lead")
    # How htmx says that it left the part alone in which the other form is open.
    forgive("htmx:oobErrorNoTarget, #hazard-words:not(:has(")
    expect(field(sheet, "Name")).to_have_value("Half written")
    link(page, "Edit name, description and effect").click()
    expect(field(sheet, "Name")).to_have_value("Half written")
    button(sheet, "Save").click()
    expect_heading(page, "Half written")


def test_a_connection_that_breaks(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, forgive: Callable[[str], None]
) -> None:
    page = browser_as("cso")
    sheet = open_words(page, "HAZ-010")
    write(field(sheet, "Name"), "Written in a tunnel")
    page.context.set_offline(True)
    button(sheet, "Save").click()
    notice = page.locator("[data-saving-notices]")
    expect(notice).to_contain_text("The server could not be reached, so this was not saved.")
    expect(field(sheet, "Name")).to_have_value("Written in a tunnel")
    assert_accessible(page)
    forgive("htmx:sendError")
    forgive("htmx:afterRequest")
    page.context.set_offline(False)
    button(sheet, "Save").click()
    expect_heading(page, "Written in a tunnel")
    expect(notice).to_be_empty()


def test_a_role_that_ended_while_typing(
    browser_as: BrowserAs, forgive: Callable[[str], None]
) -> None:
    page, administrator = browser_as("pm"), browser_as("admin")
    sheet = open_words(page, "HAZ-011")
    write(field(sheet, "Name"), "Written after leaving the team")
    administrator.goto(f"{HOME}team/")
    link(administrator, "End the role of Lucy Marsh").click()
    field(administrator, "Last day").fill("2026-09-30")
    field(administrator, "Why").fill("Moved to another product")
    button(administrator, "End the role").click()
    expect_heading(administrator, "Team")

    button(sheet, "Save").click()
    notice = page.locator("[data-saving-notices]")
    expect(notice).to_contain_text("Not saved: Either the address is wrong, or it belongs to a")
    expect(field(sheet, "Name")).to_have_value("Written after leaving the team")
    forgive("Response Status Error Code 404")


def test_a_second_click_adds_nothing(browser_as: BrowserAs) -> None:
    page = browser_as("cso")
    page.goto(hazard("HAZ-012"))
    link(page, "Add a control").click()
    sheet = form(page, "Add a control")
    field(sheet, "Control").fill("Added once")
    button(sheet, "Add the control").dblclick()
    expect(sheet).to_have_count(0)
    page.goto(hazard("HAZ-012"))
    expect(page.get_by_role("article").filter(has_text="Added once")).to_have_count(1)
