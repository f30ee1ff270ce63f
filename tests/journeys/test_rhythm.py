"""Safety in the rhythm of delivery: a change is triaged, answered, and somebody is worried."""

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs, Screenshot
from tests.journeys.finding import button, expect_heading, field, link

HOME = "/products/digital-pharmacy/"
MOST_CLICKS = 8
COUNT_CLICKS = "addEventListener('click', () => sessionStorage.n = +(sessionStorage.n || 0) + 1)"


def clicks(page: Page) -> int:
    """How often somebody clicked since the page began to count."""
    return int(page.evaluate("+sessionStorage.n"))


def test_a_change_is_triaged_in_a_few_clicks_and_answered(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    engineer, officer = browser_as("engineer"), browser_as("cso")
    engineer.goto(f"{HOME}changes/new/")
    field(engineer, "Title").fill("Reminders a day earlier")
    button(engineer, "Add the change").click()
    expect_heading(engineer, "Reminders a day earlier")

    engineer.add_init_script(COUNT_CLICKS)
    engineer.goto(f"{HOME}triage/")
    engineer.evaluate("sessionStorage.n = 0")
    assert_accessible(engineer)
    link(engineer, "Triage: Reminders a day earlier").click()
    expect(button(engineer, "It touches none of these: no effect")).to_be_visible()
    engineer.get_by_label("Delivery of a message or task").check()
    engineer.get_by_label("Wording that somebody acts on").check()
    expect(button(engineer, "It touches none of these: no effect")).to_be_hidden()
    assert_accessible(engineer)
    screenshot(engineer, "triage")
    button(engineer, "Ask the clinical safety officer").click()
    expect(engineer.get_by_text("their clock runs")).to_be_visible()
    assert clicks(engineer) <= MOST_CLICKS

    officer.goto(f"{HOME}triage/")
    link(officer, "Answer: Reminders a day earlier").click()
    expect(officer.get_by_text("Waiting since today")).to_be_visible()
    field(officer, "What could hurt a patient, in a few words").fill("Not an answer yet")
    field(officer, "What could hurt a patient, in a few words").press("Enter")
    expect(button(officer, "Covered by what I named")).to_be_visible()
    field(officer, "What could hurt a patient, in a few words").fill("")
    field(officer, "Because").fill("Fourteen days of supply are left either way.")
    assert_accessible(officer)
    button(officer, "No hazard").click()
    expect_heading(officer, "Triage")
    expect(officer.locator("main")).to_contain_text("No hazard because Fourteen days of supply")


def test_a_concern_takes_one_box_and_is_answered(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    engineer, officer = browser_as("engineer"), browser_as("cso")
    engineer.goto(f"{HOME}hazards/HAZ-005/")
    engineer.keyboard.press("Alt+c")
    box = engineer.get_by_role("dialog", name="Raise a concern")
    expect(box.get_by_label("What worries you?")).to_be_focused()
    engineer.keyboard.type("The label printer was moved next to the door.")
    assert_accessible(engineer)
    button(box, "Raise it").click()
    expect(engineer.get_by_text("Your concern is raised.")).to_be_visible()
    expect(engineer).to_have_url(f"{HOME}hazards/HAZ-005/")

    officer.goto(f"{HOME}concerns/")
    officer.get_by_text("The label printer was moved").wait_for()
    officer.get_by_role("link", name="concern of Rohan Patel").click()
    field(officer, "Which hazard").fill("HAZ-005")
    assert_accessible(officer)
    button(officer, "This hazard covers it").click()
    expect(officer.get_by_text("Rohan Patel is told.")).to_be_visible()

    engineer.goto("/concern/")
    expect(engineer.locator("main")).to_contain_text("A hazard covers it HAZ-005")
    assert_accessible(engineer)
