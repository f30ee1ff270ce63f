"""Risk–benefit analyses with their signatures: which residual risk is borne by one, and which not.

Nothing of it is stored: an analysis lapses by itself when its estimate is superseded, its text is
changed, or what the risk stands on falls away.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from hazards.choices import Acceptability
from hazards.models import Estimate, RiskClass
from hazards.reading import HazardReading
from hazards.rules import may_be_weighed
from products.models import Product
from reviews.acceptance.rules import AcceptanceFacts, ReliedOn, why_lapsed
from reviews.acceptance.standing_facts import broken_under, cause_is_withdrawn, controls_now
from reviews.choices import Meaning, SubjectKind
from reviews.models import RiskBenefit
from reviews.risk_benefit.rules import (
    AnalysisFacts,
    AnalysisState,
    analysis_state,
    cost_words,
    what_is_missing,
)
from reviews.signing.reading import Signatures, signatures_under
from reviews.signing.subjects import LONGEST_LABEL, Subject, subject_with

#: What people write, in the order of the page.
TEXTS = (
    "why_impracticable",
    "benefit",
    "who_benefits",
    "who_bears",
    "without",
    "evidence",
    "conclusion",
)

#: Says with which matrix an estimate was made, where the one in use places it elsewhere; or ''.
Moved = Callable[[Estimate], str]


@dataclass(frozen=True)
class AnalysisReading:
    """An analysis, what is signed of it, and why it holds no longer (empty while it does)."""

    analysis: RiskBenefit
    subject: Subject
    signatures: Signatures
    reasons: Sequence[str]

    @property
    def state(self) -> AnalysisState:
        """Where it stands."""
        return analysis_state(
            AnalysisFacts(
                is_kept=self.analysis.is_active,
                balance=self.analysis.balance,
                was_concluded=self.is_settled,
                is_approved=bool(self.signatures.current(Meaning.APPROVED)),
                is_accepted=bool(self.signatures.current(Meaning.AUTHORISED)),
                is_rejected=self.signatures.is_rejected,
                reasons=self.reasons,
            )
        )

    @property
    def is_settled(self) -> bool:
        """Whether it is or was concluded: it stays as it was signed."""
        approved, accepted = (
            {each.sign_off.fingerprint for each in self.signatures.readings if each.meaning is what}
            for what in (Meaning.APPROVED, Meaning.AUTHORISED)
        )
        return bool(approved & accepted)

    @property
    def bears(self) -> bool:
        """Whether the residual risk is borne by it."""
        return self.state is AnalysisState.BEARS

    @property
    def re_appraises(self) -> bool:
        """Whether it concluded that the benefit does not outweigh the risk."""
        return self.state is AnalysisState.RE_APPRAISE

    @property
    def is_open(self) -> bool:
        """Whether it may still be written."""
        return self.analysis.is_active and not self.is_settled

    @property
    def missing(self) -> list[str]:
        """What it has to say before anybody can sign it."""
        texts = {name: getattr(self.analysis, name) for name in (*TEXTS, "balance")}
        return what_is_missing(texts)

    @property
    def speaks_of_cost(self) -> list[tuple[str, list[str]]]:
        """The words of cost or commerce in it, under the heading of each text."""
        found = [(label_of(name), cost_words(getattr(self.analysis, name))) for name in TEXTS]
        return [(label, words) for label, words in found if words]


def label_of(name: str) -> str:
    """What a field of an analysis is called, as a heading."""
    words = str(RiskBenefit._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    if name == "conclusion":
        return "Why it concludes so"
    return words[:1].upper() + words[1:]


def analyses_of(product: Product) -> QuerySet[RiskBenefit]:
    """The analyses of a product, newest first, each with what it is about."""
    return _whole(RiskBenefit.objects.filter(product=product)).order_by("-number")


def _whole(analyses: QuerySet[RiskBenefit]) -> QuerySet[RiskBenefit]:
    return analyses.select_related(
        "product",
        "hazard",
        "estimate__severity",
        "estimate__likelihood",
        "estimate__cause",
        "estimate__assumption",
        "drafted_by__profile",
    )


def analyses_on(
    readings: Iterable[HazardReading], moved: Moved, *, all_of_them: bool = False
) -> dict[int, list[AnalysisReading]]:
    """The analyses on hazards that were read whole, by the hazard's key, oldest first.

    Only those that were kept and are of an unacceptable risk that stands, unless all are asked
    for. One query, two more where there are any; none where no risk is unacceptable.
    """
    by_hazard = {each.hazard.pk: each for each in readings}
    unacceptable = [
        estimate.pk
        for reading in by_hazard.values()
        for estimate in reading.residual.current
        if estimate.acceptability == Acceptability.UNACCEPTABLE
    ]
    found: dict[int, list[AnalysisReading]] = defaultdict(list)
    if not all_of_them and not unacceptable:
        return found
    rows = _whole(RiskBenefit.objects.filter(hazard__in=list(by_hazard))).order_by("pk")
    if not all_of_them:
        rows = rows.filter(estimate__in=unacceptable, is_active=True)
    for each in read_analyses(list(rows), by_hazard, moved):
        found[each.analysis.hazard_id].append(each)
    return found


def read_analyses(
    rows: Sequence[RiskBenefit], readings: Mapping[int, HazardReading], moved: Moved
) -> list[AnalysisReading]:
    """These analyses with their signatures, against their hazards, which were read whole."""
    subjects = [risk_benefit_subject(row) for row in rows]
    signed = signatures_under(subjects)
    return [
        AnalysisReading(
            row, subject, signed[subject.id], why_it_lapsed(row, readings[row.hazard_id], moved)
        )
        for row, subject in zip(rows, subjects, strict=True)
    ]


def why_it_lapsed(row: RiskBenefit, reading: HazardReading, moved: Moved) -> list[str]:
    """Why what an analysis is about holds no longer; the same rule as for an acceptance."""
    standing = {each.pk: each for each in reading.residual.current}
    weighed = standing.get(row.estimate_id)
    return why_lapsed(
        AcceptanceFacts(
            is_withdrawn=False,  # a withdrawn signature shows by itself
            estimate_is_current=weighed is not None,
            relied_on=[ReliedOn(**each) for each in json.loads(row.relied_on)],
            controls=controls_now(reading),
            broken_assumptions=broken_under(reading, weighed),
            cause_is_withdrawn=cause_is_withdrawn(reading, row.estimate),
            moved=moved(weighed) if weighed is not None else "",
        )
    )


def weighable(estimates: Iterable[Estimate]) -> list[Estimate]:
    """Of these estimates those that an analysis may bear. One query, or none."""
    unacceptable = [each for each in estimates if each.acceptability == Acceptability.UNACCEPTABLE]
    highest = highest_classes({each.matrix_id for each in unacceptable})
    return [
        each
        for each in unacceptable
        if may_be_weighed(each.acceptability, each.class_number, highest[each.matrix_id])
    ]


def highest_classes(matrices: Iterable[int]) -> dict[int, int]:
    """The number of the highest class of each of these matrix versions. One query, or none."""
    keys = set(matrices)
    highest: dict[int, int] = {}
    if keys:
        for matrix, number in RiskClass.objects.filter(matrix__in=keys).values_list(
            "matrix_id", "number"
        ):
            highest[matrix] = max(number, highest.get(matrix, number))
    return highest


# --- What is signed -------------------------------------------------------------------------------


def risk_benefit_subject(row: RiskBenefit) -> Subject:
    """An analysis as it is signed, with the risk that it is about."""
    estimate = row.estimate
    of = f" by the cause “{estimate.cause.text}”" if estimate.cause else ""
    words = f"{estimate.severity.word} · {estimate.likelihood.word}"
    label = (
        f"clinical risk–benefit analysis {row.number} of the residual risk of "
        f"{row.hazard.display_reference}{of} (class {estimate.class_number}, {words})"
    )
    return subject_with(
        row.product,
        SubjectKind.RISK_BENEFIT,
        row.public_id,
        label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…",
        risk_benefit_content(row),
    )


def risk_benefit_content(row: RiskBenefit) -> dict[str, Any]:
    """Everything that an analysis says, as plain values (projection 1)."""
    return {
        "product": str(row.product.public_id),
        "number": row.number,
        "hazard": str(row.hazard.public_id),
        "estimate": str(row.estimate.public_id),
        "class": row.estimate.class_number,
        "severity": row.estimate.severity.word,
        "likelihood": row.estimate.likelihood.word,
        **{name: getattr(row, name) for name in TEXTS},
        "balance": row.balance,
        "relied_on": row.relied_on,
    }
