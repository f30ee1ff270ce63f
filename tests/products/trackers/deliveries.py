"""Deliveries as GitHub, and as any tracker, sends them."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from products.choices import TrackerKind
from products.models import TrackerConnection
from products.trackers.signatures import generic_text, signature
from tests.products.trackers.fake_github import OWNER, REPOSITORY


def issue(number: int = 12, **more: Any) -> dict[str, Any]:
    """An issue as it stands in an event."""
    return {
        "number": number,
        "title": "Yearly prescription",
        "body": "Patients order once a year.\n\nSecond paragraph.",
        "state": "open",
        "state_reason": None,
        "labels": [{"name": "Feature"}],
        "html_url": f"https://github.com/{OWNER}/{REPOSITORY}/issues/{number}",
        "updated_at": "2026-05-03T10:42:00Z",
    } | more


def pull(number: int = 40, **more: Any) -> dict[str, Any]:
    """A pull request as it stands in an event."""
    return (
        issue(number, labels=[], draft=False, merged=False)
        | {
            "title": "Order for a year",
            "body": "Builds FEAT-1.",
            "html_url": f"https://github.com/{OWNER}/{REPOSITORY}/pull/{number}",
        }
        | more
    )


@dataclass
class Tracker:
    """What delivers to a connection, with its secret."""

    connection: TrackerConnection
    secret: str

    @property
    def url(self) -> str:
        """Where it delivers."""
        is_github = self.connection.kind == TrackerKind.GITHUB
        name = "github_hook" if is_github else "generic_hook"
        return reverse(name, args=[self.connection.public_id])

    def issues(self, action: str, ticket: dict[str, Any], **options: Any) -> HttpResponse:
        """Deliver an event about an issue; what was edited is in ``ticket["changes"]``."""
        return self.event("issues", _with_changes(action, "issue", ticket), **options)

    def pulls(self, action: str, ticket: dict[str, Any], **options: Any) -> HttpResponse:
        """Deliver an event about a pull request."""
        return self.event("pull_request", _with_changes(action, "pull_request", ticket), **options)

    def event(self, event: str, payload: dict[str, Any], **options: Any) -> HttpResponse:
        """Deliver any event, signed."""
        whole = {
            "repository": {"full_name": f"{OWNER}/{REPOSITORY}"},
            "sender": {"login": "octocat"},
        } | payload
        return self.send(event, json.dumps(whole).encode(), **options)

    def send(
        self, event: str, body: bytes, *, delivery: str = "", signed: str | None = None, **more: Any
    ) -> HttpResponse:
        """Deliver bytes as GitHub does."""
        headers = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
            "X-Hub-Signature-256": signature(self.secret, body) if signed is None else signed,
        }
        return post(self.url, body, headers, **more)

    def tell(self, ticket: dict[str, Any], **options: Any) -> HttpResponse:
        """Deliver a ticket as the signed webhook has it."""
        return self.tell_bytes(json.dumps({"ticket": ticket}).encode(), **options)

    def tell_bytes(
        self, body: bytes, *, delivery: str = "", at: float | None = None, secret: str = ""
    ) -> HttpResponse:
        """Deliver bytes as the signed webhook does."""
        name = delivery or str(uuid.uuid4())
        moment = str(int(time.time() if at is None else at))
        headers = {
            "X-Delivery": name,
            "X-Timestamp": moment,
            "X-Signature-256": signature(secret or self.secret, generic_text(moment, name, body)),
        }
        return post(self.url, body, headers)


def _with_changes(action: str, name: str, ticket: dict[str, Any]) -> dict[str, Any]:
    of_ticket = {key: value for key, value in ticket.items() if key != "changes"}
    changes = {"changes": ticket["changes"]} if "changes" in ticket else {}
    return {"action": action, name: of_ticket} | changes


def post(url: str, body: bytes, headers: dict[str, str], **more: Any) -> HttpResponse:
    """Post JSON without a cookie or token of a form, as a server does."""
    client: Any = Client(enforce_csrf_checks=True)
    answer: HttpResponse = client.post(
        url, body, content_type="application/json", headers=headers, **more
    )
    return answer


def outcome(answer: HttpResponse) -> str:
    """The sentence of an answer."""
    said: str = json.loads(answer.content)["outcome"]
    return said
