"""A row in each table of what brings the two sides together, for laws that hold for all tables."""

import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from audit.acts import act
from hazards.models import Control, Estimate, Hazard
from products.choices import Role, Side, TokenScope, TrackerKind
from products.models import (
    ApiToken,
    Change,
    Feature,
    GlossaryTerm,
    Product,
    Release,
    TrackerConnection,
    TrackerItem,
)
from reviews.choices import (
    FourQuestions,
    SafeguardKind,
    TradeOff,
    TriageOutcome,
    WorkshopKind,
)
from reviews.models import (
    ActionItem,
    Attendance,
    Charter,
    CharterOutcome,
    CharterTradeOff,
    Checkpoint,
    CheckpointRhythm,
    Concern,
    Decision,
    DecisionHazard,
    DecisionOption,
    DecisionRight,
    Dissent,
    HazardLook,
    OptionEstimate,
    Question,
    ReviewTrigger,
    RiskBenefit,
    Safeguard,
    SafeguardHazard,
    Story,
    Triage,
    TriageAnswer,
    TriageCover,
    Workshop,
    WorkshopEntry,
    WorkshopFeature,
    WorkshopStep,
)
from safetycase.choices import GateDecision
from safetycase.models import BreakGlass, GateResult, Issue, ReleaseStatement

_numbers = count(900)


def rows_of_the_bridge(hazard: Hazard, feature: Feature, release: Release, person: User) -> None:
    """At least one row in each of its tables."""
    product = hazard.product
    with act(by=person, reason="Brought both sides together", scope=product.scope) as under_way:
        made = {"at": under_way.at, "by": person}
        _of_the_product(product, feature, made)
        _of_triage(hazard, feature, made)
        _of_meetings(hazard, feature, made)
        _of_agreements(hazard, made)
        _of_the_gate(product, release, made)


def _kept(row: Any) -> Any:
    row.save()
    return row


def _when(name: str, made: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}_at": made["at"], f"{name}_by": made["by"]}


def _of_the_product(product: Product, feature: Feature, made: dict[str, Any]) -> None:
    number = next(_numbers)
    change = Change(product=product, reference=f"CHG-{number}", number=number, title="A library")
    _kept(change)
    _kept(GlossaryTerm(product=product, word=f"word {number}", meaning="A word", side=Side.PRODUCT))
    _kept(
        ApiToken(
            product=product,
            name="Pipeline",
            scope=TokenScope.GATE,
            beginning="sc_",
            expires_on=timezone.localdate(),
            **_when("made", made),
        )
    )
    tracker = _kept(TrackerConnection(product=product, kind=TrackerKind.GENERIC, name="Tickets"))
    item = _kept(TrackerItem(connection=tracker, external_id=f"T-{number}", feature=feature))
    _kept(Story(product=product, item=item, title="Stop the reissue"))


def _of_triage(hazard: Hazard, feature: Feature, made: dict[str, Any]) -> None:
    product = hazard.product
    triage = _kept(
        Triage(
            product=product,
            feature=feature,
            outcome=TriageOutcome.NEEDS_CSO,
            **_when("triaged", made),
        )
    )
    answer = TriageAnswer(triage=triage, outcome=TriageOutcome.COVERED, **_when("answered", made))
    _kept(answer)
    _kept(TriageCover(triage=triage, answer=answer, hazard=hazard))
    _kept(Concern(product=product, text="It looks alike", **_when("raised", made)))
    _kept(
        Question(
            product=product,
            about_kind="hazard",
            about_id=str(hazard.public_id),
            about_label="the hazard",
            to_side=Side.PRODUCT,
            text="How many?",
            **_when("asked", made),
        )
    )
    _kept(HazardLook(hazard=hazard, why="Its feature changed", **_when("asked", made)))


def _of_meetings(hazard: Hazard, feature: Feature, made: dict[str, Any]) -> None:
    product, today, number = hazard.product, timezone.localdate(), next(_numbers)
    workshop = _kept(
        Workshop(
            product=product,
            number=number,
            kind=WorkshopKind.KICK_OFF,
            title="Kick-off",
            held_on=today,
        )
    )
    _kept(WorkshopFeature(workshop=workshop, feature=feature))
    _kept(Attendance(workshop=workshop, name="Farah", role=Role.CLINICIAN))
    step = _kept(WorkshopStep(workshop=workshop, position=1, text="Order"))
    _kept(WorkshopEntry(workshop=workshop, step=step, text="Late", hazard=hazard))
    _kept(CheckpointRhythm(product=product, first_on=today))
    checkpoint = _kept(Checkpoint(product=product, number=number, held_on=today))
    due = today + datetime.timedelta(days=14)
    _kept(
        ActionItem(product=product, checkpoint=checkpoint, text="Ask", owner=made["by"], due_on=due)
    )


def _of_agreements(hazard: Hazard, made: dict[str, Any]) -> None:
    product, number = hazard.product, next(_numbers)
    charter = _kept(Charter(product=product, number=number, **_when("drafted", made)))
    _kept(CharterOutcome(charter=charter, position=1, side=Side.CLINICAL, outcome="No harm"))
    _kept(CharterTradeOff(charter=charter, position=1, kind=TradeOff.NEVER, text="Lower a tier"))
    _kept(DecisionRight(charter=charter, position=1, what="Tiers", decides="The officer"))
    decision = Decision(product=product, number=number, reference=f"DEC-{number}", title="How long")
    _kept(decision)
    option = _kept(DecisionOption(decision=decision, position=1, name="Monthly"))
    row = _kept(DecisionHazard(decision=decision, hazard=hazard))
    _kept(OptionEstimate(option=option, row=row, is_touched=False, **_when("estimated", made)))
    safeguard = Safeguard(
        option=option,
        position=1,
        kind=SafeguardKind.CONTROL,
        answers=FourQuestions.BASELINE,
        text="A review each year",
        control=Control.objects.filter(product=product).first(),
    )
    _kept(safeguard)
    _kept(SafeguardHazard(safeguard=safeguard, row=row))
    _kept(ReviewTrigger(decision=decision, text="The dismissal rate rises"))
    _kept(
        Dissent(
            decision=decision,
            side=Side.CLINICAL,
            text="Too long",
            **_when("recorded", made),
        )
    )
    estimate = Estimate.objects.filter(hazard=hazard).latest("pk")
    _kept(
        RiskBenefit(
            product=product,
            number=number,
            hazard=hazard,
            estimate=estimate,
            **_when("drafted", made),
        )
    )


def _of_the_gate(product: Product, release: Release, made: dict[str, Any]) -> None:
    on_release = {"product": product, "release": release}
    _kept(
        GateResult(
            **on_release,
            decision=GateDecision.BLOCKED,
            content="{}",
            fingerprint="0" * 64,
            **_when("frozen", made),
        )
    )
    _kept(
        BreakGlass(
            **on_release,
            why="An outage",
            interim_measures="Calls",
            expires_on=timezone.localdate(),
            blocked_by="[]",
            **_when("asked", made),
        )
    )
    issue = Issue.objects.latest("pk")
    _kept(ReleaseStatement(**on_release, covered_by=issue, why="A colour", **_when("stated", made)))
