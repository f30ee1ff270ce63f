"""What the REST API says and takes of triage."""

import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from products.rest.shapes import PLAIN, Reason, Reference, Reply, Sent, text
from reviews.choices import TriageOutcome
from reviews.rhythm.triage_rules import BY_KEY

_MOST_NAMED = 100  # hazards or controls in one body


def _is_asked(key: str) -> str:
    if key not in BY_KEY:
        raise ValueError("no question of the triage has this key")
    return key


QuestionKey = Annotated[
    str, AfterValidator(_is_asked), Field(json_schema_extra={"enum": list(BY_KEY)})
]


class NewTriage(Sent):
    """What somebody found who went through the questions for a feature, or for a change."""

    feature: Annotated[Reference | None, Field(description="This, or a change.")] = None
    change: Reference | None = None
    touches: Annotated[
        list[QuestionKey],
        Field(max_length=len(BY_KEY), description="What it touches; any needs the officer’s look."),
    ] = []
    outcome: TriageOutcome
    hazards: Annotated[
        list[Reference], Field(max_length=_MOST_NAMED, description="Hazards that cover it.")
    ] = []
    controls: Annotated[
        list[Reference], Field(max_length=_MOST_NAMED, description="Controls that cover it.")
    ] = []
    note: Annotated[str, text(2_000), PLAIN] = ""
    reason: Reason = ""


class TriageReply(Reply):
    """A triage that was recorded."""

    id: UUID
    feature: str | None
    change: str | None
    touches: list[str]
    outcome: TriageOutcome
    note: str
    triaged_at: datetime.datetime
    triaged_by: str
