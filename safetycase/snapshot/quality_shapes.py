"""The shape of what a snapshot says of the quality rules: what is waived, and what is legacy.

As in ``shape``: text, whole numbers, lists and dicts only.
"""

from typing import NotRequired, TypedDict


class WaiverShape(TypedDict):
    """A waiver in force. ``hazard`` is a reference, '' for the product.

    ``about`` is what the rules found, in their words when they looked last; '' where they had not
    looked yet. ``holds`` is False for a waiver of a warning where that blocks by now; what was
    frozen before this was told does not say.
    """

    public_id: str
    hazard: str
    rule: str
    title: str
    level: str
    level_words: str
    holds: NotRequired[bool]
    about: str
    because: str
    interim_measures: str
    until: str
    by: str
    at: str


class LegacyListShape(TypedDict):
    """A list of the findings that came in with a file; ``signed_by`` is '' while nobody signed it.

    ``left`` counts those whose hazard nobody has changed since.
    """

    file: str
    listed_at: str
    listed_by: str
    signed_by: str
    signed_at: str | None
    listed: int
    left: int


class QualityShape(TypedDict):
    """What does not count in full on a day, and why.

    ``waivers`` are those of the product and of the hazards that the snapshot holds; ``elsewhere``
    the public ids of those on other hazards.
    """

    on: str
    waivers: list[WaiverShape]
    elsewhere: list[str]
    legacy: list[LegacyListShape]
