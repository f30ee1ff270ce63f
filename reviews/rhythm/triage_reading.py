"""Reads of triage: where each feature and change stands, what waits, and since when."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from hazards.models import Control, Hazard
from products.choices import Side
from products.models import Change, Feature, Product
from reviews.choices import TriageOutcome
from reviews.models import Triage, TriageAnswer, TriageCover
from reviews.rhythm.clock import Clock, Wait, Waiting, clock_since, wait_of
from reviews.rhythm.triage_rules import TriageQuestion, questions_in

Subject = Feature | Change


class TriageState(Enum):
    """Where the triage of something stands. The order is that of the list."""

    UNTRIAGED = "Not triaged"
    WAITING = "Waits for the clinical safety officer"
    STOPPED = "Stopped"
    ANSWERED = "Answered"
    COVERED = "Covered"
    NO_EFFECT = "No effect"


_TONES = {
    TriageState.UNTRIAGED: "warn",
    TriageState.WAITING: "warn",
    TriageState.STOPPED: "bad",
    TriageState.ANSWERED: "good",
    TriageState.COVERED: "good",
}
_SHORT = {TriageState.WAITING: "With the CSO"}


@dataclass
class TriageReading:
    """A feature or change with its newest triage, the newest answer, and what covers it."""

    subject: Subject
    triage: Triage | None = None
    answer: TriageAnswer | None = None
    hazards: list[Hazard] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    times: int = 0  # how often it was triaged

    @property
    def kind(self) -> str:
        """Whether it is a feature or a change, as addresses name it."""
        return "feature" if isinstance(self.subject, Feature) else "change"

    @property
    def feature(self) -> Feature | None:
        """The feature that it is, or is of."""
        return self.subject if isinstance(self.subject, Feature) else self.subject.feature

    @property
    def outcome(self) -> TriageOutcome | None:
        """What counts: the clinical side's answer, else what the team made of it."""
        latest = self.answer or self.triage
        return TriageOutcome(latest.outcome) if latest else None

    @property
    def state(self) -> TriageState:
        """Where it stands."""
        if self.outcome is None:
            return TriageState.UNTRIAGED
        if self.outcome is TriageOutcome.NEEDS_CSO:
            return TriageState.WAITING
        if self.outcome is TriageOutcome.STOP:
            return TriageState.STOPPED
        if self.answer is not None:
            return TriageState.ANSWERED
        is_covered = self.outcome is TriageOutcome.COVERED
        return TriageState.COVERED if is_covered else TriageState.NO_EFFECT

    @property
    def is_officers(self) -> bool:
        """Whether it waits for the officer, or they stopped it: nobody else takes it from them."""
        is_stopped_by_them = self.state is TriageState.STOPPED and self.answer is not None
        return self.state is TriageState.WAITING or is_stopped_by_them

    @property
    def word(self) -> str:
        """Where it stands, in a table's cell."""
        if self.state is TriageState.ANSWERED:
            return "Covered" if self.outcome is TriageOutcome.COVERED else "No hazard"
        word: str = _SHORT.get(self.state, self.state.value)
        return word

    @property
    def tone(self) -> str:
        """The tone of ``components/status.html``."""
        if self.clock is not None:
            return self.clock.tone
        return _TONES.get(self.state, "")

    @property
    def clock(self) -> Clock | None:
        """How long the clinical side has had it; None where it is not their move."""
        if self.state is not TriageState.WAITING or self.triage is None:
            return None
        return clock_since(self.triage.triaged_at)

    @property
    def touches(self) -> list[TriageQuestion]:
        """What it touches, by the newest triage."""
        return questions_in(self.triage.touches) if self.triage else []

    @property
    def says_why(self) -> bool:
        """Whether it was answered with a hazard or a control, or why there is none."""
        return bool(
            self.hazards or self.controls or (self.answer is not None and self.answer.none_because)
        )

    @property
    def triage_url(self) -> str:
        """Where it is triaged."""
        slug = self.subject.product.slug
        return reverse("triage_of", args=[slug, self.kind, self.subject.reference])

    @property
    def url(self) -> str:
        """Its own page."""
        slug = self.subject.product.slug
        return reverse(f"{self.kind}_detail", args=[slug, self.subject.reference])


def readings_of(product: Product) -> list[TriageReading]:
    """Everything that is or was triaged and is in the product, features first. Six queries."""
    features = Feature.objects.filter(product=product, is_active=True).select_related(
        "owner__profile"
    )
    changes = Change.objects.filter(product=product, is_active=True).select_related(
        "owner__profile", "feature", "release"
    )
    subjects: list[Subject] = [*features.order_by("number"), *changes.order_by("number")]
    return read_triages(product, subjects)


def read_triages(product: Product, subjects: Iterable[Subject]) -> list[TriageReading]:
    """These features and changes with their triage, in their order. Three queries."""
    readings = []
    for subject in subjects:
        subject.product = product
        readings.append(TriageReading(subject))
    by_subject: dict[tuple[str, int | None], TriageReading] = {
        (each.kind, each.subject.pk): each for each in readings
    }
    triages = _triages_of([each.subject for each in readings])
    for triage in triages:
        key = ("feature", triage.feature_id) if triage.feature_id else ("change", triage.change_id)
        reading = by_subject.get(key)
        if reading is not None:
            triage.product = product
            reading.triage, reading.times = triage, reading.times + 1
    _read_answers(readings)
    return readings


def reading_of(subject: Subject) -> TriageReading:
    """One feature or change with its triage. Three queries."""
    [reading] = read_triages(subject.product, [subject])
    return reading


def earlier_triages(subject: Subject) -> QuerySet[Triage]:
    """Every triage of a feature or change, the newest first, with its answers."""
    return _triages_of([subject]).order_by("-pk").prefetch_related("answers__answered_by__profile")


def _triages_of(subjects: Iterable[Subject]) -> QuerySet[Triage]:
    features = [each.pk for each in subjects if isinstance(each, Feature)]
    changes = [each.pk for each in subjects if isinstance(each, Change)]
    return (
        Triage.objects.filter(Q(feature__in=features) | Q(change__in=changes))
        .select_related("triaged_by__profile")
        .order_by("pk")
    )


def _read_answers(readings: list[TriageReading]) -> None:
    by_triage = {each.triage.pk: each for each in readings if each.triage is not None}
    for answer in (
        TriageAnswer.objects.filter(triage__in=list(by_triage))
        .select_related("answered_by__profile")
        .order_by("pk")
    ):
        by_triage[answer.triage_id].answer = answer
    covers: dict[int, list[TriageCover]] = defaultdict(list)
    for cover in (
        TriageCover.objects.filter(triage__in=list(by_triage))
        .select_related("hazard", "control")
        .order_by("pk")
    ):
        covers[cover.triage_id].append(cover)
    for key, those in covers.items():
        reading = by_triage[key]
        # What the clinical side names counts; without an answer, what the team named.
        counts = reading.answer.pk if reading.answer else None
        for cover in those:
            if cover.answer_id != counts:
                continue
            if cover.hazard is not None:
                reading.hazards.append(cover.hazard)
            if cover.control is not None:
                reading.controls.append(cover.control)


def triages_waiting(product: Product) -> list[Waiting]:
    """What waits for triage by the team, and for the clinical safety officer's answer.

    Six queries. What nobody has triaged waits from the day on which it was added.
    """
    waiting = []
    readings = readings_of(product)
    added = _added([each for each in readings if each.triage is None])
    for reading in readings:
        words = f"{reading.subject.reference} {reading.subject.title}"
        if reading.state is TriageState.UNTRIAGED:
            since = added.get((reading.kind, reading.subject.pk), timezone.now())
            waiting.append(_waits(f"Triage {words}", reading, Side.PRODUCT, since))
        elif reading.clock is not None and reading.triage is not None:
            words, asked = f"Answer the triage of {words}", reading.triage.triaged_by
            since = reading.triage.triaged_at
            waiting.append(_waits(words, reading, Side.CLINICAL, since, asked))
    return waiting


def _waits(
    words: str, reading: TriageReading, side: Side, since: datetime, asked: User | None = None
) -> Waiting:
    name = asked.name if asked else ""
    return Waiting(words, reading.triage_url, side, clock_since(since), name)


def _added(readings: list[TriageReading]) -> dict[tuple[str, int], datetime]:
    """When each of these was added, by kind and key. Two queries at most."""
    found: dict[tuple[str, int], datetime] = {}
    for kind, model in (("feature", Feature), ("change", Change)):
        keys = [each.subject.pk for each in readings if each.kind == kind]
        if keys:
            found |= {(kind, key): at for key, at in _moments(model, keys)}
    return found


def _moments(
    model: type[Feature] | type[Change], keys: list[int]
) -> Iterable[tuple[int, datetime]]:
    return (
        Entry.objects.filter(
            model=model._meta.label_lower, object_id__in=keys, kind=Entry.Kind.ADDED
        )
        .order_by("pk")
        .values_list("object_id", "at")
    )


def waits_of_triages(product: Product) -> list[Wait]:
    """How long the clinical side took, or has taken, for each triage that needed it.

    Two queries. Without an answer only what ``triages_waiting`` lists waits: neither what was
    triaged anew, with whatever outcome, nor what was withdrawn before anybody answered.
    """
    triages = Triage.objects.filter(product=product).order_by("pk")
    asked = triages.filter(outcome=TriageOutcome.NEEDS_CSO)
    first: dict[int, datetime] = {}
    for key, at in TriageAnswer.objects.filter(triage__in=asked.values("pk")).values_list(
        "triage_id", "answered_at"
    ):
        first[key] = min(at, first.get(key, at))
    rows = list(
        triages.annotate(
            is_there=Coalesce("feature__is_active", "change__is_active"),
        ).values_list("pk", "feature_id", "change_id", "outcome", "triaged_at", "is_there")
    )
    newest = {(feature, change): key for key, feature, change, *_ in rows}
    today = timezone.localdate()
    return [
        wait_of(Side.CLINICAL, at, first.get(key), today)
        for key, feature, change, outcome, at, is_there in rows
        if outcome == TriageOutcome.NEEDS_CSO
        and (key in first or (is_there and newest[(feature, change)] == key))
    ]
