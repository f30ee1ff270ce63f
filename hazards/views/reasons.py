"""Why something that was approved is changed: asked in the form, once for a run of edits.

What a person wrote for a hazard is kept in their session for half an hour and stands in the next
form of the same hazard, where it can be changed.
"""

import time
from typing import Any

from django.http import HttpRequest

from audit.acts import REASON_LIMIT
from hazards.access import HazardAt
from hazards.approved import approved_among

KEPT_FOR = 30 * 60  # seconds
MOST_KEPT = 20  # hazards
_KEY = "reasons"


def ask_why(request: HttpRequest, at: HazardAt, form: Any) -> None:
    """Let the form of a hazard that was approved ask for the reason, and offer the last one."""
    if not _says_why(form) or not approved_among([at.hazard]):
        return
    field = form.fields["reason"]
    field.label = "Why, in your own words"
    field.required = True
    field.help_text = (
        f"{at.hazard.display_reference} stands in an issued version of the report, so each change "
        "says why. What you write is offered again for half an hour."
    )
    field.error_messages["required"] = "Say why you change it, in your own words."
    form.initial["reason"] = form.initial.get("reason") or _kept(request, at)


def _says_why(form: Any) -> bool:
    """Whether the form has a reason beside what it changes: an estimate has its own two."""
    return "reason" in form.fields and "why_severity" not in form.fields


def keep_why(request: HttpRequest, at: HazardAt, form: Any) -> None:
    """Remember the reason for the next edit of the same hazard."""
    reason = form.cleaned_data.get("reason", "")
    if not reason or not _says_why(form):
        return
    kept = {**request.session.get(_KEY, {}), str(at.hazard.pk): [reason, int(time.time())]}
    newest = sorted(kept.items(), key=lambda each: each[1][1])[-MOST_KEPT:]
    request.session[_KEY] = dict(newest)


def why_undone(request: HttpRequest, at: HazardAt) -> str:
    """Why a change is taken back just after it was made: what the person wrote for the hazard a
    moment ago counts, as in the next form. '' where nothing asks for it, and where nothing is kept.
    """
    kept = _kept(request, at)
    return f"Undid: {kept}"[:REASON_LIMIT] if kept and approved_among([at.hazard]) else ""


def _kept(request: HttpRequest, at: HazardAt) -> str:
    reason, when = request.session.get(_KEY, {}).get(str(at.hazard.pk), ["", 0])
    return str(reason) if time.time() - when < KEPT_FOR else ""
