"""Who signs nothing: an auditor reads all of it and changes none, a stranger sees none of it."""

import re
from collections.abc import Iterable

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible

#: Where something is signed, refused, taken back, issued or made.
POSTED = (
    *("{home}safety-case/freeze/", "{candidate}reject/", "{candidate}issue/"),
    *("{candidate}sign/reviewed/", "{candidate}sign/approved/", "{candidate}sign/authorised/"),
    *("{candidate}pdf/", "{candidate}copy/", "{signature}withdraw/", "{home}acceptances/"),
    *("{home}plan/draft/", "{home}plan/1/edit/", "{home}plan/1/reject/"),
    *("{home}plan/1/sign/approved/", "{home}plan/1/sign/authorised/"),
)
READ = (
    *("safety-case/", "safety-case/versions/1/", "safety-case/versions/2/"),
    *("safety-case/versions/compare/", "safety-case/versions/compare/?from=1&to=2"),
    *("plan/", "plan/1/", "plan/1/history/", "acceptances/", "team/"),
)
FILES = ("pdf", "json", "xlsx", "csv")
SIGNING = re.compile(
    r"/(freeze|issue|reject|withdraw|draft|drafts|edit|copy|copies)(/|\?|$)|/sign/|/candidates/.*/pdf/"
)


def change_nothing_as_an_auditor(
    page: Page, check: AssertAccessible, home: str, posted: Iterable[str]
) -> None:
    """All of it can be read, nothing offers to sign, and each signature that is sent is refused."""
    for rest in READ:
        answer = page.goto(home + rest)
        assert answer is not None
        assert answer.status == 200, rest
        check(page)
        expect(page.locator("main form[method=post]")).to_have_count(0)
        addresses = page.eval_on_selector_all(
            "main a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        assert [each for each in addresses if SIGNING.search(each)] == [], rest
    for address in posted:
        assert send(page, address) == 403, address
    page.goto(f"{home}safety-case/freeze/")
    expect(page.locator("[data-refusal]")).to_be_visible()
    check(page)


def stay_out_as_a_stranger(
    page: Page, check: AssertAccessible, home: str, posted: Iterable[str]
) -> None:
    """The product might as well not exist."""
    files = [f"{home}safety-case/versions/2.{each}" for each in FILES]
    read = [home + rest for rest in (*READ, "history/", "history.csv", "history.xlsx")]
    for address in (*read, *files):
        assert page.request.get(address).status == 404, address
    for address in posted:
        assert send(page, address) == 404, address
    page.goto(f"{home}safety-case/versions/2/")
    check(page)


def send(page: Page, address: str) -> int:
    """Send what a form of that page would send, for somebody who is not shown it; its answer."""
    page.goto("/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(
        address,
        form={"csrfmiddlewaretoken": token, "has_read": "on", "password": "demo-password-2026"},
        headers={"Referer": page.url},
        max_redirects=0,
    )
    return answer.status
