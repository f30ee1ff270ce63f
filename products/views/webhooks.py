"""Where trackers deliver: no session, no cookie; whoever signs is who they say.

Every answer is JSON with one sentence. What is refused before its signature was found right leaves
no trace in the database: a stranger fills no table.
"""

import uuid
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from products.choices import TrackerKind
from products.models import TrackerConnection
from products.trackers.access import tracker_that_tells
from products.trackers.credentials import CredentialLost, opened
from products.trackers.generic_events import read_delivery
from products.trackers.github_events import read_event
from products.trackers.receiving import Delivery, NotTaken, TakenBefore, take
from products.trackers.signatures import generic_text, holds, is_recent
from products.trackers.told import Told

MOST_BYTES = 5 * 1024 * 1024


@csrf_exempt
@login_not_required
@require_POST
def github_hook(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A delivery of GitHub's webhook (``X-Hub-Signature-256`` over the text)."""
    connection = tracker_that_tells(public_id, TrackerKind.GITHUB)
    refusal = _refused_unread(request)
    if refusal is not None:
        return refusal
    body = request.body
    given = request.headers.get("X-Hub-Signature-256", "")
    refusal = _refused_unsigned(connection, body, given)
    if refusal is not None:
        return refusal
    delivery = Delivery(
        connection=connection,
        name=request.headers.get("X-GitHub-Delivery", ""),
        event=request.headers.get("X-GitHub-Event", ""),
        body=body,
    )

    def read(text: bytes) -> Told:
        return read_event(delivery.event, text, repository=connection.repository)

    return _taken(delivery, read)


@csrf_exempt
@login_not_required
@require_POST
def generic_hook(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A delivery of any other tracker (``X-Signature-256`` over time, name and text)."""
    connection = tracker_that_tells(public_id, TrackerKind.GENERIC)
    refusal = _refused_unread(request)
    if refusal is not None:
        return refusal
    name = request.headers.get("X-Delivery", "")
    moment = request.headers.get("X-Timestamp", "")
    signed = generic_text(moment, name, request.body)
    refusal = _refused_unsigned(connection, signed, request.headers.get("X-Signature-256", ""))
    if refusal is not None:
        return refusal
    if not is_recent(moment, timezone.now()):
        return _said("X-Timestamp is more than five minutes from our clock.", 403)
    delivery = Delivery(connection=connection, name=name, event="ticket", body=request.body)
    return _taken(delivery, read_delivery)


def _refused_unread(request: HttpRequest) -> JsonResponse | None:
    """What is refused before a byte of it is read."""
    if request.content_type != "application/json":
        return _said("Send JSON, with the content type application/json.", 415)
    length = request.META.get("CONTENT_LENGTH", "")
    if not (length.isascii() and length.isdigit()):
        return _said("Say how long the body is (Content-Length).", 411)
    if len(length) > 12 or int(length) > MOST_BYTES:
        return _said("The body is larger than 5 MB.", 413)
    return None


def _refused_unsigned(
    connection: TrackerConnection, signed: bytes, given: str
) -> JsonResponse | None:
    stored = connection.secret.webhook_secret if hasattr(connection, "secret") else ""
    try:
        secret = opened(stored)
    except CredentialLost:
        return _said("The webhook secret is to be made anew on the page of the tracker.", 503)
    if not holds(secret, signed, given):
        return _said("The signature does not fit what was sent.", 403)
    return None


def _taken(delivery: Delivery, read: Callable[[bytes], Told]) -> JsonResponse:
    try:
        return _said(take(delivery, read), 200)
    except TakenBefore:
        return _said("It was taken before; nothing was changed.", 409)
    except NotTaken as problem:
        return _said(f"Nothing was changed. {problem}", 422)


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"outcome": sentence}, status=status)
