"""The quality rules of triage: FE01, LC02, CE04, and what makes LC01 block."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hazards.choices import ControlState, EvidenceResult, EvidenceState, HazardState, HazardStatus
from hazards.models import Evidence
from hazards.quality.of_hazard import register_page
from hazards.quality.registry import Asked, FoundBy, register_hazard_source, register_log_source
from hazards.quality.rule import BLOCKS, WARNS, Found, Rule
from hazards.reading import ControlReading, HazardReading
from products.going_out import is_to_come
from products.models import Change, Feature, ReleaseFeature
from reviews.calendar.cadence import dues_of_readings
from reviews.choices import TriageOutcome
from reviews.models import HazardReview
from reviews.rhythm.triage_effects import Effect, last_effects
from reviews.rhythm.triage_reading import TriageReading, TriageState, readings_of

UNTRIAGED = Rule(
    "LC02",
    BLOCKS,
    "Not triaged, or closed with open controls",
    why="What nobody asked about at kick-off goes out unseen; what is closed with open controls is "
    "looked at by nobody any more.",
    good="FEAT-6 triaged on 3 May: covered by HAZ-002 and HAZ-003",
    bad="A feature of the release that nobody has triaged; a closed hazard whose control is agreed",
    question="What tells you that the new features touch no risk that you have not seen, and that "
    "what you closed is done?",
    never_waived=frozenset({"open-controls"}),
)

NO_HAZARD_SAID = Rule(
    "FE01",
    WARNS,
    "A feature that needed the officer, with no hazard and no reason",
    why="It touched something at kick-off. Either a hazard covers it, or somebody says why none "
    "does.",
    good="Considered, no hazard because the wording is the leaflet's, which did not change",
    bad="Needs the clinical safety officer; nothing since",
    question="Which hazard does this feature belong to, or why to none?",
)

OLD_EVIDENCE = Rule(
    "CE04",
    WARNS,
    "Evidence that is older than the last change, or no longer valid",
    why="A test shows how the product was on its day. After a change that touches the hazard "
    "somebody tests again, or says why the old result still holds.",
    good="Changed on 1 May, tested again on 8 May",
    bad="Laboratory codes changed in January, evidence of October",
    question="Which of the tests that protect {hazard} were run after the last change?",
)


def register_triage_rules() -> None:
    """Let the quality rules ask about triage."""
    register_page("triage", "triage_list")
    register_log_source(about_triage, UNTRIAGED, NO_HAZARD_SAID)
    register_hazard_source(closed_with_open_controls)
    register_hazard_source(after_a_change, OLD_EVIDENCE)


def about_triage(asked: Asked) -> Iterator[FoundBy]:
    """LC02 and FE01, for what the release in hand carries; without one, for all of it.

    A change that no release carries goes out with whichever comes next, so it counts for every one
    that is still to come.
    """
    readings = readings_of(asked.product)
    carried, touching = _carried(asked), _with_hazards(asked)
    for reading in readings:
        if not _is_of_release(reading, asked, carried):
            continue
        sentence = _why_it_blocks(reading)
        if sentence:
            yield FoundBy(UNTRIAGED.id, Found(sentence, "triage", _subject(reading)))
        elif _says_nothing(reading, touching):
            yield FoundBy(
                NO_HAZARD_SAID.id,
                Found(
                    f"{reading.subject.reference} needed the clinical safety officer: link the "
                    "hazard that covers it, or say why there is none.",
                    "triage",
                    _subject(reading),
                ),
            )


def _carried(asked: Asked) -> set[int]:
    if asked.release is None:
        return set()
    links = ReleaseFeature.objects.filter(release=asked.release, is_active=True)
    return set(links.values_list("feature_id", flat=True))


def _with_hazards(asked: Asked) -> set[int]:
    """The features that a hazard in the log is linked with."""
    linked = Feature.objects.filter(
        product=asked.product,
        hazard_links__is_active=True,
        hazard_links__hazard__state__in=(HazardState.DRAFT, HazardState.LIVE),
    )
    return set(linked.values_list("pk", flat=True))


def _is_of_release(reading: TriageReading, asked: Asked, carried: set[int]) -> bool:
    if asked.release is None:
        return True
    if isinstance(reading.subject, Feature):
        return reading.subject.pk in carried
    if reading.subject.release_id is None:
        return is_to_come(asked.release)
    return reading.subject.release_id == asked.release.pk


def _why_it_blocks(reading: TriageReading) -> str:
    subject = reading.subject
    is_unplaced = isinstance(subject, Change) and subject.release_id is None
    if reading.state is TriageState.UNTRIAGED:
        or_else = ", or put it in the release that it goes out with" if is_unplaced else ""
        return (
            f"Nobody has triaged {subject.reference} {subject.title}: answer its questions"
            f"{or_else}."
        )
    if reading.state is TriageState.STOPPED:
        out = (
            "withdraw it, put it in a later release"
            if is_unplaced
            else "take it out of the release"
        )
        return (
            f"{subject.reference} {subject.title} was stopped at triage: {out}, or triage it anew "
            "once it has changed."
        )
    return ""


def _says_nothing(reading: TriageReading, touching: set[int]) -> bool:
    if reading.triage is None or reading.triage.outcome != TriageOutcome.NEEDS_CSO:
        return False
    feature = reading.feature
    return not reading.says_why and not (feature is not None and feature.pk in touching)


def _subject(reading: TriageReading) -> str:
    """What a finding is about. A stop has a subject of its own: who waived that nobody had looked
    yet, or broke the glass over it, did not know that somebody looks and stops it."""
    kind = f"stopped-{reading.kind}" if reading.state is TriageState.STOPPED else reading.kind
    return f"{kind}:{reading.subject.reference}"


def closed_with_open_controls(
    asked: Asked, readings: Sequence[HazardReading]
) -> Mapping[int, Sequence[FoundBy]]:
    """LC02 on a hazard: it is closed, and a control that acts on it was never put in place."""
    found: dict[int, Sequence[FoundBy]] = {}
    for reading in readings:
        if reading.hazard.status != HazardStatus.CLOSED:
            continue
        waiting = [
            each.control.reference
            for each in reading.controls
            if each.control.state in (ControlState.PROPOSED, ControlState.AGREED)
        ]
        if waiting:
            named = ", ".join(waiting[:3]) + (" and others" if len(waiting) > 3 else "")
            sentence = f"It is closed while {named} is not in place: open it again, or finish."
            found[reading.hazard.pk] = [
                FoundBy(UNTRIAGED.id, Found(sentence, "status", "open-controls"))
            ]
    return found


def after_a_change(
    asked: Asked, readings: Sequence[HazardReading]
) -> Mapping[int, Sequence[FoundBy]]:
    """CE04 for each hazard; and LC01 as a finding that blocks, where its review is overdue and its
    feature changed since the last one."""
    effects = last_effects(asked.product, readings)
    overdue = _overdue_since(asked, readings, effects)
    found: dict[int, Sequence[FoundBy]] = {}
    for reading in readings:
        effect = effects.get(reading.hazard.pk)
        those = [
            FoundBy(OLD_EVIDENCE.id, each)
            for control in reading.controls
            for each in _old_evidence(control, effect, asked.at.today)
        ]
        if effect is not None and reading.hazard.pk in overdue:
            those.append(FoundBy("LC01", overdue[reading.hazard.pk]))
        if those:
            found[reading.hazard.pk] = those
    return found


def _old_evidence(control: ControlReading, effect: Effect | None, today: date) -> Iterator[Found]:
    shows = [each for each in control.evidence if _shows(each)]
    if not shows:
        return
    reference, public_id = control.control.reference, control.control.public_id
    still_valid = [each for each in shows if each.valid_until is None or each.valid_until >= today]
    newest = max((each.dated_on for each in shows if each.dated_on is not None), default=None)
    if not still_valid:
        last = max(each.valid_until for each in shows if each.valid_until is not None)
        yield Found(
            f"The evidence of {reference} was valid until {last:%-d %B %Y}: obtain it anew.",
            "evidence",
            f"expired:{public_id}",
        )
    elif effect is not None and newest is not None and newest < effect.on:
        yield Found(
            f"The evidence of {reference} is of {newest:%-d %B %Y}, older than {effect.said}: test "
            "it again once that is built, or say why it still holds.",
            "evidence",
            f"control:{public_id}",
        )


def _shows(evidence: Evidence) -> bool:
    return evidence.state == EvidenceState.OBTAINED and evidence.result == EvidenceResult.PASS


def _overdue_since(
    asked: Asked, readings: Sequence[HazardReading], effects: Mapping[int, Effect]
) -> dict[int, Found]:
    """LC01 for the overdue hazards that a change touches since their last review."""
    touched = [each for each in readings if each.hazard.pk in effects]
    if not touched:
        return {}
    keys = [each.hazard.pk for each in touched]
    reviews = HazardReview.objects.filter(hazard__in=keys).order_by("pk")
    last = dict(reviews.values_list("hazard_id", "reviewed_at"))
    found = {}
    for due in dues_of_readings(asked.product, touched).values():
        effect, reviewed = effects[due.hazard_id], last.get(due.hazard_id)
        if not due.is_late(asked.at.today):
            continue
        if reviewed is not None and reviewed >= effect.at:
            continue
        # The same subject as the finding that warns, so that this one takes its place.
        is_said = due.said is not None and due.said < asked.at.today
        found[due.hazard_id] = Found(
            f"Its review was due on {due.on:%-d %B %Y}, and {effect.said} touches it since: review "
            "it and set the next date.",
            "review_date",
            "" if is_said else "cadence",
            BLOCKS,
        )
    return found
