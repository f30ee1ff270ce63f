"""Reads of triage: where each feature and change stands, what waits, and since when."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db.models import Exists, OuterRef, Q, QuerySet
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
from reviews.rhythm.triage_asking import askings, withdrawn_at
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
    """A feature or change with its newest triage, the newest answer, and what covers it.

    ``asked`` is the triage since which the officer is asked what they have not answered yet.
    """

    subject: Subject
    triage: Triage | None = None
    asked: Triage | None = None
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
        return clock_since(self.asked.triaged_at) if self.asked else None

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
    here = Q(is_active=True)
    return _readings_where(product, here, here)


def readings_to_list(product: Product) -> list[TriageReading]:
    """The same, with what was withdrawn and put to the officer as it was, or since: a hazard may
    have relied on it, and that waits for them like anything else.

    Six queries; two more where something was withdrawn that had been put to them.
    """
    unanswered = Triage.objects.filter(outcome=TriageOutcome.NEEDS_CSO, answers=None)
    readings = _readings_where(
        product,
        Q(is_active=True) | Q(Exists(unanswered.filter(feature=OuterRef("pk")))),
        Q(is_active=True) | Q(Exists(unanswered.filter(change=OuterRef("pk")))),
    )
    asked_of = [each for each in readings if not each.subject.is_active and each.asked]
    left = withdrawn_at([each.subject for each in asked_of])
    put_since = {
        each.subject
        for each in asked_of
        if each.triage is not None and each.triage.triaged_at >= left[each.subject]
    }
    return [each for each in readings if each.subject.is_active or each.subject in put_since]


def _readings_where(product: Product, features: Q, changes: Q) -> list[TriageReading]:
    subjects: list[Subject] = [
        *Feature.objects.filter(features, product=product)
        .select_related("owner__profile")
        .order_by("number"),
        *Change.objects.filter(changes, product=product)
        .select_related("owner__profile", "feature", "release")
        .order_by("number"),
    ]
    return read_triages(product, subjects)


def read_triages(product: Product, subjects: Iterable[Subject]) -> list[TriageReading]:
    """These features and changes with their triage, in their order. Three queries."""
    readings = []
    for subject in subjects:
        subject.product = product
        readings.append(TriageReading(subject))
    triages = _triages_of([each.subject for each in readings])
    answers = _answers_to(triages)
    by_subject = _by_subject(triages)
    for reading in readings:
        those = by_subject.get(_key(reading.subject), [])
        for triage in those:
            triage.product = product
        if those:
            reading.triage, reading.times = those[-1], len(those)
            reading.answer = answers.get(those[-1].pk)
        reading.asked = next(
            (first for first, last in askings(those, answers) if last.pk not in answers), None
        )
    _read_covers(readings)
    return readings


def _key(subject: Subject) -> tuple[int | None, int | None]:
    return (subject.pk, None) if isinstance(subject, Feature) else (None, subject.pk)


def _by_subject(triages: Iterable[Triage]) -> dict[tuple[int | None, int | None], list[Triage]]:
    """The triages of each feature and change, in their order."""
    found: dict[tuple[int | None, int | None], list[Triage]] = defaultdict(list)
    for triage in triages:
        found[(triage.feature_id, triage.change_id)].append(triage)
    return found


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


def _answers_to(triages: QuerySet[Triage]) -> dict[int, TriageAnswer]:
    """The newest answer to each triage that has one, by the triage's key. One query."""
    answers = TriageAnswer.objects.filter(triage__in=triages.order_by().values("pk"))
    in_order = answers.select_related("answered_by__profile").order_by("pk")
    return {answer.triage_id: answer for answer in in_order}


def _read_covers(readings: list[TriageReading]) -> None:
    by_triage = {each.triage.pk: each for each in readings if each.triage is not None}
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

    Ten queries at most. What nobody has triaged waits from the day on which it was added.
    """
    waiting = []
    readings = readings_to_list(product)
    added = _added([each for each in readings if each.triage is None])
    for reading in readings:
        words = f"{reading.subject.reference} {reading.subject.title}"
        if reading.state is TriageState.UNTRIAGED:
            since = added.get((reading.kind, reading.subject.pk), timezone.now())
            waiting.append(_waits(f"Triage {words}", reading, Side.PRODUCT, since))
        elif reading.asked is not None:
            words, asked = f"Answer the triage of {words}", reading.asked.triaged_by
            since = reading.asked.triaged_at
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
    """How long the clinical side took, or has taken, each time that it was asked by a triage.

    Without an answer only what ``triages_waiting`` lists waits: neither what the team stopped, nor
    what was withdrawn before anybody answered. Ten queries at most.
    """
    triages = Triage.objects.filter(product=product).order_by("pk")
    answers = TriageAnswer.objects.filter(triage__product=product).order_by("-pk")
    answered = dict(answers.values_list("triage_id", "answered_at"))  # the first answer to each
    waiting = {each.asked.pk for each in readings_to_list(product) if each.asked}
    today = timezone.localdate()
    return [
        wait_of(Side.CLINICAL, first.triaged_at, answered.get(last.pk), today)
        for those in _by_subject(triages).values()
        for first, last in askings(those, answered)
        if last.pk in answered or first.pk in waiting
    ]
