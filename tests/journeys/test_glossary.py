"""Words are explained where they appear: on hover, on focus, on tap; and without script too."""

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible, BrowserAs


def explanation(page: Page) -> str:
    """What the explanation says, '' where there is none."""
    tip = page.locator("#glossary-tip")
    return tip.inner_text() if tip.count() and tip.is_visible() else ""


def test_words_are_explained_where_they_appear(
    browser_as: BrowserAs, assert_accessible: AssertAccessible
) -> None:
    page = browser_as("pm")
    page.goto("/products/digital-pharmacy/hazards/HAZ-001/")
    words = page.locator("#hazard-words .term")
    expect(words.first).to_be_visible()
    # Each once in its part, and one stop for Tab in each part.
    keys = words.evaluate_all("all => all.map(each => each.dataset.term)")
    assert len(keys) == len(set(keys)) >= 2
    assert page.locator('#hazard-words .term[tabindex="0"]').count() == 1
    words.first.hover()
    expect(page.locator("#glossary-tip")).to_be_visible()
    page.locator("#glossary-tip").hover()  # it stays while it is read
    page.wait_for_timeout(400)
    assert "clinical side" in explanation(page)
    page.keyboard.press("Escape")
    expect(page.locator("#glossary-tip")).to_be_hidden()
    words.first.focus()
    first = explanation(page)
    assert first
    page.keyboard.press("ArrowRight")
    assert explanation(page) not in ("", first)
    expect(words.nth(1)).to_be_focused()
    assert_accessible(page)
    # What is put on the page later is explained too.
    page.locator("#hazard-words").evaluate(
        "part => part.append(Object.assign(document.createElement('p'), "
        "{textContent: 'What is the baseline?'}))"
    )
    expect(page.locator("#hazard-words .term", has_text="baseline")).to_be_visible()


def test_without_script_the_page_of_the_glossary_serves(browser_as: BrowserAs) -> None:
    page = browser_as("pm", with_script=False)
    page.goto("/products/digital-pharmacy/glossary/?q=velocity")
    expect(page.get_by_role("link", name="velocity", exact=True)).to_be_visible()
    assert page.locator(".term").count() == 0
