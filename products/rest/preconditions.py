"""Versions in headers: ETag on what is read, If-Match on what is changed (RFC 9110)."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.concurrency import merged_changes
from audit.errors import Conflict
from audit.tracked import Tracked
from products.rest.conflicts import colliding_fields
from products.rest.problems import NOT_VALID, STALE, VERSION_NEEDED, Problem

_NAMED = re.compile(r'"?([1-9][0-9]{0,8})"?')

#: How the description of the API says that a change names its version.
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
    "description": "The ETag that you read: the version that you change.",
}


def tag(response: HttpResponse, row: Tracked) -> None:
    """Say which version of the row an answer shows."""
    response.headers["ETag"] = f'"{row.version}"'


def version_named(request: HttpRequest) -> int:
    """The version that a change names. Raises ``Problem``; so it is asked before anything else."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        raise Problem(VERSION_NEEDED)
    named = _NAMED.fullmatch(header)
    if named is None:
        raise Problem(
            NOT_VALID,
            "If-Match is not an ETag of ours. Nothing was saved. Send the one that you read, "
            'like If-Match: "7".',
        )
    return int(named[1])


def check_current(row: Tracked, base: int, proposed: Mapping[str, Any]) -> None:
    """Refuse a change of a row that is not at the version any more that the caller read.

    A page merges by field what two people changed; a program is told first (412), with the fields
    in which ``proposed`` collides with what was saved meanwhile. The action is given the version
    too, for whoever saves between this question and its lock. Raises ``Problem``.
    """
    if base == row.version:
        return
    conflicts = []
    try:
        merged_changes(row, proposed, base)
    except Conflict as conflict:
        conflicts = colliding_fields(conflict)
    raise Problem(STALE, current_version=row.version, conflicts=conflicts)
