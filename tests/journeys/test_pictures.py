"""The pictures: a bow-tie read by keyboard, and the risks of a product at a glance."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import NARROW, AssertAccessible, BrowserAs, Screenshot
from tests.journeys.finding import button

HOME = "/products/digital-pharmacy/"
HAZARD = f"{HOME}hazards/HAZ-006/"


def tab(page: Page, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press("Tab")


def test_a_bow_tie_is_read_by_keyboard(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    page = browser_as("cso")
    page.goto(HAZARD)
    picture = page.get_by_role("region", name="Bow-tie of HAZ-006", exact=True)
    expect(picture.get_by_role("link")).to_have_count(8)
    assert_accessible(page)
    picture.focus()
    heard = []
    for _ in range(8):
        tab(page)
        heard.append(page.evaluate("document.activeElement.getAttribute('aria-label')") or "")
    assert [each.split(":")[0] for each in heard] == [
        "Cause 1",
        "Cause 2",
        "Control CTL-021",
        "Cause 3",
        "Control CTL-022",
        "Control CTL-023",
        "Control CTL-024",
        "Harm",
    ]
    assert "✓ verified" in heard[2]
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"HAZ-006/#harm-\d+$"))

    twin = page.locator("#hazard-bow-tie").get_by_text("Read as a table")
    twin.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="Bow-tie of HAZ-006")
    expect(table.get_by_role("row", name=re.compile("^Cause 2"))).to_contain_text("CTL-021")
    assert_accessible(page)
    screenshot(page, "bow-tie")


def test_a_shared_control_is_thick_and_leads_to_what_leans_on_it(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("cso")
    page.goto(f"{HOME}hazards/HAZ-005/controls/link/")
    page.get_by_role("radio", name=re.compile("^CTL-021")).check()
    page.get_by_label("Why, in your own words").fill("Late reminders reach the wrong house too")
    button(page, "Find and link").click()
    expect(page.locator("#control-CTL-021")).to_contain_text("Also protects")
    page.goto(HAZARD)
    box = page.locator("#hazard-bow-tie").get_by_role("link", name=re.compile("^Control CTL-021"))
    expect(box.locator(".drawn-shared")).to_be_visible()
    expect(box).to_have_attribute("aria-label", re.compile("also protects HAZ-005"))
    box.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/controls/CTL-021/"))
    assert_accessible(page)


def test_a_narrow_screen_has_a_bow_tie_from_top_to_bottom(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("auditor")
    page.set_viewport_size(NARROW)
    page.goto(HAZARD)
    page.locator("#hazard-bow-tie").scroll_into_view_if_needed()
    narrow = page.locator("#bow-tie-narrow-title")
    expect(narrow).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert_accessible(page)


def test_risks_are_seen_moving_and_over_time(
    browser_as: BrowserAs, assert_accessible: AssertAccessible, screenshot: Screenshot
) -> None:
    page = browser_as("pm")
    page.goto(HOME)
    page.get_by_role("heading", name="Residual risk over time").scroll_into_view_if_needed()
    expect(page.get_by_role("img", name="Residual risk over time")).to_be_visible()
    move = page.get_by_role("link", name=re.compile("^3 hazards from Major · Medium"))
    expect(move).to_be_visible()
    assert_accessible(page)
    move.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("initial_cell=.*residual_cell="))
    for name in ("movement", "trend", "traceability"):
        page.goto(f"{HOME}{name}/")
        assert_accessible(page)
        screenshot(page, f"picture-{name}")


def test_a_gap_on_the_way_from_feature_to_evidence_is_found(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("auditor")
    page.goto(f"{HOME}traceability/")
    page.get_by_role("link", name=re.compile("Hazards with a control without evidence")).click()
    expect(page).to_have_url(re.compile("gap=evidence"))
    expect(page.get_by_text("✗ no evidence").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("^Hazard HAZ-001")).first.click()
    expect(page).to_have_url(re.compile("/hazards/HAZ-001/"))
