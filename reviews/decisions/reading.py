"""Reading decisions whole: views, options and hazards against each other, safeguards, signatures.

While a decision is open, what it says of the log is the log's of today. Once agreed, it is what
was signed: the log lives on, and the record of the decision does not move with it.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hazards.models import Cell
from hazards.queries import relies_on_unproven
from products.models import Product
from reviews.choices import DecisionState, FourQuestions, SafeguardKind, SubjectKind
from reviews.decisions.limit import limit_of
from reviews.decisions.rules import Limit, PlacedRisk, effect_of, why_moved
from reviews.decisions.shapes import (
    DecisionReading,
    HazardRow,
    OptionCell,
    OptionReading,
    SafeguardReading,
)
from reviews.decisions.subject import decision_subject
from reviews.models import (
    Decision,
    DecisionHazard,
    DecisionOption,
    Dissent,
    OptionEstimate,
    ReviewTrigger,
    Safeguard,
    SafeguardHazard,
    SignOff,
)
from reviews.sides import SIGNS_FOR
from reviews.signing.reading import signatures_under

SETTLED = (DecisionState.AGREED, DecisionState.SUPERSEDED)


def read_decision(decision: Decision) -> DecisionReading:
    """A decision whole. About twenty queries, however much is on it."""
    return read_decisions(decision.product, [decision])[0]


def read_decisions(product: Product, decisions: Iterable[Decision]) -> list[DecisionReading]:
    """Decisions of one product whole, in the given order; as many queries as for one."""
    limit = limit_of(product)
    readings: dict[int, DecisionReading] = {}
    signed = _signed_contents(decisions := list(decisions))
    for decision in decisions:
        decision.product = product
        frozen = signed.get(decision.public_id)
        readings[decision.pk] = DecisionReading(
            decision, _limit_then(frozen) if frozen else limit, frozen
        )
    _read_options(readings)
    _read_rows(readings)
    _read_cells(readings)
    _read_safeguards(readings)
    for trigger in ReviewTrigger.objects.filter(
        decision__in=list(readings), is_active=True
    ).select_related("fired_by__profile"):
        readings[trigger.decision_id].triggers.append(trigger)
    for dissent in Dissent.objects.filter(decision__in=list(readings)).select_related(
        "recorded_by__profile"
    ):
        readings[dissent.decision_id].dissents.append(dissent)
    _add_signatures(readings.values())
    return list(readings.values())


def _signed_contents(decisions: Sequence[Decision]) -> dict[uuid.UUID, Mapping[str, Any]]:
    """What was signed of those that are settled, by public id. One query, or none."""
    settled = [each.public_id for each in decisions if each.state in SETTLED]
    if not settled:
        return {}
    signed = SignOff.objects.filter(
        subject_kind=SubjectKind.DECISION,
        subject_id__in=settled,
        meaning__in=list(SIGNS_FOR),
    )
    return {
        key: json.loads(content)
        for key, content in signed.order_by("pk").values_list("subject_id", "content")
    }


def _limit_then(frozen: Mapping[str, Any]) -> Limit:
    said = frozen["log"]["limit"]
    return Limit(said["plan"], said["matrix"], frozenset(said["accepted"]))


def _read_options(readings: Mapping[int, DecisionReading]) -> None:
    options = DecisionOption.objects.filter(decision__in=list(readings), is_active=True)
    for option in options.order_by("position", "pk"):
        reading = readings[option.decision_id]
        reading.options.append(OptionReading(option, limit=reading.limit))


def _read_rows(readings: Mapping[int, DecisionReading]) -> None:
    rows = DecisionHazard.objects.filter(decision__in=list(readings), is_active=True)
    named = [
        f"hazard__worst_{stage}__{what}"
        for stage in ("initial", "residual")
        for what in ("severity", "likelihood", "matrix")
    ]
    rows = rows.annotate(is_provisional=relies_on_unproven("hazard"))
    for row in rows.select_related("hazard", *named):
        reading = readings[row.decision_id]
        reading.rows.append(
            _row_then(row, reading.frozen) if reading.frozen is not None else _row_today(row)
        )
    for reading in readings.values():
        reading.rows.sort(key=_place)


def _place(row: HazardRow) -> tuple[bool, int, int]:
    """The hazards of the log in its order, then those that options bring."""
    return (row.is_new, row.hazard.number if row.hazard and not row.is_new else 0, row.row.pk)


def _row_today(row: Any) -> HazardRow:
    """A row as the log says today, read with ``relies_on_unproven``."""
    hazard = row.hazard
    if row.new_name or hazard is None:
        return HazardRow(row, "", row.new_name, None)
    estimate = hazard.worst_residual or hazard.worst_initial
    today = placed(estimate, estimate.class_number, estimate.stage) if estimate else None
    is_provisional = row.is_provisional if hazard.worst_residual else None
    return HazardRow(row, hazard.display_reference, hazard.name, today, is_provisional)


def _row_then(row: Any, frozen: Mapping[str, Any]) -> HazardRow:
    """A row as it was signed; as the log says today where the signed text does not know it."""
    said = frozen["log"]["hazards"].get(str(row.public_id))
    if said is None:
        return _row_today(row)
    today = PlacedRisk(**said["today"]) if said["today"] else None
    return HazardRow(row, said["reference"], said["name"], today, said.get("is_provisional"))


def placed(estimate: Any, number: int, stage: str = "") -> PlacedRisk:
    """An estimate, or what an option would do, as the rules compare it."""
    return PlacedRisk(
        matrix=estimate.matrix.number,
        number=number,
        acceptability=estimate.acceptability,
        severity_word=estimate.severity.word,
        severity=estimate.severity.position,
        likelihood_word=estimate.likelihood.word,
        likelihood=estimate.likelihood.position,
        stage=stage,
    )


def _read_cells(readings: Mapping[int, DecisionReading]) -> None:
    found = {
        (each.option_id, each.row_id): each
        for each in OptionEstimate.objects.filter(option__decision__in=list(readings))
        .select_related("severity", "likelihood", "risk_class", "matrix", "estimated_by__profile")
        .order_by("pk")
    }
    is_open = any(each.is_open for each in readings.values())
    squares = _squares_now(found.values()) if is_open else {}
    for reading in readings.values():
        for option in reading.options:
            for row in reading.rows:
                cell = _cell(option, row, found.get((option.option.pk, row.row.pk)))
                if reading.is_open and cell.then is not None:
                    cell.moved = why_moved(cell.then, squares.get(_words_of(cell.estimate)))
                option.cells.append(cell)
                row.cells.append(cell)


def _cell(option: OptionReading, row: HazardRow, estimate: OptionEstimate | None) -> OptionCell:
    then = None
    if estimate is not None and estimate.risk_class is not None:
        then = placed(estimate, estimate.risk_class.number)
    effect = effect_of(row.today, then, is_said=estimate is not None, is_new=row.is_new)
    return OptionCell(option, row, estimate, then, effect)


def _words_of(placed_by: OptionEstimate | Cell | None) -> tuple[int | None, int | None]:
    """What a square is found by; each level is of one version of the matrix."""
    return (placed_by.severity_id, placed_by.likelihood_id) if placed_by else (None, None)


def _squares_now(
    estimates: Iterable[OptionEstimate],
) -> dict[tuple[int | None, int | None], tuple[int, str]]:
    """The class and acceptability of the squares of these matrices as they are now. One query."""
    matrices = {each.matrix_id for each in estimates if each.matrix_id is not None}
    cells = Cell.objects.filter(matrix__in=matrices).select_related("risk_class")
    return {
        _words_of(each): (each.risk_class.number, each.risk_class.acceptability) for each in cells
    }


def _read_safeguards(readings: Mapping[int, DecisionReading]) -> None:
    options = {each.option.pk: each for reading in readings.values() for each in reading.options}
    rows = {each.row.pk: each for reading in readings.values() for each in reading.rows}
    acted_on: dict[int, list[HazardRow]] = defaultdict(list)
    for link in SafeguardHazard.objects.filter(
        safeguard__option__in=list(options), is_active=True
    ).order_by("row_id"):
        if link.row_id in rows:
            acted_on[link.safeguard_id].append(rows[link.row_id])
    safeguards = Safeguard.objects.filter(option__in=list(options), is_active=True)
    frozen = {
        each.option.pk: reading.frozen for reading in readings.values() for each in reading.options
    }
    order = list(FourQuestions.values)
    for safeguard in sorted(
        safeguards.select_related("control"),
        key=lambda each: (
            order.index(each.answers) if each.answers else len(order),
            each.position,
            each.pk,
        ),
    ):
        options[safeguard.option_id].safeguards.append(
            SafeguardReading(
                safeguard,
                acted_on[safeguard.pk],
                _control_of(safeguard, frozen[safeguard.option_id]),
            )
        )


def _control_of(safeguard: Safeguard, frozen: Mapping[str, Any] | None) -> tuple[str, str] | None:
    control = safeguard.control
    if safeguard.kind != SafeguardKind.CONTROL or control is None:
        return None
    said = frozen["log"]["controls"].get(str(control.public_id)) if frozen else None
    return (said["reference"], said["text"]) if said else (control.reference, control.text)


def _add_signatures(readings: Iterable[DecisionReading]) -> None:
    by_id = {}
    for reading in readings:
        reading.subject = decision_subject(reading)
        by_id[reading.subject.id] = reading
    signed = signatures_under([each.subject for each in by_id.values()])
    for key, reading in by_id.items():
        reading.signatures = signed[key]
