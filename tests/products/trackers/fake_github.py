"""A GitHub that speaks the real protocol over a socket of this machine, and can be told to fail.

Only what is documented for issues and their comments: methods, paths, headers, status codes and
the shape of answers (https://docs.github.com/en/rest/issues, version 2022-11-28).
"""

import json
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "github_pat_11AAAAAAA0123456789"
OWNER, REPOSITORY = "example-health", "digital-pharmacy"
NOW = "2026-05-03T10:42:00Z"

_PATH = re.compile(r"/repos/([^/]+)/([^/]+)/issues(?:/(\d+)/comments)?")


@dataclass
class Failure:
    """An answer instead of the right one. With ``and_do`` what was asked is done all the same."""

    status: int  # 0: the connection is shut without an answer
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    and_do: bool = False


@dataclass
class FakeGitHub:
    """What stands there, what was asked, and what goes wrong next."""

    url: str = ""
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    failures: deque[Failure | None] = field(default_factory=deque)

    def issue(self, title: str, body: str = "", labels: list[str] | None = None) -> dict[str, Any]:
        """Make an issue, as anybody may there."""
        number = len(self.issues) + 1
        made = {
            "number": number,
            "title": title,
            "body": body,
            "state": "open",
            "labels": [{"name": name} for name in labels or []],
            "html_url": f"https://github.com/{OWNER}/{REPOSITORY}/issues/{number}",
            "created_at": NOW,
            "updated_at": NOW,
        }
        self.issues[number] = made
        self.comments[number] = []
        return made

    def comment(self, number: int, body: str) -> dict[str, Any]:
        """Write a comment."""
        made = {
            "id": 100 + len(self.comments[number]),
            "body": body,
            "html_url": f"{self.issues[number]['html_url']}#issuecomment-{number}",
            "created_at": NOW,
        }
        self.comments[number].append(made)
        return made

    @property
    def written(self) -> list[tuple[str, str]]:
        """What was asked by POST."""
        return [each for each in self.asked if each[0] == "POST"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    github: FakeGitHub

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:  # named by the library
        """Read issues or comments."""
        self._serve(None)

    def do_POST(self) -> None:
        """Write one."""
        length = int(self.headers.get("Content-Length", 0))
        self._serve(json.loads(self.rfile.read(length)))

    def _serve(self, sent: dict[str, Any] | None) -> None:
        github = self.github
        github.asked.append((self.command, self.path))
        github.headers.append({name.lower(): value for name, value in self.headers.items()})
        failure = github.failures.popleft() if github.failures else None
        if failure is not None and not failure.and_do:
            self._fail(failure)
            return
        status, answer = self._answer(sent)
        if failure is not None:
            self._fail(failure)
            return
        self._send(status, answer)

    def _answer(self, sent: dict[str, Any] | None) -> tuple[int, Any]:
        github, parts = self.github, urlsplit(self.path)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Bad credentials"}
        match = _PATH.fullmatch(parts.path)
        if match is None or (match[1], match[2]) != (OWNER, REPOSITORY):
            return 404, {"message": "Not Found"}
        asked = parse_qs(parts.query)
        number = int(match[3]) if match[3] else None
        if number is not None and number not in github.issues:
            return 404, {"message": "Not Found"}
        if sent is None:
            assert set(asked) <= {"since", "per_page", "state", "sort", "direction"}
            found = github.comments[number] if number else list(github.issues.values())
            return 200, found
        if number is not None:
            if not sent.get("body"):
                return 422, {"message": "Validation Failed"}
            return 201, github.comment(number, sent["body"])
        if not sent.get("title"):
            return 422, {"message": "Validation Failed"}
        return 201, github.issue(sent["title"], sent.get("body", ""), sent.get("labels", []))

    def _fail(self, failure: Failure) -> None:
        if failure.status == 0:
            self.close_connection = True
            self.connection.close()
            return
        self._send(failure.status, {"message": failure.message}, failure.headers)

    def _send(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A connection that was shut on purpose is no news."""


@contextmanager
def serving() -> Iterator[FakeGitHub]:
    """A fake GitHub at ``.url`` for as long as it is needed."""
    github = FakeGitHub()
    handler = type("Handler", (_Handler,), {"github": github})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        github.url = f"http://127.0.0.1:{server.server_port}"
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
