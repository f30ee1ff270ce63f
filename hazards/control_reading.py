"""The controls of a product: a list of them, and everything that leans on one.

"What if this one fails?" is asked of one control: which hazards lose it, where it is the only one,
and which risks rely on it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower, Trim

from hazards.choices import ControlState, EvidenceState, Party
from hazards.models import Cause, Control, ControlLink, Estimate, EvidenceLink, Harm, Hazard
from hazards.places import same_words
from hazards.presentation import CONTROL_TONES, RiskChip, chip_of
from hazards.queries import IN_THE_LOG, hazards_protected_by, with_scope_label
from hazards.reading import ControlReading, HazardReading, read_hazards
from products.models import Feature, Product


@dataclass(frozen=True)
class ControlFilter:
    """What the list of controls is narrowed to; '' narrows nothing."""

    words: str = ""
    state: str = ""
    party: str = ""
    #: ``shared`` (several hazards), ``one``, ``none`` (acts on nothing) or ``same`` (same words).
    reach: str = ""


@dataclass(frozen=True)
class ControlRow:
    """A control in the list."""

    control: Control
    hazards: int
    evidence: int

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return CONTROL_TONES.get(ControlState(self.control.state), "")


def controls_where(product: Product, wanted: ControlFilter) -> QuerySet[Control]:
    """The controls that fit, in the order of their references; withdrawn ones when asked for."""
    found = Control.objects.filter(product=product).order_by("number")
    if wanted.state:
        found = found.filter(state=wanted.state)
    else:
        found = found.exclude(state=ControlState.WITHDRAWN)
    if wanted.party:
        found = found.filter(party="" if wanted.party == "nobody" else wanted.party)
    for word in wanted.words.split():
        found = found.filter(Q(text__icontains=word) | Q(reference__icontains=word))
    if wanted.reach == "same":
        return found.annotate(said=Lower(Trim("text"))).filter(said__in=_said_twice(product))
    if wanted.reach in _REACH:
        reached = _reach(product)
        if wanted.reach == "none":
            return found.exclude(pk__in=reached.values("control"))
        return found.filter(pk__in=reached.filter(_REACH[wanted.reach]).values("control"))
    return found


_REACH = {"shared": Q(reaches__gte=2), "one": Q(reaches=1), "none": Q()}


def _reach(product: Product) -> QuerySet[ControlLink, dict[str, int]]:
    """The controls that act on hazards in the log, with how many."""
    return (
        ControlLink.objects.filter(
            control__product=product, is_active=True, hazard__state__in=IN_THE_LOG
        )
        .order_by()
        .values("control")
        .annotate(reaches=Count("hazard", distinct=True))
    )


def _said_twice(product: Product) -> QuerySet[Control, str]:
    """The words, in small letters, of which several controls in use are made."""
    return (
        Control.objects.filter(product=product)
        .exclude(state=ControlState.WITHDRAWN)
        .order_by()
        .annotate(said=Lower(Trim("text")))
        .values("said")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .values_list("said", flat=True)
    )


def control_counts(product: Product) -> tuple[Counter[str], Counter[str]]:
    """How many controls there are in each state, and in use of each party. Two queries."""
    controls = Control.objects.filter(product=product).order_by()
    states = controls.values_list("state").annotate(times=Count("pk"))
    in_use = controls.exclude(state=ControlState.WITHDRAWN)
    parties = in_use.values_list("party").annotate(times=Count("pk"))
    return Counter(dict(states)), Counter(dict(parties))


def rows_of(controls: Sequence[Control]) -> list[ControlRow]:
    """The controls of a page with what leans on each. Two queries."""
    keys = [control.pk for control in controls]
    hazards = dict(
        ControlLink.objects.filter(control__in=keys, is_active=True, hazard__state__in=IN_THE_LOG)
        .order_by()
        .values_list("control")
        .annotate(times=Count("hazard", distinct=True))
    )
    evidence = dict(
        EvidenceLink.objects.filter(
            control__in=keys,
            is_active=True,
            evidence__is_active=True,
            evidence__state=EvidenceState.OBTAINED,
        )
        .order_by()
        .values_list("control")
        .annotate(times=Count("evidence"))
    )
    return [
        ControlRow(each, hazards.get(each.pk, 0), evidence.get(each.pk, 0)) for each in controls
    ]


# --- What if this one fails? ----------------------------------------------------------------------


@dataclass
class LeaningHazard:
    """A hazard that the control protects, and what it would be without it."""

    reading: HazardReading
    here: ControlReading
    scope_label: str
    only_on_causes: list[Cause] = field(default_factory=list)
    only_on_harms: list[Harm] = field(default_factory=list)

    @property
    def hazard(self) -> Hazard:
        """The hazard."""
        return self.reading.hazard

    @property
    def is_the_only_one(self) -> bool:
        """Whether no other control acts on the hazard at all."""
        return len(self.reading.controls) == 1

    @property
    def residual(self) -> RiskChip | None:
        """The residual risk, which relies on it."""
        shown = self.reading.residual.shown
        return chip_of(shown, self.reading.residual.is_provisional) if shown else None

    @property
    def initial(self) -> RiskChip | None:
        """The risk as it was before any control."""
        shown = self.reading.initial.shown
        return chip_of(shown) if shown else None


@dataclass(frozen=True)
class Leaning:
    """Everything that leans on a control."""

    control: Control
    reading: ControlReading | None  # as any of its hazards sees it: evidence, new hazards
    hazards: list[LeaningHazard]
    features: list[Feature]

    @property
    def releases(self) -> list[str]:
        """The releases from which its hazards are in scope, each once."""
        return list(dict.fromkeys(each.scope_label for each in self.hazards if each.scope_label))

    @property
    def worst(self) -> Estimate | None:
        """The worst residual risk that relies on it."""
        shown = [
            each.reading.residual.shown for each in self.hazards if each.reading.residual.shown
        ]
        return max(shown, key=lambda each: (each.class_number, -each.pk), default=None)

    @property
    def sentences(self) -> list[str]:
        """What happens when it fails, in words."""
        return _sentences(self)


def what_leans_on(control: Control) -> Leaning:
    """Everything that leans on a control. The number of queries is the same for any number."""
    rows = list(
        with_scope_label(hazards_protected_by(control).filter(state__in=IN_THE_LOG)).order_by(
            "number"
        )
    )
    labels = {row.pk: row.scope_label or "" for row in rows}
    hazards = []
    for reading in read_hazards(rows):
        here = next((each for each in reading.controls if each.control.pk == control.pk), None)
        if here is None:
            continue  # withdrawn: it acts on nothing any more
        others = [each for each in reading.controls if each is not here]
        covered = {part for each in others for part in (*each.causes, *each.harms)}
        on_whole = any(each.acts_on_whole_hazard for each in others)
        hazards.append(
            LeaningHazard(
                reading,
                here,
                labels[reading.hazard.pk],
                [c for c in here.causes if not on_whole and c not in covered],
                [h for h in here.harms if not on_whole and h not in covered],
            )
        )
    features = {f.pk: f for each in hazards for f in each.reading.features}
    ordered = sorted(features.values(), key=lambda each: each.number)
    return Leaning(control, hazards[0].here if hazards else None, hazards, ordered)


def _sentences(leaning: Leaning) -> list[str]:
    control, hazards = leaning.control, leaning.hazards
    if control.state == ControlState.WITHDRAWN:
        return [f"{control.reference} is withdrawn: nothing leans on it any more."]
    if not hazards:
        return [f"No hazard in the log leans on {control.reference}, so nothing changes."]
    count = "one hazard loses" if len(hazards) == 1 else f"{len(hazards)} hazards lose"
    sentences = [f"If {control.reference} fails, {count} it."]
    alone = [each.hazard.display_reference for each in hazards if each.is_the_only_one]
    if alone:
        verb = "has" if len(alone) == 1 else "have"
        sentences.append(f"{_listed(alone)} {verb} no other control.")
    causes = sum(len(each.only_on_causes) for each in hazards)
    if causes:
        words = "One cause has" if causes == 1 else f"{causes} causes have"
        sentences.append(f"{words} no other control acting there.")
    if leaning.worst is not None:
        worst = leaning.worst
        sentences.append(
            f"The worst residual risk that relies on it is class {worst.class_number} "
            f"({worst.severity_word}, {worst.likelihood_word})."
        )
    if control.party == Party.DEPLOYER:
        sentences.append("It is in the hands of the deploying organisation.")
    return sentences


def _listed(references: list[str], most: int = 5) -> str:
    if len(references) > most:
        return f"{', '.join(references[:most])} and {len(references) - most} others"
    if len(references) == 1:
        return references[0]
    return f"{', '.join(references[:-1])} and {references[-1]}"


def copies_of(control: Control) -> list[Control]:
    """The other controls in use that say the same, whatever their spaces and capitals."""
    maybe = (
        Control.objects.filter(
            product=control.product_id, text__icontains=control.text.split()[0][:40]
        )
        .exclude(state=ControlState.WITHDRAWN)
        .exclude(pk=control.pk)
        .order_by("number")
    )
    same = same_words(control.text)
    return [each for each in maybe if same_words(each.text) == same]
