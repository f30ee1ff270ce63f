"""What stands in a product's log now, read whole for comparing a file with it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import User
from hazards.choices import ControlState
from hazards.importing.cells import folded
from hazards.importing.memory import estimate_key
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
from hazards.queries import IN_THE_LOG
from products.models import Product
from products.queries import people_at_work


@dataclass
class StandingControl:
    """A control that acts, or acted, on a hazard."""

    control: Control
    is_active: bool = False
    on: set[str] = field(default_factory=set)  # public ids of causes; none: the whole hazard


@dataclass
class StandingHazard:
    """A hazard with its parts by public id, those taken out of the log too."""

    hazard: Hazard
    harms: dict[str, Harm] = field(default_factory=dict)
    causes: dict[str, Cause] = field(default_factory=dict)
    controls: dict[str, StandingControl] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    estimates: dict[str, str] = field(default_factory=dict)  # words, by ``estimate_key``

    @property
    def is_in_the_log(self) -> bool:
        """Whether it is a draft or live."""
        return self.hazard.state in IN_THE_LOG


@dataclass
class StandingLog:
    """A product's whole log."""

    hazards: dict[str, StandingHazard] = field(default_factory=dict)  # by public id

    @property
    def versions(self) -> dict[int, int]:
        """Each hazard's content version: whether the log is still the one that was read."""
        return {each.hazard.pk: each.hazard.content_version for each in self.hazards.values()}

    def by_reference(self, reference: str) -> StandingHazard | None:
        """The hazard that people know by this reference."""
        return self._by_reference.get(folded(reference))

    def by_name(self, name: str) -> StandingHazard | None:
        """The one hazard in the log with this name; None when there is none or several."""
        found = self.called(name)
        return found[0] if len(found) == 1 else None

    def called(self, name: str) -> list[StandingHazard]:
        """The hazards in the log with this name."""
        return self._by_name.get(folded(name), [])

    @cached_property
    def _by_reference(self) -> dict[str, StandingHazard]:
        known: dict[str, StandingHazard] = {}
        for each in self.hazards.values():
            known.setdefault(folded(each.hazard.display_reference), each)
        return known

    @cached_property
    def _by_name(self) -> dict[str, list[StandingHazard]]:
        known: dict[str, list[StandingHazard]] = defaultdict(list)
        for each in self.hazards.values():
            if each.is_in_the_log:
                known[folded(each.hazard.name)].append(each)
        return dict(known)


def words_of(severity: str, likelihood: str) -> str:
    """An estimate as words."""
    return f"{severity} · {likelihood}"


def read_standing(product: Product) -> StandingLog:
    """Read the log. Seven queries, however long it is."""
    log = StandingLog()
    by_pk: dict[int, StandingHazard] = {}
    for hazard in Hazard.objects.filter(product=product).select_related("owner__profile"):
        by_pk[hazard.pk] = log.hazards[str(hazard.public_id)] = StandingHazard(hazard)
    for harm in Harm.objects.filter(hazard__product=product):
        by_pk[harm.hazard_id].harms[str(harm.public_id)] = harm
    for cause in Cause.objects.filter(hazard__product=product):
        by_pk[cause.hazard_id].causes[str(cause.public_id)] = cause
    controls = _read_controls(product, by_pk)
    _read_evidence(product, controls)
    for estimate in _estimates(product):
        cause_id = str(estimate.cause.public_id) if estimate.cause else ""
        key = estimate_key(estimate.stage, cause_id)
        words = words_of(estimate.severity.word, estimate.likelihood.word)
        by_pk[estimate.hazard_id].estimates[key] = words  # the newest comes last
    return log


def _read_controls(
    product: Product, by_pk: dict[int, StandingHazard]
) -> dict[int, list[StandingHazard]]:
    """Fill in the controls; returns the hazards on which each of them acts, by its key."""
    hazards_of: dict[int, list[StandingHazard]] = defaultdict(list)
    links = ControlLink.objects.filter(hazard__product=product).select_related("control", "cause")
    for link in links.order_by("control__number", "pk"):
        hazard = by_pk[link.hazard_id]
        standing = hazard.controls.setdefault(
            str(link.control.public_id), StandingControl(link.control)
        )
        if hazard not in hazards_of[link.control_id]:
            hazards_of[link.control_id].append(hazard)
        if link.is_active and link.control.state != ControlState.WITHDRAWN:
            standing.is_active = True
            if link.cause is not None:
                standing.on.add(str(link.cause.public_id))
    return hazards_of


def _read_evidence(product: Product, hazards_of: dict[int, list[StandingHazard]]) -> None:
    links = EvidenceLink.objects.filter(control__product=product).select_related("evidence")
    for link in links.order_by("evidence__pk"):
        for hazard in hazards_of.get(link.control_id, []):
            hazard.evidence[str(link.evidence.public_id)] = link.evidence


def _estimates(product: Product) -> Iterable[Estimate]:
    return (
        Estimate.objects.filter(hazard__product=product)
        .select_related("cause", "severity", "likelihood")
        .order_by("pk")
    )


@dataclass
class Team:
    """Who may own a hazard, by name and by address."""

    people: list[User]

    @classmethod
    def of(cls, product: Product) -> "Team":
        """The people who work on the product today. One query."""
        return cls(list(people_at_work(product)))

    def called(self, words: str) -> list[User]:
        """The people with exactly this name or address."""
        wanted = folded(words)
        return [
            person
            for person in self.people
            if wanted in (folded(person.name), folded(person.email))
        ]
