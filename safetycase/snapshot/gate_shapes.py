"""The shape of what a snapshot says of the release gate.

As in ``shape``: text, whole numbers, lists and dicts only.
"""

from typing import NotRequired, TypedDict


class GateReasonShape(TypedDict):
    """Something that blocks the release, or would. ``hazard`` is a reference, '' for the product;
    ``mark`` says whether it counts, is waived or legacy."""

    rule: str
    title: str
    message: str
    mark: str
    hazard: str
    address: str
    field: str
    subject: str
    waived_until: str | None
    waived_because: str
    waiver: str


class GlassReasonShape(TypedDict):
    """A finding that a break-glass release names. ``hazard`` is a reference, '' for the product."""

    rule: str
    hazard: str
    message: str


class GlassSignatureShape(TypedDict):
    """Who signed a break-glass release, as what; moments in UTC (ISO 8601)."""

    meaning_words: str
    name: str
    role: str
    registration: str
    at: str
    withdrawn_at: str | None


class GlassShape(TypedDict):
    """A break-glass release that officer and executive have both signed. ``state`` is where it
    stood on the day, in words."""

    public_id: str
    state: str
    until: str
    why: str
    interim_measures: str
    reasons: list[GlassReasonShape]
    signatures: list[GlassSignatureShape]


class WentOutShape(TypedDict):
    """What was frozen when the release went out. ``at`` is a moment in UTC (ISO 8601);
    ``break_glass`` the public id of the one that it went out under, '' where nothing was broken."""

    at: str
    by: str
    decision_words: str
    fingerprint: str
    break_glass: str


class GateShape(TypedDict):
    """The gate's answer on the day of the freeze, apart from what waits for the signatures on this
    very version.

    ``is_broken`` says that the glass was broken over ``reasons`` on that day; of versions that were
    frozen before this was told, and the glasses and the going out with it, nothing is known."""

    on: str
    decision: str
    decision_words: str
    reasons: list[GateReasonShape]
    let_stand: list[GateReasonShape]
    warnings: int
    is_broken: NotRequired[bool]
    glasses: NotRequired[list[GlassShape]]
    went_out: NotRequired[WentOutShape | None]
