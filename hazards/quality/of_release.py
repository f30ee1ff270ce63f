"""What a release gate asks: everything that the rules find for one release, fresh."""

import datetime
from dataclasses import dataclass

from hazards.choices import FindingLevel, HazardState
from hazards.models import Waiver
from hazards.quality.checking import Checked, CheckedHazard, ask_about, check_hazards, check_log
from hazards.quality.marks import Key, Mark, Marks, marks_on
from hazards.quality.storing import mark_of
from hazards.queries import taken_out_with_their_features
from products.models import Product, Release


@dataclass(frozen=True)
class ReleaseFinding:
    """A finding as it counts for a release. ``reference`` is the hazard's, '' for the product."""

    rule: str
    level: FindingLevel
    reference: str
    field: str
    subject: str
    message: str
    mark: Mark
    waiver: Waiver | None = None
    hazard: int | None = None  # its key
    address: str = ""  # the reference in the address of its page

    @property
    def blocks(self) -> bool:
        """Whether it keeps the release from going out."""
        return self.level is FindingLevel.BLOCKS and self.mark is Mark.COUNTS


def findings_for_release(
    product: Product, release: Release | None = None, today: datetime.date | None = None
) -> list[ReleaseFinding]:
    """Everything that the rules find for a release (None: the one in hand), read from the record
    now and not from what was stored.

    Hazards that belong to a later release only are left out, and those whose features somebody took
    out of every release; drafts are there, and inform. A log of 1,000 hazards takes about a second.
    """
    asked = ask_about(product, release, today)
    marks = marks_on(product, asked.at.today)
    out = set(taken_out_with_their_features(product).values_list("pk", flat=True))
    found = [_of(each, None, marks) for each in check_log(asked)]
    for portion in check_hazards(asked):
        for checked in portion:
            if checked.hazard.pk not in out and not _is_later(checked, asked.at.release):
                found += [_of(each, checked, marks) for each in checked.found]
    return found


def _is_later(checked: CheckedHazard, release: int | None) -> bool:
    scope: int | None = getattr(checked.hazard, "scope_position", None)
    return (
        checked.hazard.state == HazardState.LIVE
        and release is not None
        and scope is not None
        and scope > release
    )


def _of(found: Checked, on: CheckedHazard | None, marks: Marks) -> ReleaseFinding:
    hazard = on.hazard if on else None
    mark = mark_of(found, hazard, on.content_version if on else None, marks)
    return ReleaseFinding(
        rule=found.rule,
        level=found.level,
        reference=hazard.display_reference if hazard else "",
        field=found.field,
        subject=found.subject,
        message=found.message,
        mark=mark,
        waiver=marks.waivers.get(Key(found.hazard, found.rule, found.subject))
        if mark is Mark.WAIVED
        else None,
        hazard=hazard.pk if hazard else None,
        address=hazard.reference if hazard else "",
    )
