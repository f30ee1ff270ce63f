"""Who is kept where they belong: a stranger sees nothing, an auditor changes nothing."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible
from tests.journeys.preparing import HOME, PRODUCT

REFUSAL = "does not let you make and download drafts"
READ = (
    *("", "hazards/", "hazards/HAZ-001/", "hazards/HAZ-001/history/", "hazards/imports/"),
    *("features/", "features/FEAT-1/", "features/FEAT-1/history/", "releases/", "releases/1.0.0/"),
    *("reviews/", "safety-case/", "safety-case/sections/introduction/", "intended-use/", "matrix/"),
    *("team/", "team/history/"),
)
EDITED = (
    *("hazards/new/", "hazards/import/", "hazards/HAZ-001/edit/words/", "hazards/HAZ-001/status/"),
    *("hazards/HAZ-001/risk/initial/", "hazards/HAZ-001/controls/add/", "features/new/"),
    *("hazards/HAZ-001/features/", "hazards/HAZ-001/review/", "features/FEAT-1/edit/"),
    *("releases/new/", "safety-case/sections/introduction/edit/", "intended-use/edit/"),
    *("team/add/", "settings/"),
)
EDITING = re.compile(
    r"/(new|add|edit|link|unlink|end|withdraw|restore|status|state|live|review|import|acts-on"
    r"|new-hazards|drafts|place|approve)(/|$)|/risk/|/settings/$"
)


def stay_out_as_a_stranger(page: Page, check: AssertAccessible, draft: str) -> None:
    """The product might as well not exist."""
    for address in (*(HOME + rest for rest in (*READ, *EDITED)), draft):
        answer = page.request.get(address)
        assert answer.status == 404, address
        assert PRODUCT not in answer.text(), address
    page.goto(HOME)
    expect(page.locator("body")).not_to_contain_text(PRODUCT)
    check(page)


def read_as_an_auditor(page: Page, check: AssertAccessible, draft: str, control: str) -> None:
    """Everything can be read, nothing offers to change it, and what changes it is refused."""
    for rest in READ:
        answer = page.goto(HOME + rest)
        assert answer is not None
        assert answer.status == 200, rest
        check(page)
        expect(page.locator("main form[method=post]")).to_have_count(0)
        addresses = page.eval_on_selector_all(
            "main a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        assert [each for each in addresses if EDITING.search(each)] == [], rest
    page.goto(f"{HOME}hazards/HAZ-001/")
    expect(page.get_by_role("article").filter(has_text=control)).to_be_visible()

    for address in (*(HOME + rest for rest in EDITED), draft):
        assert page.request.get(address).status == 403, address
    page.goto(draft)
    expect(page.locator("[data-refusal]")).to_contain_text(REFUSAL)
    check(page)
    ask_for_a_draft_in_vain(page)


def ask_for_a_draft_in_vain(page: Page) -> None:
    """Send what the button would send, for somebody who is not shown it."""
    page.goto(f"{HOME}safety-case/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(
        f"{HOME}safety-case/drafts/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": page.url},
    )
    assert answer.status == 403
    assert REFUSAL in answer.text()
