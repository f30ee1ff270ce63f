"""What people do together: ask and answer under a hazard, take a change back, merge two hazards."""

from playwright.sync_api import expect

from tests.journeys.browser import AssertAccessible, BrowserAs, Screenshot
from tests.journeys.finding import button, expect_heading, expect_problem, field, form, link

HOME = "/products/digital-pharmacy/"


def hazard(reference: str) -> str:
    return f"{HOME}hazards/{reference}/"


def test_a_colleague_is_asked_by_name_and_answers(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    officer, pharmacist = browser_as("cso"), browser_as("pharmacist")
    officer.goto(hazard("HAZ-002"))
    link(officer, "Write a comment").click()
    sheet = form(officer, "Write a comment")
    text = field(sheet, "Comment")
    expect(text).to_be_focused()
    officer.keyboard.type("Does this hold, @sam")
    name = button(sheet, "Samir Khan")
    expect(name).to_be_visible()
    assert_accessible(officer)
    officer.keyboard.press("ArrowDown")
    expect(name).to_be_focused()
    officer.keyboard.press("Enter")
    expect(text).to_have_value("Does this hold, @Samir Khan ")
    officer.keyboard.type("since the last release?")
    button(sheet, "Add the comment").click()
    expect(officer.locator("#comments-list")).to_contain_text("since the last release?")
    assert_accessible(officer)

    pharmacist.goto("/")
    link(pharmacist, "Notifications, 1 new").click()
    assert_accessible(pharmacist)
    screenshot(pharmacist, "notifications")
    pharmacist.get_by_role("button", name="mentioned you on HAZ-002").click()
    expect_heading(pharmacist, "Comments on HAZ-002")
    link(pharmacist, "Answer Dr Adaeze Okafor").click()
    answer = form(pharmacist, "Answer Dr Adaeze Okafor")
    field(answer, "Comment").fill("It does: the rule is tested at each release.")
    button(answer, "Add the answer").click()
    expect(pharmacist.locator(".comment-replies")).to_contain_text("the rule is tested")
    assert_accessible(pharmacist)
    screenshot(pharmacist, "comments")
    expect(link(pharmacist, "Notifications")).to_be_visible()

    officer.goto("/notifications/")
    expect(officer.get_by_role("button", name="answered you on HAZ-002")).to_be_visible()


def test_one_takes_back_ones_own_last_change(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("pharmacist")
    page.goto(hazard("HAZ-003") + "edit/words/")
    before = field(page, "Effect").input_value()
    field(page, "Effect").fill("Said too quickly")
    button(page, "Save").click()
    page.goto(hazard("HAZ-003") + "undo/")
    expect_heading(page, "Undo your change")
    expect(page.locator("main")).to_contain_text("Said too quickly")
    assert_accessible(page)
    button(page, "Undo it").click()
    expect(page.get_by_text("Your change is undone.")).to_be_visible()
    page.goto(hazard("HAZ-003") + "edit/words/")
    expect(field(page, "Effect")).to_have_value(before)


def test_two_hazards_are_merged_after_a_look_at_both(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    page = browser_as("cso")
    page.goto(hazard("HAZ-010"))
    page.get_by_text("Merge or split").click()
    link(page, "Merge it into another").click()
    field(page, "Merge it into").fill("HAZ-010")
    button(page, "Go on and compare them").click()
    expect_problem(page, "That is this hazard itself")
    assert_accessible(page)
    field(page, "Merge it into").fill("haz-009")
    button(page, "Go on and compare them").click()
    expect_heading(page, "Merge HAZ-010 into HAZ-009")
    expect(page.get_by_text("This cannot be taken back")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "merge")
    button(page, "Merge them").click()
    expect_problem(page, "This cannot be empty.")
    field(page, "Why").fill("The same hazard, raised twice")
    button(page, "Merge them").click()
    expect(page.get_by_text("HAZ-010 is merged into HAZ-009.")).to_be_visible()
    assert_accessible(page)

    page.goto(hazard("HAZ-010"))
    expect(page.get_by_text("HAZ-010 was merged into this hazard.")).to_be_visible()
    link(page, "See HAZ-010 as it was").click()
    expect(page.get_by_text("Merged into").first).to_be_visible()
    assert_accessible(page)


def test_what_leans_on_a_control(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    page = browser_as("engineer")
    page.goto(f"{HOME}controls/")
    assert_accessible(page)
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="What if this one fails?")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "control")
    link(page, "Let it protect more").click()
    field(page, "Hazards").fill("HAZ-012")
    button(page, "Let it protect them").click()
    expect(page.get_by_text("protects them now.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="HAZ-012")).to_be_visible()
