"""What to remember of an import that was carried out, for the next file."""

from hazards.importing.memory import (
    RememberedControl,
    RememberedHazard,
    RememberedPart,
    estimate_key,
)
from hazards.importing.planned import PlannedHazard
from hazards.importing.standing import words_of
from hazards.models import Cause, Control, Evidence, Harm, Hazard


def remembered_of(planned: PlannedHazard) -> RememberedHazard:
    """What to remember of a hazard whose plan was carried out."""
    return RememberedHazard(
        id=_id(planned.hazard),
        words=planned.words,
        harms=[RememberedPart(each.text, _id(each.row)) for each in planned.harms],
        causes=[RememberedPart(each.text, _id(each.row)) for each in planned.causes],
        controls=[
            RememberedControl(
                each.parsed.text,
                _id(each.control),
                each.parsed.column.value,
                tuple(_id(planned.causes[place].row) for place in each.parsed.on),
                each.parsed.brings,
                dict(each.parsed.details),
            )
            for each in planned.controls
        ],
        tests=[
            RememberedPart(each.text, _id(each.evidence), each.details)
            for each in planned.tests
            if each.evidence is not None
        ],
        estimates={
            estimate_key(
                each.parsed.stage,
                _id(planned.causes[each.on].row) if each.on is not None else "",
            ): words_of(each.square.severity.word, each.square.likelihood.word)
            for each in planned.estimates
        },
    )


def _id(row: Hazard | Harm | Cause | Control | Evidence | None) -> str:
    return str(row.public_id) if row is not None else ""
