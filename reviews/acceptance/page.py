"""The page of acceptances: what waits, what lapsed, what nobody can accept, what is accepted."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from django.core.paginator import Page, Paginator

from accounts.models import User
from hazards.choices import HazardState
from hazards.models import Estimate, Hazard
from hazards.presentation import RiskChip, chip_of
from hazards.queries import hazards_of
from products.models import Product
from reviews.acceptance.authority import (
    Authority,
    against_accepting,
    against_any_acceptance,
    who_may_accept,
)
from reviews.acceptance.overview import RiskNow, asking_or_accepted_in, overview_of
from reviews.acceptance.reading import AcceptanceReading, AcceptedRisk, read_acceptances
from reviews.choices import Meaning, SubjectKind
from reviews.risk_benefit.reading import weighable
from reviews.signing.statements import statement_of
from reviews.signing.subjects import Subject, acceptance_label

ON_A_PAGE = 25  # each has a form of its own, and everything on it is read and shown


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


class Part(Enum):
    """The parts of the page, in their order."""

    WAITING = "Waits for acceptance"
    UNACCEPTABLE = "Unacceptable"
    BORNE = "Borne by a risk–benefit analysis"
    ACCEPTED = "Accepted"


Entry = tuple[Part, RiskNow]  # a hazard that is accepted by one cause and waits by another has two


@dataclass
class AcceptancesPage:
    """A page of the residual risks of a product that ask for an acceptance or have one."""

    authority: Authority | None
    page: "Page[Entry]"
    counts: Mapping[Part, int]
    starts: Mapping[Part, int]  # the page on which each part begins, where it is not empty
    waiting: list[RiskOnPage] = field(default_factory=list)
    unacceptable: list[RiskOnPage] = field(default_factory=list)
    borne: list[RiskOnPage] = field(default_factory=list)
    accepted: list[AcceptedOnPage] = field(default_factory=list)
    #: The unacceptable estimates on it that a risk–benefit analysis may bear, by their keys.
    weighable: Collection[int] = ()

    @property
    def mine(self) -> list[AcceptedRisk]:
        """What this person may accept, of what is on the page."""
        return [each.risk for each in self.waiting if not each.against_me]

    @property
    def is_empty(self) -> bool:
        """Whether no residual risk ever asked for an acceptance."""
        return not any(self.counts.values())

    @property
    def counted(self) -> list[tuple[Part, int, int]]:
        """The parts that are not empty: how many each has, and the page on which it begins."""
        return [(part, self.counts[part], start) for part, start in self.starts.items()]


@dataclass(frozen=True)
class AskedPage:
    """Which page: of that number, or the one with a hazard on it.

    ``sent`` are the keys of the hazards that a form sends back. They are on the page whatever was
    accepted meanwhile and moved the others up, so that nobody loses what they wrote.
    """

    number: str | None = None
    hazard: str = ""  # its reference
    sent: Collection[int] = ()


def acceptances_page(
    product: Product, person: User, authority: Authority | None, asked: AskedPage
) -> AcceptancesPage:
    """Read a page: what this person may accept comes first, then what others may; what lapsed
    comes before what nobody accepted yet. Some thirty queries, however long the log is.

    The order and the counts take every hazard that asks, narrowly (``acceptance_overview``); whole
    are read only those on the page.
    """
    risks = overview_of(asking_or_accepted_in(product))
    entries = _entries(risks, authority, person)
    paginator = Paginator(entries, ON_A_PAGE)
    page = paginator.get_page(asked.number or _page_with(asked.hazard, entries))
    shown = _shown(page, entries, asked.sent)
    found = AcceptancesPage(authority, page, _counts(entries), _starts(entries))
    keys = {key for each in shown.values() for key in each}
    moves = risks[0].moves if risks else None  # one answer for all risks of the product
    for risk in read_acceptances(hazards_of(product).filter(pk__in=keys), moves):
        risk.hazard.product = product
        key = risk.hazard.pk
        if risk.is_unacceptable:
            if key in shown[Part.UNACCEPTABLE]:
                found.unacceptable.append(_on_page(risk, authority, ""))
            continue
        if key in shown[Part.BORNE]:
            found.borne.append(_on_page(risk, authority, "", risk.unacceptable))
        if risk.waiting and key in shown[Part.WAITING]:
            against = against_any_acceptance(risk) or against_accepting(risk, authority, person)
            found.waiting.append(_on_page(risk, authority, against))
        if key in shown[Part.ACCEPTED]:
            found.accepted += _accepted(risk)
    found.waiting.sort(key=lambda each: (bool(each.against_me), not each.risk.lapsed))
    beyond = [one for each in (*found.unacceptable, *found.borne) for one in each.risk.unacceptable]
    found.weighable = {each.pk for each in weighable(beyond)}
    return found


def _entries(risks: Iterable[RiskNow], authority: Authority | None, person: User) -> list[Entry]:
    waiting: list[tuple[bool, bool, RiskNow]] = []
    unacceptable: list[Entry] = []
    borne: list[Entry] = []
    accepted: list[Entry] = []
    for risk in risks:
        if risk.is_unacceptable:
            unacceptable.append((Part.UNACCEPTABLE, risk))
            continue
        if risk.unacceptable:
            borne.append((Part.BORNE, risk))
        if risk.waiting:
            against = against_any_acceptance(risk) or against_accepting(risk, authority, person)
            waiting.append((bool(against), not risk.lapsed, risk))
        if any(risk.standing_for(each) for each in risk.needing):
            accepted.append((Part.ACCEPTED, risk))
    waiting.sort(key=lambda each: each[:2])
    return [(Part.WAITING, risk) for *_, risk in waiting] + unacceptable + borne + accepted


def _counts(entries: Iterable[Entry]) -> dict[Part, int]:
    counts = Counter(dict.fromkeys(Part, 0))
    counts.update(part for part, _ in entries)
    return dict(counts)


def _starts(entries: Iterable[Entry]) -> dict[Part, int]:
    starts: dict[Part, int] = {}
    for place, (part, _) in enumerate(entries):
        starts.setdefault(part, place // ON_A_PAGE + 1)
    return starts


def _page_with(reference: str, entries: Iterable[Entry]) -> int:
    places = (
        place for place, (_, risk) in enumerate(entries) if risk.hazard.reference == reference
    )
    return next(places, 0) // ON_A_PAGE + 1


def _shown(
    page: "Page[Entry]", entries: Iterable[Entry], sent: Collection[int]
) -> dict[Part, set[int]]:
    """The keys of the hazards in each part of a page, with those that were sent and still wait."""
    shown: dict[Part, set[int]] = {part: set() for part in Part}
    for part, risk in page.object_list:
        shown[part].add(risk.named.pk)
    still = (risk.named.pk for part, risk in entries if part is Part.WAITING)
    shown[Part.WAITING].update(islice((key for key in still if key in sent), ON_A_PAGE))
    return shown


def _on_page(
    risk: AcceptedRisk,
    authority: Authority | None,
    against: str,
    only: Sequence[Estimate] = (),
) -> RiskOnPage:
    shown = only or risk.waiting or risk.reading.residual.current
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
