"""Writing the new hazards of a plan: the rows of all of them together, table by table.

One hazard after another through the actions costs a save with history for each row and a fresh
look at the log for each of them; thousands of hazards would take minutes. Nothing of theirs stands
yet, so everything that the actions would find in the log is known from the plan. They write the
same rows (a test compares them), each hazard in its final form and once.
"""

import itertools
from collections.abc import Iterator, Sequence

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.bulk import record_many
from audit.errors import NotPossible
from audit.tracked import Tracked
from hazards.choices import HazardState, HazardStatus, Stage
from hazards.importing.fields import CONTROLS
from hazards.importing.keys import reserve_keys
from hazards.importing.new_hazards import new_hazard_links
from hazards.importing.numbering import Numbering
from hazards.importing.planned import PlannedHazard
from hazards.importing.told_evidence import evidence_values
from hazards.importing.worst import worst_of
from hazards.models import (
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    EvidenceLink,
    Harm,
    Hazard,
)
from products.models import Product
from products.permissions import Ability, check_can
from products.queries import people_at_work

PORTION = 500  # hazards whose rows are in memory at once


def record_new(planned: Sequence[PlannedHazard], *, product: Product, by: User) -> list[int]:
    """Write new hazards with everything on them; returns their keys.

    Call it inside an act, with the product locked. Raises ``NotAllowed``; ``NotPossible`` and
    ``BadText`` for what the actions would refuse.
    """
    if not planned:
        return []
    check_can(by, Ability.EDIT_LOG, product)
    if any(each.estimates for each in planned):
        check_can(by, Ability.ESTIMATE, product)
    if any(each.status is not None for each in planned):
        check_can(by, Ability.GOVERN_LOG, product)
    _check_owners(planned, product)
    references = [each.parsed.reference.strip() for each in planned]
    numbering = Numbering(product)
    _check_free(numbering, references)
    numbers = numbering.give(references)
    control_number = Control.objects.filter(product=product).aggregate(last=Max("number"))["last"]
    next_control = itertools.count((control_number or 0) + 1)
    keys = []
    for start in range(0, len(planned), PORTION):
        portion = _Portion(product, by, next_control)
        part = slice(start, start + PORTION)
        keys += portion.write(planned[part], numbers[part])
    _record(list(new_hazard_links(planned)))
    return keys


def _check_owners(planned: Sequence[PlannedHazard], product: Product) -> None:
    owners = {each.values.get("owner_id") for each in planned} - {None}
    if owners - set(people_at_work(product).values_list("pk", flat=True)):
        raise NotPossible(
            "Somebody whom the file names as an owner does not work on the product any more. "
            "Nothing was imported. Look at the new preview and import again."
        )


def _check_free(numbering: Numbering, references: list[str]) -> None:
    taken = next(numbering.taken(references), None)
    if taken is not None:
        raise NotPossible(
            f"A hazard with the reference {taken} is in this log already. "
            "Nothing was imported. Look at the new preview and import again."
        )


class _Portion:
    """Some hazards of a plan as rows, collected table by table."""

    def __init__(self, product: Product, by: User, next_control: Iterator[int]) -> None:
        self.product = product
        self.by = by
        self.now = timezone.now()
        self.next_control = next_control
        self.links: list[ControlLink] = []
        self.evidence: list[Evidence] = []
        self.evidence_links: list[EvidenceLink] = []

    def write(
        self, planned: Sequence[PlannedHazard], numbers: Sequence[tuple[int, str]]
    ) -> list[int]:
        """Write them all; each planned thing knows its row from then on."""
        estimate_keys = iter(reserve_keys(Estimate, sum(len(each.estimates) for each in planned)))
        keys = [[next(estimate_keys) for _ in each.estimates] for each in planned]
        hazards = [
            self._hazard(each, *number, own)
            for each, number, own in zip(planned, numbers, keys, strict=True)
        ]
        _record(hazards)
        pairs = list(zip(planned, hazards, strict=True))
        _record([harm for each, hazard in pairs for harm in _harms(each, hazard)])
        _record([cause for each, hazard in pairs for cause in _causes(each, hazard)])
        _record([control for each in planned for control in self._controls(each)])
        for each, hazard in pairs:
            self._link(each, hazard)
        _record(self.links)
        _record(self.evidence)
        _record(self.evidence_links)
        estimates = [
            estimate
            for (each, hazard), own in zip(pairs, keys, strict=True)
            for estimate in self._estimates(each, hazard, own)
        ]
        record_many(estimates)
        return [hazard.pk for hazard in hazards]

    def _hazard(
        self, planned: PlannedHazard, number: int, reference: str, estimates: Sequence[int]
    ) -> Hazard:
        parsed = planned.parsed
        if not parsed.name.strip():
            raise NotPossible(f"The hazard in row {parsed.rows} has no name. Nothing was imported.")
        worst = {stage: worst_of(planned, stage) for stage in Stage}
        hazard = Hazard(
            product=self.product,
            number=number,
            reference=reference,
            imported_reference=parsed.reference.strip(),
            name=parsed.name.strip(),
            state=_state(planned),
            status=planned.status or HazardStatus.OPEN,
            worst_initial_id=_key(estimates, worst[Stage.INITIAL]),
            worst_residual_id=_key(estimates, worst[Stage.RESIDUAL]),
            **planned.values,
        )
        planned.hazard = hazard
        planned.reference = hazard.display_reference
        return hazard

    def _controls(self, planned: PlannedHazard) -> Iterator[Control]:
        for each in planned.controls:
            number = next(self.next_control)
            kind, type_ = CONTROLS[each.parsed.column]
            each.control = Control(
                product=self.product,
                number=number,
                reference=f"CTL-{number:03d}",
                text=each.parsed.text.strip(),
                kind=kind,
                type=type_,
                **dict(each.parsed.details),
            )
            yield each.control

    def _link(self, planned: PlannedHazard, hazard: Hazard) -> None:
        """What each control acts on, and the planned tests with the controls beside them."""
        for each in planned.controls:
            causes = [planned.causes[place].row for place in each.parsed.on] or [None]
            self.links += [
                ControlLink(control=each.control, hazard=hazard, cause=cause) for cause in causes
            ]
        for test in planned.tests:
            test.evidence = Evidence(
                product=self.product, title=test.text.strip(), **evidence_values(test.details)
            )
            self.evidence.append(test.evidence)
            self.evidence_links += [
                EvidenceLink(evidence=test.evidence, control=planned.controls[place].control)
                for place in test.controls
            ]

    def _estimates(
        self, planned: PlannedHazard, hazard: Hazard, keys: Sequence[int]
    ) -> Iterator[Estimate]:
        for each, key in zip(planned.estimates, keys, strict=True):
            square = each.square
            yield Estimate(
                pk=key,
                hazard=hazard,
                cause=planned.causes[each.on].row if each.on is not None else None,
                stage=each.parsed.stage,
                patients=each.parsed.patients,
                why_severity=each.parsed.why_severity.strip(),
                why_likelihood=each.parsed.why_likelihood.strip(),
                matrix_id=square.severity.matrix_id,
                severity=square.severity,
                likelihood=square.likelihood,
                risk_class=square.risk_class,
                class_number=square.number,
                acceptability=square.risk_class.acceptability,
                estimated_at=self.now,
                estimated_by=self.by,
            )


def _harms(planned: PlannedHazard, hazard: Hazard) -> Iterator[Harm]:
    for place, each in enumerate(planned.harms, start=1):
        each.row = Harm(hazard=hazard, position=place, text=each.text.strip())
        yield each.row


def _causes(planned: PlannedHazard, hazard: Hazard) -> Iterator[Cause]:
    for place, each in enumerate(planned.causes, start=1):
        each.row = Cause(hazard=hazard, position=place, text=each.text.strip())
        yield each.row


def _state(planned: PlannedHazard) -> HazardState:
    """Live where somebody who may say so brings it in with a harm; else a draft."""
    is_live = planned.status is not None and bool(planned.harms)
    return HazardState.LIVE if is_live else HazardState.DRAFT


def _key(keys: Sequence[int], place: int | None) -> int | None:
    return keys[place] if place is not None else None


def _record(rows: Sequence[Tracked]) -> None:
    for row in rows:
        check_row(row)
    record_many(rows)
