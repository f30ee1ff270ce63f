"""What the REST API says of the release gate and of versions."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hazards.choices import LifecyclePhase
from products.rest.shapes import Reply
from safetycase.choices import GateDecision


class ReasonReply(Reply):
    """What keeps a release, or would."""

    rule: str
    hazard: str | None
    field: str
    subject: str
    message: str


class LetStandReply(ReasonReply):
    """What would keep it, were it not waived or legacy."""

    because_of: str
    until: datetime.date | None
    because: str


class JudgedByReply(Reply):
    """What the gate judged by: the rules now, an issued report, or a statement that names one."""

    kind: Literal["rules", "report", "statement"]
    version: int | None = None
    release: str | None = None
    report_fingerprint: str | None = None
    statement: UUID | None = None


class BrokenReply(Reply):
    """A break-glass release: what it lets go in spite of what, until when, and why."""

    break_glass: UUID
    until: datetime.date
    why: str
    interim_measures: str
    reasons: list[ReasonReply]


class SinceReply(Reply):
    """What changed since the report by which the release is judged."""

    summary: str
    hazards: list[str]
    would_block_now: list[ReasonReply]


class GateReply(Reply):
    """What the release gate says."""

    product: str
    release: str
    asked_at: datetime.datetime
    judged_by: JudgedByReply
    decision: GateDecision
    reasons: Annotated[list[ReasonReply], Field(description="What blocks it.")]
    let_stand: list[LetStandReply]
    broken: BrokenReply | None
    since: SinceReply | None
    warnings: int
    fingerprint: Annotated[
        str, Field(description="SHA-256 of what the gate says; the same as long as it says it.")
    ]


class PdfReply(Reply):
    """The PDF of an issued version."""

    name: str
    size: int
    pages: int
    sha256: str


class VersionReply(Reply):
    """An issued version of the report and its hazard log."""

    number: int
    release: str
    phase: LifecyclePhase
    summary: str
    issued_at: datetime.datetime
    issued_by: str
    replaced_by: Annotated[int | None, Field(description="The version that corrects it.")]
    sha256: Annotated[str, Field(description="Of the JSON, byte for byte.")]
    log_fingerprint: str
    report_fingerprint: str
    seal_number: int
    seal_sha256: str
    pdf: Annotated[PdfReply | None, Field(description="null while it is being made.")]
    url: str
