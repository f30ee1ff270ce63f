"""Calling the API as a program does: with a token, and without a session."""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from products.actions.tokens import make_token
from products.choices import TokenScope
from products.models import ApiToken, Product

V1 = "/api/v1"
PROBLEM = "application/problem+json"

#: What a test client answers with, which is an answer and a little more.
Answer = Any


@dataclass
class Program:
    """A program that holds a token."""

    secret: str
    token: ApiToken

    @property
    def home(self) -> str:
        """The address of its product."""
        return f"{V1}/products/{self.token.product.slug}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call an address of the product (or from the root, where it begins with a slash)."""
        return call(method, self.address(path), body, self.secret, **headers)

    def address(self, path: str) -> str:
        """The whole address."""
        return path if path.startswith("/") else f"{self.home}/{path}".rstrip("/")

    def get(self, path: str) -> Any:
        """What is there; it has to be."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Send a body."""
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, version: object) -> Answer:
        """Change what was read at a version."""
        headers = {} if version is None else {"if_match": f'"{version}"'}
        return self.call("PATCH", path, body, **headers)


def call(
    method: str, address: str, body: Any = None, secret: str | None = None, **headers: str
) -> Answer:
    """One request; the names of headers have underscores."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if secret is not None:
        sent.setdefault("authorization", f"Bearer {secret}")
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    client = Client(raise_request_exception=False)
    answer: Answer = client.generic(
        method, address, data, content_type="application/json", headers=sent
    )
    return answer


@cache
def application() -> Any:
    return get_wsgi_application()


def answer_as_a_server_does(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answer a request by WSGI, read the answer to its end and close it.

    Around each request Django closes a connection that a transaction is open on, since a server's
    never is there. A test's always is, so what closes is taken off meanwhile, as Django's own test
    client takes it off.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        answer = application()(environ, start)
        content = list(answer)
        answer.close()
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
    return content


def program_of(
    person: User,
    product: Product,
    scope: TokenScope = TokenScope.WRITE,
    *,
    until: datetime.date | None = None,
) -> Program:
    """A program that acts for a person."""
    made = make_token(
        product=product,
        by=person,
        name="Pipeline",
        scope=scope,
        expires_on=until or timezone.localdate() + datetime.timedelta(days=30),
    )
    return Program(made.secret, made.token)


def problem_of(answer: Answer, status: int) -> dict[str, Any]:
    """The problem that an answer is, whole."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    problem: dict[str, Any] = json.loads(answer.content)
    assert problem["status"] == status
    assert problem["type"].startswith("/api/v1/docs#problem-")
    assert problem["title"]
    assert problem["detail"].endswith((".", "…"))
    return problem
