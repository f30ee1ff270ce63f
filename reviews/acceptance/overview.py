"""Which residual risks of a whole log wait for acceptance, read narrowly.

Pages that count them, or that choose which to show, ask here; a hazard that is shown or
accepted is read whole (``reviews.acceptance.reading``). The rules are the same functions over the
same facts (``reviews.acceptance.rules``, ``.residual_risk``), and tests hold both readings
against each other wherever an acceptance is given, lapses or is withdrawn.

What it costs, and why. Whether an acceptance stands is never stored (it would have to be remembered
by everything that can end it), so it is worked out here from the record, each time: from the
estimates of the hazards that ask for an acceptance, and, of hazards that ever had one, from the
controls that act on them. That is a straight line in the hazards that ask (their estimates) and in
the acceptances that were ever given; it is a few columns of each row and no model, so that ten
thousand hazards take tenths of a second and not minutes. The number of queries is always the same,
which is why hazards are named by a query inside each of them and not by their keys in portions:
a database takes only so many keys at once.

``HazardSummary`` is not used on purpose: nothing is decided from it.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hazards.choices import (
    Acceptability,
    AssumptionState,
    ControlState,
    EvidenceResult,
    EvidenceState,
    Stage,
)
from hazards.matrix_moves import MovesWhenAsked
from hazards.models import Assumption, Cause, ControlLink, Estimate, EvidenceLink, Hazard
from hazards.queries import IN_THE_LOG
from hazards.rules import ControlFacts, EstimateFacts, control_stands, current_estimates
from products.models import Product
from reviews.acceptance.reading import read_acceptances
from reviews.acceptance.residual_risk import EstimateNow, ResidualRisk
from reviews.acceptance.rules import AcceptanceFacts, ControlNow, ReliedOn, why_lapsed
from reviews.choices import Meaning, SubjectKind
from reviews.models import Acceptance, RiskBenefit, SignOff

Keys = QuerySet[Any, Any]  # of hazards, as a part of another query

_OF_HAZARD = ("pk", "product_id", "number", "reference", "imported_reference", "name")
_OF_ESTIMATE = (
    "pk",
    "hazard_id",
    "cause_id",
    "class_number",
    "severity__position",
    "likelihood__position",
    "acceptability",
    "risk_class_id",
    "estimated_by_id",
    "estimated_at",
    "matrix_id",
    "severity_id",
    "likelihood_id",
)


class HazardNow(NamedTuple):
    """A hazard in the log, as far as a list names it."""

    pk: int
    product_id: int
    number: int
    reference: str
    imported_reference: str
    name: str

    @property
    def display_reference(self) -> str:
        """The reference that people know it by."""
        return self.imported_reference or self.reference


class AcceptanceNow(NamedTuple):
    """An acceptance, and why it does not stand: lapsed or withdrawn; empty while it stands."""

    estimate_id: int
    cause_id: int | None
    reasons: Sequence[str]

    @property
    def stands(self) -> bool:
        """Whether the risk is accepted by it."""
        return not self.reasons


@dataclass
class RiskNow(ResidualRisk[EstimateNow, AcceptanceNow]):
    """The residual risk of a hazard, read narrowly."""

    named: HazardNow
    standing: Sequence[EstimateNow] = ()
    acceptances: list[AcceptanceNow] = field(default_factory=list)
    #: Assumptions that do not hold, by their keys: the hazard's, and of each estimate its own.
    broken: Mapping[int, str] = field(default_factory=dict)
    broken_of: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    moves: MovesWhenAsked | None = None
    borne_by_analyses: Collection[int] = ()

    @property
    def borne(self) -> Collection[int]:
        """The estimates whose risk is borne by a concluded risk–benefit analysis, by their keys."""
        return self.borne_by_analyses

    @property
    def hazard(self) -> HazardNow:
        """The hazard."""
        return self.named

    @property
    def current(self) -> Sequence[EstimateNow]:
        """The residual estimates that stand."""
        return self.standing

    def broken_under(self, estimate: EstimateNow) -> list[str]:
        """The assumptions that an estimate stands on and that do not hold, in their words."""
        return list({**self.broken, **self.broken_of.get(estimate.pk, {})}.values())


def asking_in(products: Collection[Product]) -> QuerySet[Hazard]:
    """The hazards in the log whose residual risk asks for an acceptance.

    The worst of a hazard may be borne by a risk–benefit analysis, and another of its risks ask.
    """
    return _in_the_log(products).filter(_asking())


def asking_or_accepted_in(product: Product) -> QuerySet[Hazard]:
    """The same, those beyond any acceptance, and those whose residual risk ever was accepted."""
    return _in_the_log([product]).filter(_asking() | Exists(_given()))


def unacceptable_in(product: Product) -> QuerySet[Hazard]:
    """The hazards in the log whose residual risk is unacceptable, borne by an analysis or not."""
    return _in_the_log([product]).filter(worst_residual__acceptability=Acceptability.UNACCEPTABLE)


def accepted_among(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    """Of these hazards those whose residual risk ever was accepted."""
    return hazards.filter(Exists(_given()))


def overview_of(hazards: QuerySet[Hazard]) -> list[RiskNow]:
    """The residual risks of these hazards, in their order.

    Ten queries at most, and some more for each product with another version of its matrix, and
    where a risk–benefit analysis is about a risk.
    Hazards that come in between two of the queries are left out.
    """
    risks = {
        row[0]: RiskNow(HazardNow._make(row)) for row in hazards.values_list(*_OF_HAZARD).iterator()
    }
    if risks:
        keys: Keys = hazards.order_by().values("pk")
        products = {risk.named.product_id for risk in risks.values()}
        causes = _read_estimates(risks, keys, products)
        _read_acceptances(risks, products, causes)
        _read_analyses(risks)
    return list(risks.values())


def _in_the_log(products: Collection[Product]) -> QuerySet[Hazard]:
    hazards: QuerySet[Hazard] = Hazard.objects.filter(product__in=products, state__in=IN_THE_LOG)
    return hazards.order_by("number", "pk")


def _asking() -> Q:
    return Q(worst_residual__isnull=False) & ~Q(
        worst_residual__acceptability=Acceptability.ACCEPTABLE
    )


def _given() -> QuerySet[Acceptance]:
    return Acceptance.objects.filter(hazard=OuterRef("pk")).order_by()


# --- Estimates ------------------------------------------------------------------------------------


def _read_estimates(
    risks: Mapping[int, RiskNow], keys: Keys, products: Collection[int]
) -> Mapping[int, list[int]]:
    """Put the estimates that stand, and what they stand on, into the risks. Four queries at most.

    Returns the causes of each hazard one of whose causes has an estimate of its own: no other
    hazard's are asked for, as they decide nothing.
    """
    estimates = Estimate.objects.filter(hazard__in=keys, stage=Stage.RESIDUAL).order_by()
    found: dict[int, list[EstimateNow]] = defaultdict(list)
    is_of_cause = False
    for row in estimates.order_by("pk").values_list(*_OF_ESTIMATE).iterator():
        estimate = EstimateNow._make(row)
        found[estimate.hazard_id].append(estimate)
        is_of_cause = is_of_cause or estimate.cause_id is not None
    causes: dict[int, list[int]] = defaultdict(list)
    if is_of_cause:
        of_causes = estimates.filter(cause__isnull=False).values("hazard")
        for hazard, cause in (
            Cause.objects.filter(hazard__in=of_causes, is_active=True)
            .order_by("position", "pk")
            .values_list("hazard_id", "pk")
        ):
            causes[hazard].append(cause)
    broken, broken_of = _broken_assumptions(products)
    for key, risk in risks.items():
        risk.standing = _standing(found[key], causes.get(key, ()))
        risk.broken, risk.broken_of = broken.get(key, {}), broken_of
    _read_moves(risks.values())
    return causes


def _read_moves(risks: Collection[RiskNow]) -> None:
    """Put what the matrix in use places elsewhere into the risks. One query, once asked."""
    versions: dict[int, set[int]] = defaultdict(set)
    for risk in risks:
        versions[risk.named.product_id].update(each.matrix_id for each in risk.standing)
    moves = MovesWhenAsked(versions)
    for risk in risks:
        risk.moves = moves


def _standing(estimates: Sequence[EstimateNow], causes: Sequence[int]) -> Sequence[EstimateNow]:
    if len(estimates) == 1 and estimates[0].cause_id is None:
        return estimates
    facts = [EstimateFacts(each.pk, *each[2:6]) for each in estimates]
    standing = {each.id for each in current_estimates(facts, causes)}
    return [each for each in estimates if each.pk in standing]


def _broken_assumptions(
    products: Collection[int],
) -> tuple[dict[int, dict[int, str]], dict[int, dict[int, str]]]:
    """Assumptions that do not hold: by hazard, and by the estimate that was made on them.

    They are few, so all of the products' are looked at.
    """
    of_hazards: dict[int, dict[int, str]] = defaultdict(dict)
    of_estimates: dict[int, dict[int, str]] = defaultdict(dict)
    out = Assumption.objects.filter(
        ~Q(state=AssumptionState.HOLDS) | Q(valid_until__lt=timezone.localdate()),
        product__in=products,
    ).order_by("pk")
    for hazard, key, text in (
        out.filter(hazard__isnull=False)
        .exclude(state=AssumptionState.WITHDRAWN)
        .values_list("hazard_id", "pk", "text")
    ):
        if hazard is not None:
            of_hazards[hazard][key] = text
    made_on_them = Estimate.objects.filter(
        assumption__in=out.order_by().values("pk"), stage=Stage.RESIDUAL
    )
    for estimate, assumption, text in made_on_them.order_by().values_list(
        "pk", "assumption_id", "assumption__text"
    ):
        if assumption is not None:
            of_estimates[estimate][assumption] = text
    return of_hazards, of_estimates


def _read_analyses(risks: Mapping[int, RiskNow]) -> None:
    """Put what risk–benefit analyses bear into the risks. No query where none is unacceptable.

    A hazard that has an analysis is read whole: there are few, and the rule is said once.
    """
    weighed = {each.pk: key for key, risk in risks.items() for each in risk.unacceptable}
    if not weighed:
        return
    about = RiskBenefit.objects.filter(
        product__in={risk.named.product_id for risk in risks.values()}, is_active=True
    ).values_list("estimate_id", flat=True)
    keys = {weighed[estimate] for estimate in about if estimate in weighed}
    if keys:
        for whole in read_acceptances(Hazard.objects.filter(pk__in=keys)):
            risks[whole.hazard.pk].borne_by_analyses = whole.borne


# --- Acceptances ----------------------------------------------------------------------------------


def _read_acceptances(
    risks: Mapping[int, RiskNow],
    products: Collection[int],
    causes: Mapping[int, Collection[int]],
) -> None:
    """Put the acceptances into the risks. One query; four where there are any."""
    given = Acceptance.objects.filter(hazard__product__in=products).order_by("pk")
    rows = list(
        given.values_list(
            "hazard_id",
            "estimate_id",
            "estimate__cause_id",
            "accepted_at",
            "relied_on",
            "public_id",
        )
    )
    if not rows:
        return
    withdrawn = _withdrawn(given)
    controls = _controls(given, products)
    for hazard, estimate, cause, accepted_at, relied_on, public_id in rows:
        risk = risks.get(hazard)
        if risk is None:
            continue
        by_key = {each.pk: each for each in risk.current}
        accepted = by_key.get(estimate)
        facts = AcceptanceFacts(
            is_withdrawn=public_id in withdrawn,
            estimate_is_current=accepted is not None
            and all(each.estimated_at <= accepted_at for each in risk.current),
            relied_on=[ReliedOn(**each) for each in json.loads(relied_on)],
            controls=controls.get(hazard, {}),
            broken_assumptions=risk.broken_under(accepted) if accepted else risk.broken.values(),
            cause_is_withdrawn=cause is not None and cause not in causes.get(hazard, ()),
            moved=risk.why_moved(accepted) if accepted else "",
        )
        reasons = [withdrawn[public_id]] if facts.is_withdrawn else why_lapsed(facts)
        risk.acceptances.append(AcceptanceNow(estimate, cause, reasons))


def _withdrawn(given: QuerySet[Acceptance]) -> dict[object, str]:
    """Those that somebody took back, by their public ids, each with the sentence."""
    taken_back = SignOff.objects.filter(
        subject_kind=SubjectKind.ACCEPTANCE,
        subject_id__in=given.order_by().values("public_id"),
        meaning=Meaning.WITHDRAWN,
    )
    return {
        subject: f"{name} withdrew it."
        for subject, name in taken_back.values_list("subject_id", "withdraws__signer_name")
    }


def _controls(
    given: QuerySet[Acceptance], products: Iterable[int]
) -> dict[int, dict[int, ControlNow]]:
    """The controls that act today on each hazard that has an acceptance."""
    failed = set(
        EvidenceLink.objects.filter(
            control__product__in=list(products),
            is_active=True,
            evidence__is_active=True,
            evidence__state=EvidenceState.OBTAINED,
            evidence__result=EvidenceResult.FAIL,
        ).values_list("control_id", flat=True)
    )
    found: dict[int, dict[int, ControlNow]] = defaultdict(dict)
    links = ControlLink.objects.filter(
        hazard__in=given.order_by().values("hazard"), is_active=True
    ).exclude(control__state=ControlState.WITHDRAWN)
    for hazard, control, state, party, instruction in (
        links.order_by()
        .values_list(
            "hazard_id", "control_id", "control__state", "control__party", "control__instruction"
        )
        .iterator()
    ):
        stands = control_stands(ControlFacts(ControlState(state), party, instruction))
        found[hazard][control] = ControlNow(stands=stands, has_failed=control in failed)
    return found
