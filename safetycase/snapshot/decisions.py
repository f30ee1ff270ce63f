"""What a snapshot says of the trade-off decisions that both sides agreed."""

from collections.abc import Iterator, Mapping

from django.db.models import Q

from products.models import Product, Release
from reviews.calendar.rules import months_in_words
from reviews.decisions.queries import decisions_of
from reviews.decisions.reading import SETTLED, read_decisions
from reviews.decisions.rules import PlacedRisk
from reviews.decisions.shapes import (
    DecisionReading,
    HazardRow,
    OptionCell,
    OptionReading,
    SafeguardReading,
)
from reviews.models import Dissent
from reviews.signing.reading import SignatureReading
from safetycase.snapshot.decision_shapes import (
    DecisionCellShape,
    DecisionOptionShape,
    DecisionRiskShape,
    DecisionRowShape,
    DecisionSafeguardShape,
    DecisionShape,
    DecisionSignatureShape,
    DissentShape,
)
from safetycase.snapshot.words import day, moment, name


def decisions_shape(product: Product, release: Release | None) -> list[DecisionShape]:
    """The decisions that hold for a release, the oldest first: those of it and of earlier ones.

    One that was superseded from a later release on holds for the earlier ones still.
    About twenty queries, or two.
    """
    found = decisions_of(product).filter(state__in=SETTLED).order_by("number")
    before = dict(found.values_list("pk", "supersedes"))
    if release is not None:
        found = found.filter(Q(release__isnull=True) | Q(release__position__lte=release.position))
    settled = list(found)
    replaced = {key for each in settled for key in _chain(each.supersedes_id, before)}
    holding = [each for each in settled if each.pk not in replaced]
    readings = read_decisions(product, holding) if holding else []
    return [decision_shape(each) for each in readings]


def _chain(key: int | None, before: Mapping[int, int | None]) -> Iterator[int]:
    """A decision and those whose place it took, by key, newest first."""
    while key is not None:
        yield key
        key = before.get(key)


def decision_shape(reading: DecisionReading) -> DecisionShape:
    """A decision with its options, hazards, choice, dissent and agreement. No query."""
    decision, chosen = reading.decision, reading.chosen
    return DecisionShape(
        reference=decision.reference,
        title=decision.title,
        question=decision.question,
        release=decision.release.label if decision.release else "",
        supersedes=decision.supersedes.reference if decision.supersedes else "",
        clinical_view=decision.clinical_view,
        clinical_would_change=decision.clinical_would_change,
        product_view=decision.product_view,
        product_would_change=decision.product_would_change,
        options=[_option(each, is_chosen=each is chosen) for each in reading.options],
        rows=[_row(each) for each in reading.rows],
        why=decision.why,
        safeguards=[_safeguard(each) for each in (chosen.safeguards if chosen else ())],
        review_on=day(decision.review_on),
        triggers=[each.text for each in reading.triggers],
        to_review=list(reading.to_review),
        dissents=[_dissent(each) for each in reading.dissents],
        signatures=[_signature(each) for each in reading.agreement],
    )


def _option(reading: OptionReading, *, is_chosen: bool) -> DecisionOptionShape:
    option = reading.option
    return DecisionOptionShape(
        name=option.name,
        side_words=option.get_side_display() if option.side else "",
        is_third=option.is_third,
        is_chosen=is_chosen,
        is_above=reading.is_above,
        description=option.description,
        evidence=option.evidence,
        for_patients=option.for_patients,
        for_business=option.for_business,
        cost=option.cost,
    )


def _row(row: HazardRow) -> DecisionRowShape:
    return DecisionRowShape(
        reference=row.reference or (row.hazard.display_reference if row.hazard else ""),
        name=row.name,
        is_new=row.is_new,
        today=_risk(row.today),
        is_provisional=row.is_provisional,
        cells=[_cell(each) for each in row.cells],
    )


def _cell(cell: OptionCell) -> DecisionCellShape:
    return DecisionCellShape(
        risk=_risk(cell.then),
        effect=cell.effect.value,
        why=cell.estimate.why if cell.estimate else "",
    )


def _risk(risk: PlacedRisk | None) -> DecisionRiskShape | None:
    if risk is None:
        return None
    return DecisionRiskShape(
        class_number=risk.number, severity=risk.severity_word, likelihood=risk.likelihood_word
    )


def _safeguard(reading: SafeguardReading) -> DecisionSafeguardShape:
    safeguard = reading.safeguard
    return DecisionSafeguardShape(
        kind_words=safeguard.get_kind_display(),
        text=safeguard.text,
        tier=safeguard.tier,
        often=months_in_words(safeguard.months) if safeguard.months else "",
        threshold=safeguard.threshold,
        control=reading.control[0] if reading.control else "",
        is_made=safeguard.is_made,
        hazards=[
            each.row.hazard.display_reference if each.row.hazard else each.name
            for each in reading.rows
        ],
    )


def _dissent(dissent: Dissent) -> DissentShape:
    return DissentShape(
        side_words=dissent.get_side_display(),
        text=dissent.text,
        by=name(dissent.recorded_by),
        at=moment(dissent.recorded_at),
    )


def _signature(reading: SignatureReading) -> DecisionSignatureShape:
    signed = reading.sign_off
    return DecisionSignatureShape(
        meaning_words=signed.get_meaning_display(),
        name=signed.signer_name,
        role_words=signed.signer_role,
        registration=signed.registration,
        at=moment(signed.signed_at),
        comment=signed.comment,
        is_withdrawn=reading.withdrawal is not None,
    )
