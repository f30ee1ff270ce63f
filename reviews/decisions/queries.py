"""Reads of trade-off decisions: lists, what waits and for whom, what is about a hazard."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Model, QuerySet
from django.utils import timezone

from audit.tracked import history_model_of
from hazards.models import Control, Hazard
from hazards.queries import controls_of, hazards_of
from products.choices import Side
from products.models import Product
from reviews.choices import DecisionState, Meaning, SubjectKind
from reviews.decisions.reading import placed, read_decisions
from reviews.decisions.rules import PlacedRisk
from reviews.decisions.shapes import DecisionReading
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
from reviews.signing.record import records_of


@dataclass(frozen=True)
class WaitingDecision:
    """A decision that waits, for which sides, for what, and since when."""

    reading: DecisionReading
    sides: tuple[Side, ...]
    what: str
    since: datetime.datetime

    @property
    def decision(self) -> Decision:
        """The decision."""
        return self.reading.decision


def decisions_of(product: Product) -> QuerySet[Decision]:
    """The decisions of a product, newest first, with what their texts name."""
    return (
        Decision.objects.filter(product=product)
        .select_related("feature", "release", "supersedes")
        .order_by("-number")
    )


def open_decisions(product: Product) -> list[DecisionReading]:
    """The open decisions of a product whole, newest first. A dozen queries, or one."""
    found = list(decisions_of(product).filter(state=DecisionState.OPEN))
    return read_decisions(product, found) if found else []


def decisions_waiting(product: Product) -> list[WaitingDecision]:
    """What waits on a product: open decisions, and agreed ones that are to be reviewed.

    The one that waits longest comes first. Thirty queries at most, however many there are.
    """
    alive = decisions_of(product).filter(state__in=(DecisionState.OPEN, DecisionState.AGREED))
    readings = [each for each in read_decisions(product, alive) if each.turn.sides]
    since = last_moves([each.decision for each in readings])
    waiting = [
        WaitingDecision(each, each.turn.sides, each.turn.what, since[each.decision.pk])
        for each in readings
    ]
    return sorted(waiting, key=lambda each: each.since)


def last_moves(decisions: Iterable[Decision]) -> dict[int, datetime.datetime]:
    """When somebody last moved each decision: wrote of it, estimated for it, or signed it.

    By the decision's key. Three queries.
    """
    keys = {each.pk: each.public_id for each in decisions}
    versions = history_model_of(Decision)._default_manager
    moved: dict[int, datetime.datetime] = dict(
        versions.filter(id__in=list(keys))
        .order_by()
        .values_list("id")
        .annotate(last=Max("history_date"))
    )
    estimated = (
        OptionEstimate.objects.filter(option__decision__in=list(keys))
        .order_by()
        .values_list("option__decision")
        .annotate(last=Max("estimated_at"))
    )
    signed = dict(
        SignOff.objects.filter(
            subject_kind=SubjectKind.DECISION, subject_id__in=list(keys.values())
        )
        .exclude(meaning=Meaning.WITHDRAWN)
        .order_by()
        .values_list("subject_id")
        .annotate(last=Max("signed_at"))
    )
    for key, when in estimated:
        moved[key] = max(moved[key], when)
    for key, public_id in keys.items():
        if public_id in signed:
            moved[key] = max(moved[key], signed[public_id])
    return moved


@dataclass(frozen=True)
class DecisionAboutHazard:
    """A decision as a hazard's page names it; ``risk`` is the hazard's under the chosen option."""

    decision: Decision
    risk: PlacedRisk | None
    is_touched: bool
    to_review: bool

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.decision.state


def decisions_about(hazard: Hazard) -> list[DecisionAboutHazard]:
    """The decisions whose table holds a hazard and that were not dropped, newest first.

    Four queries, or one.
    """
    rows = DecisionHazard.objects.filter(hazard=hazard, is_active=True).values("decision")
    found = Decision.objects.filter(pk__in=rows).exclude(state=DecisionState.DROPPED)
    decisions = list(found.select_related("chosen").order_by("-number"))
    if not decisions:
        return []
    today = timezone.localdate()
    estimates = {
        each.option_id: each
        for each in OptionEstimate.objects.filter(
            option__in=[each.chosen_id for each in decisions if each.chosen_id],
            row__hazard=hazard,
        ).select_related("severity", "likelihood", "risk_class", "matrix")
    }
    taken_back = _taken_back(each.public_id for each in decisions)
    fired = set(
        ReviewTrigger.objects.filter(
            decision__in=decisions, is_active=True, fired_at__isnull=False
        ).values_list("decision", flat=True)
    )
    return [
        _about(
            each,
            estimates.get(each.chosen_id or 0),
            is_due=each.pk in fired
            or each.public_id in taken_back
            or (each.review_on is not None and each.review_on <= today),
        )
        for each in decisions
    ]


def _taken_back(decisions: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The decisions of which a signature was withdrawn after the last one was given. One query.

    An agreed one is given no more of them, so that is a signature by which it was agreed.
    """
    last: dict[uuid.UUID, str] = {}
    found: set[uuid.UUID] = set()
    signed = SignOff.objects.filter(subject_kind=SubjectKind.DECISION, subject_id__in=decisions)
    for key, meaning, fingerprint, withdrawn in signed.order_by("pk").values_list(
        "subject_id", "meaning", "fingerprint", "withdraws__fingerprint"
    ):
        if meaning != Meaning.WITHDRAWN:
            last[key] = fingerprint
            found.discard(key)
        elif withdrawn == last.get(key):
            found.add(key)
    return found


def _about(
    decision: Decision, estimate: OptionEstimate | None, *, is_due: bool
) -> DecisionAboutHazard:
    risk_class = estimate.risk_class if estimate else None
    return DecisionAboutHazard(
        decision,
        placed(estimate, risk_class.number) if risk_class else None,
        is_touched=estimate is None or estimate.is_touched,
        to_review=decision.state == DecisionState.AGREED and is_due,
    )


def standing_version(option: DecisionOption, row: DecisionHazard) -> int:
    """The version of what somebody said an option does to a hazard; 0 where nobody has."""
    found = OptionEstimate.objects.filter(option=option, row=row)
    return found.values_list("version", flat=True).first() or 0


def successor_of(decision: Decision) -> Decision | None:
    """The decision that has taken, or is to take, the place of one; those dropped do not count."""
    found: QuerySet[Decision] = Decision.objects.filter(supersedes=decision)
    return found.exclude(state=DecisionState.DROPPED).order_by("-number").first()


def hazards_to_add(reading: DecisionReading) -> QuerySet[Hazard]:
    """The hazards in the log that are not in a decision's table yet."""
    there = [each.row.hazard_id for each in reading.rows if each.row.hazard_id]
    return hazards_of(reading.decision.product).exclude(pk__in=there)


def controls_to_adopt(reading: DecisionReading) -> QuerySet[Control]:
    """The controls in use that act on a hazard of a decision's table."""
    hazards = [each.row.hazard_id for each in reading.rows if each.row.hazard_id]
    return controls_of(Hazard.objects.filter(pk__in=hazards))


def decision_records(decision: Decision) -> dict[type[Model], list[int]]:
    """A decision with everything on it and everything signed of it, for its history."""
    on: dict[type[Model], Mapping[str, Any]] = {
        DecisionOption: {"decision": decision},
        DecisionHazard: {"decision": decision},
        OptionEstimate: {"option__decision": decision},
        Safeguard: {"option__decision": decision},
        SafeguardHazard: {"safeguard__option__decision": decision},
        ReviewTrigger: {"decision": decision},
        Dissent: {"decision": decision},
    }
    return records_of(decision, on)
