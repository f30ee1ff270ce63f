"""The quality rules that need to know who may approve, who accepted a risk, and who looked when."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Max

from hazards.choices import Acceptability
from hazards.models import Estimate
from hazards.quality.of_hazard import register_page
from hazards.quality.registry import Asked, FoundBy, register_hazard_source, register_log_source
from hazards.quality.rule import BLOCKS, WARNS, Found, Rule
from hazards.quality.words import said
from hazards.reading import HazardReading
from products.queries import intended_use_of
from reviews.acceptance.reading import acceptances_once
from reviews.calendar.cadence import HazardDue, dues_of_readings
from reviews.models import HazardReview
from reviews.plan.reading import officers_of

NO_CURRENT_OFFICER = Rule(
    "PE01",
    BLOCKS,
    "No current clinical safety officer",
    why="Every approval that the standard asks for is a clinical safety officer's: a registered "
    "clinician, appointed by top management (clauses 2.2.1 and 2.3.1).",
    good="Appointed and signed for on 1 March; registration checked on 3 May",
    bad="The officer left in January",
    question="Who is your clinical safety officer today, and when was their registration checked?",
    never_waived=frozenset({"*"}),
)

CHANGED_SINCE_REVIEW = Rule(
    "TR03",
    WARNS,
    "The intended use changed after the last hazard review",
    why="Hazards are those of a use. When the use changes, somebody looks whether they are still "
    "the right ones.",
    good="Intended use, version 2, of 1 May; hazards reviewed on 8 May",
    bad="Intended use opened to children, hazards last reviewed the year before",
    question="Who looked through the hazards after you changed what the product is for?",
)


def register_quality_rules() -> None:
    """Let the quality rules ask this package."""
    register_page("plan", "plan")
    register_hazard_source(waiting_for_acceptance)
    register_hazard_source(overdue_by_cadence)
    register_log_source(about_officers_and_reviews, NO_CURRENT_OFFICER, CHANGED_SINCE_REVIEW)


def waiting_for_acceptance(
    asked: Asked, readings: Sequence[HazardReading]
) -> Mapping[int, Sequence[FoundBy]]:
    """SC07: residual risks, acceptable if justified, that nobody with the authority has accepted.

    Whoever estimated a risk cannot accept it: the acceptance itself sees to that. Two
    queries, one more where an acceptance may stand; or none.
    """
    needing = [
        reading
        for reading in readings
        if any(
            each.acceptability == Acceptability.IF_JUSTIFIED for each in reading.residual.current
        )
    ]
    if not needing:
        return {}
    return {
        risk.hazard.pk: [FoundBy("SC07", _waits(risk.reading, risk.waiting[-1]))]
        for risk in acceptances_once(needing)
        if risk.waiting
    }


def overdue_by_cadence(
    asked: Asked, readings: Sequence[HazardReading]
) -> Mapping[int, Sequence[FoundBy]]:
    """LC01 where the cadence of the plan asks for a look before the day that somebody set.

    A day that somebody set and that is past is found by the rule itself.
    """
    today = asked.at.today
    waiting = [
        each
        for each in readings
        if each.hazard.review_date is None or each.hazard.review_date >= today
    ]
    if not waiting:
        return {}
    return {
        each.hazard_id: [FoundBy("LC01", Found(_due_before(each), "review_date", "cadence"))]
        for each in dues_of_readings(asked.product, waiting).values()
        if each.is_late(today)
    }


def _due_before(due: HazardDue) -> str:
    return (
        f"Its review was due on {due.on:%-d %B %Y}, since {due.why}: review it and set the next "
        "date."
    )


def _waits(reading: HazardReading, estimate: Estimate) -> Found:
    """Named by the newest estimate: what was waived for one is asked again of the next."""
    why = (
        ""
        if said(reading.hazard.justification)
        else "say why further reduction is impractical, and "
    )
    return Found(
        f"Its residual risk is acceptable only if justified: {why}have it accepted by somebody "
        "with the plan's authority who did not estimate it.",
        "residual",
        f"justified:{estimate.public_id}",
    )


def about_officers_and_reviews(asked: Asked) -> Iterator[FoundBy]:
    """PE01 and TR03."""
    officers = officers_of(asked.product)
    if not any(officer.is_current for officer in officers):
        problem = next((each for officer in officers for each in officer.problems), "")
        because = f" {problem}" if problem else ""
        yield FoundBy(
            NO_CURRENT_OFFICER.id,
            Found(f"Appoint a clinical safety officer who is current.{because}", "team"),
        )
    stated = intended_use_of(asked.product)
    if stated is None or stated.number == 1:
        return
    last = HazardReview.objects.filter(hazard__product=asked.product).aggregate(
        last=Max("reviewed_at")
    )["last"]
    if last is None or last < stated.stated_at:
        yield FoundBy(
            CHANGED_SINCE_REVIEW.id,
            Found(
                f"Version {stated.number} of the intended use was stated after the last review of "
                "a hazard: go through the hazards and record a review.",
                "intended_use",
            ),
        )
