"""The page of acceptances: what waits, what lapsed, what nobody can accept, what is accepted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from hazards.choices import Acceptability, HazardState
from hazards.models import Estimate, Hazard
from hazards.presentation import RiskChip, chip_of
from hazards.queries import hazards_of
from products.models import Product
from reviews.acceptance_reading import AcceptanceReading, AcceptedRisk, read_acceptances
from reviews.authority import (
    Authority,
    against_accepting,
    against_any_acceptance,
    who_may_accept,
)
from reviews.choices import Meaning, SubjectKind
from reviews.models import Acceptance
from reviews.statements import statement_of
from reviews.subjects import Subject, acceptance_label


@dataclass(frozen=True)
class EstimateToAccept:
    """A residual estimate that waits, and the exact sentence of its acceptance."""

    estimate: Estimate
    chip: RiskChip
    of: str
    statement: str
    who_may: str


@dataclass(frozen=True)
class RiskOnPage:
    """A hazard whose residual risk waits for acceptance or can have none."""

    risk: AcceptedRisk
    estimates: list[EstimateToAccept]
    against_me: str  # why this person may not accept it, or ''

    @property
    def hazard(self) -> Hazard:
        """The hazard."""
        return self.risk.hazard

    @property
    def is_draft(self) -> bool:
        """Whether the hazard is not live yet."""
        return self.hazard.state == HazardState.DRAFT

    @property
    def who_else(self) -> str:
        """Who may accept it, where the sentence against this person does not say so already."""
        who = next((each.who_may for each in self.estimates if each.who_may), "")
        return "" if who in self.against_me else who

    @property
    def seen(self) -> int:
        """The content version of the hazard on screen, as the form carries it."""
        return self.hazard.content_version


@dataclass(frozen=True)
class AcceptedOnPage:
    """A residual risk with the acceptance that stands."""

    hazard: Hazard
    chip: RiskChip
    of: str
    accepted: AcceptanceReading


@dataclass
class AcceptancesPage:
    """Every residual risk of a product that asks for an acceptance or has one."""

    authority: Authority | None
    waiting: list[RiskOnPage] = field(default_factory=list)
    unacceptable: list[RiskOnPage] = field(default_factory=list)
    accepted: list[AcceptedOnPage] = field(default_factory=list)

    @property
    def mine(self) -> list[AcceptedRisk]:
        """What this person may accept."""
        return [each.risk for each in self.waiting if not each.against_me]

    @property
    def is_empty(self) -> bool:
        """Whether no residual risk ever asked for an acceptance."""
        return not (self.waiting or self.unacceptable or self.accepted)


def acceptances_page(
    product: Product, person: User, authority: Authority | None
) -> AcceptancesPage:
    """Read the page; those that lapsed come first. The same queries for ten hazards and forty."""
    page = AcceptancesPage(authority)
    for risk in read_acceptances(hazards_asking(product)):
        risk.hazard.product = product
        if risk.is_unacceptable:
            page.unacceptable.append(_on_page(risk, authority, ""))
            continue
        if risk.waiting:
            against = against_any_acceptance(risk) or against_accepting(risk, authority, person)
            page.waiting.append(_on_page(risk, authority, against))
        page.accepted += _accepted(risk)
    page.waiting.sort(key=lambda each: not each.risk.lapsed)
    return page


def hazards_asking(product: Product) -> Sequence[Hazard]:
    """The hazards in the log whose residual risk asks for an acceptance, or had one. One query."""
    accepted = Acceptance.objects.filter(hazard=OuterRef("pk"))
    asking = Q(worst_residual__isnull=False) & ~Q(
        worst_residual__acceptability=Acceptability.ACCEPTABLE
    )
    return list(hazards_of(product).filter(asking | Exists(accepted)))


def _on_page(risk: AcceptedRisk, authority: Authority | None, against: str) -> RiskOnPage:
    shown = risk.waiting or risk.reading.residual.current
    return RiskOnPage(risk, [_to_accept(risk, each, authority) for each in shown], against)


def _to_accept(
    risk: AcceptedRisk, estimate: Estimate, authority: Authority | None
) -> EstimateToAccept:
    is_provisional = risk.reading.residual.is_provisional
    subject = Subject(
        risk.hazard.product,
        SubjectKind.ACCEPTANCE,
        risk.hazard.public_id,
        acceptance_label(risk.hazard, estimate, is_provisional=is_provisional),
        fingerprint="",  # it is of the acceptance, which does not stand yet
    )
    return EstimateToAccept(
        estimate=estimate,
        chip=chip_of(estimate, is_provisional),
        of=_of(estimate),
        statement=statement_of(subject, Meaning.AUTHORISED),
        who_may=who_may_accept(estimate, authority),
    )


def _accepted(risk: AcceptedRisk) -> list[AcceptedOnPage]:
    found = []
    for estimate in risk.needing:
        accepted = risk.standing_for(estimate)
        if accepted is not None:
            chip = chip_of(estimate, risk.reading.residual.is_provisional)
            found.append(AcceptedOnPage(risk.hazard, chip, _of(estimate), accepted))
    return found


def _of(estimate: Estimate) -> str:
    return f"by the cause “{estimate.cause.text}”" if estimate.cause else "the whole hazard"
