"""GitHub, by its REST API (version 2022-11-28): comments under issues, and new issues.

https://docs.github.com/en/rest/issues
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from products.trackers.addresses import AddressRefused
from products.trackers.calling import Answer, NoAnswer, call
from products.trackers.interface import Refused, TryLater, Written
from products.trackers.marks import mark_in
from products.trackers.strangers_text import one_line, web_address
from products.trackers.ticket import Ticket
from products.trackers.told import moment

API = "https://api.github.com"
ON_A_PAGE = 100
LONGEST_WAIT = 6 * 3600  # seconds; whatever a tracker says

_REFUSED = {
    401: "GitHub does not accept the token: it is wrong, or it has expired. Give a new one.",
    403: "The token may not write there: it needs write access to issues of this repository, or "
    "the conversation is locked.",
    404: "There is no such repository or ticket, or the token may not see it.",
    410: "The ticket was deleted, or the repository has no issues.",
    422: "GitHub refused what was sent.",
}


class GitHub:
    """A repository on GitHub, or on a GitHub Enterprise Server (``api_url``)."""

    def __init__(self, repository: str, token: str, api_url: str = "") -> None:
        owner, _, name = repository.partition("/")
        self.base = f"{api_url or API}/repos/{quote(owner, safe='')}/{quote(name, safe='')}"
        self.token = token

    def find_comment(self, ticket: str, mark: str, since: str) -> Written | None:
        """The comment with this mark under an issue."""
        found = self._list(f"/issues/{_number(ticket)}/comments", {"since": since})
        return next((_written(each) for each in found if mark_in(each.get("body")) == mark), None)

    def comment(self, ticket: str, body: str) -> Written:
        """Write a comment under an issue (or a pull request, which has the same number)."""
        return _written(self._made(f"/issues/{_number(ticket)}/comments", {"body": body}))

    def find_ticket(self, mark: str, since: str) -> Written | None:
        """The issue with this mark."""
        asked = {"since": since, "state": "all", "sort": "created", "direction": "desc"}
        found = self._list("/issues", asked)
        return next((_issue(each) for each in found if mark_in(each.get("body")) == mark), None)

    def make_ticket(self, title: str, body: str, labels: list[str]) -> Written:
        """Make an issue. A label that is not there yet is made by GitHub."""
        return _issue(self._made("/issues", {"title": title, "body": body, "labels": labels}))

    def _list(self, path: str, asked: dict[str, str]) -> list[dict[str, Any]]:
        query = urlencode({**asked, "per_page": str(ON_A_PAGE)})
        answer = self._call("GET", f"{path}?{query}")
        if answer.status != 200 or not isinstance(answer.body, list):
            raise _problem(answer)
        return [each for each in answer.body if isinstance(each, dict)]

    def _made(self, path: str, sent: dict[str, Any]) -> dict[str, Any]:
        answer = self._call("POST", path, sent)
        if answer.status != 201:
            raise _problem(answer)
        if not isinstance(answer.body, dict):
            raise TryLater("GitHub's answer could not be read; what it made is looked for.")
        return answer.body

    def _call(self, method: str, path: str, sent: object = None) -> Answer:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "User-Agent": "safety-case",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        try:
            return call(method, self.base + path, headers, sent)
        except NoAnswer as problem:
            raise TryLater(str(problem)) from problem
        except AddressRefused as problem:
            raise Refused(problem.sentence) from problem


def _number(ticket: str) -> str:
    if not ticket.isascii() or not ticket.isdigit():
        raise Refused("This ticket has no number of GitHub.")
    return ticket


def _written(found: dict[str, Any]) -> Written:
    return Written(web_address(found.get("html_url")))


def _issue(found: dict[str, Any]) -> Written:
    number = found.get("number")
    if type(number) is not int:
        raise TryLater("GitHub's answer names no ticket; what it made is looked for.")
    url = web_address(found.get("html_url"))
    ticket = Ticket(
        external_id=str(number),
        title=one_line(found.get("title"), 500),
        url=url,
        is_open=found.get("state", "open") == "open",
        changed_there=moment(found.get("updated_at")),
    )
    return Written(url, ticket)


def _problem(answer: Answer, now: Callable[[], float] = time.time) -> TryLater | Refused:
    """What an answer that is none of the expected ones means."""
    said = one_line(answer.body.get("message"), 200) if isinstance(answer.body, dict) else ""
    said = f" It said: “{said}”." if said else ""
    if answer.status in (403, 429) and _is_rate_limit(answer):
        return TryLater(f"GitHub asks to wait.{said}", _wait(answer, now()))
    if 300 <= answer.status < 400:
        return Refused(
            "The repository was renamed or moved: correct its name on this page. "
            "An answer that leads elsewhere is not followed."
        )
    if answer.status in _REFUSED:
        return Refused(f"{_REFUSED[answer.status]}{said}")
    if answer.status >= 500 or answer.status in (408, 409, 425, 429):
        return TryLater(f"GitHub answered {answer.status}.{said}")
    return Refused(f"GitHub answered {answer.status}, which was not expected.{said}")


def _is_rate_limit(answer: Answer) -> bool:
    headers, body = answer.headers, answer.body
    message = str(body.get("message", "")).lower() if isinstance(body, dict) else ""
    return (
        answer.status == 429
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in message
    )


def _wait(answer: Answer, now: float) -> int | None:
    """How many seconds GitHub asks to wait; None where it does not say."""
    headers = answer.headers
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if after.isascii() and after.isdigit():
        return min(int(after[:9]), LONGEST_WAIT)
    if headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
        return max(1, min(int(reset[:12]) - int(now) + 1, LONGEST_WAIT))
    return None
