"""What the hazard log page reads: a light line of every hazard, then the rows of one page.

The number of queries is the same for ten hazards and for a thousand.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from hazards.choices import Acceptability, ControlKind, ControlState, HazardStatus, Party
from hazards.log import LevelWord, LogLine, Square
from hazards.models import Cause, Cell, Control, ControlLink, Harm, Hazard, HazardFeature
from hazards.presentation import STATUS_TONES, RiskChip
from hazards.queries import CONTROL_DOES_NOT_STAND, in_scope_of
from hazards.rules import ControlFacts, control_stands
from products.models import Feature, Product, Release

_SQUARE = (
    "class_number",
    "acceptability",
    "severity_id",
    "likelihood_id",
)
_LINE = (
    "pk",
    "number",
    "reference",
    "imported_reference",
    "name",
    "state",
    "status",
    "owner_id",
    "owner__profile__name",
    "owner_role",
    "family",
    "review_date",
    *(f"worst_{stage}__{name}" for stage in ("initial", "residual") for name in _SQUARE),
)
_LEVELS = tuple(
    f"{axis}__{name}" for axis in ("severity", "likelihood") for name in ("pk", "word", "position")
)
_OWN = 12  # columns of the hazard itself in _LINE; then its squares
_RESIDUAL = _OWN + len(_SQUARE)


def features_in_order(product: Product) -> list[Feature]:
    """The features of a product, without what their own page needs. One query."""
    return list(Feature.objects.filter(product=product, is_active=True).order_by("number"))


def releases_newest_first(product: Product) -> list[Release]:
    """The releases of a product. One query."""
    return list(Release.objects.filter(product=product).order_by("-position"))


def log_lines(product: Product, features: Sequence[Feature]) -> list[LogLine]:
    """A light line of every hazard of a product, withdrawn ones too. Five queries.

    ``features`` are the product's, in their order.
    """
    touched = _features_by_hazard(product, features)
    parties = _parties_not_standing(product)
    additional = _acceptable_with_additional_controls(product)
    squares = _Squares(product)
    lines = []
    for row in Hazard.objects.filter(product=product).order_by("number").values_list(*_LINE):
        pk, number, reference, imported, name, state, status = row[:7]
        owner, owner_name, role, family, review_date = row[7:_OWN]
        whose = parties.get(pk, ())
        lines.append(
            LogLine(
                pk,
                number,
                reference,
                imported or reference,
                name,
                state,
                status,
                owner=str(owner) if owner else role and f"role:{role}",
                owner_words=owner_name or role,
                family=family,
                review_date=review_date,
                initial=squares[row[_OWN:_RESIDUAL]],
                residual=squares[row[_RESIDUAL:]],
                features=touched.get(pk, ()),
                has_additional_controls=pk in additional,
                has_unverified_controls=bool(whose) and whose != {Party.DEPLOYER},
                is_shaky=bool(whose),
            )
        )
    return lines


class _Squares(dict[tuple[Any, ...], Square | None]):
    """The squares of a product's matrices by the values of an estimate; each is made once."""

    def __init__(self, product: Product) -> None:
        super().__init__({(None,) * len(_SQUARE): None})
        self.severities: dict[int, LevelWord] = {}
        self.likelihoods: dict[int, LevelWord] = {}
        for row in Cell.objects.filter(matrix__product=product).order_by().values_list(*_LEVELS):
            self.severities[row[0]] = LevelWord._make(row[:3])
            self.likelihoods[row[3]] = LevelWord._make(row[3:])

    def __missing__(self, key: tuple[Any, ...]) -> Square:
        number, acceptability, severity, likelihood = key
        levels = self.severities[severity], self.likelihoods[likelihood]
        square = self[key] = Square(number, acceptability, *levels)
        return square


def _features_by_hazard(
    product: Product, features: Sequence[Feature]
) -> dict[int, tuple[str, ...]]:
    order = {feature.pk: place for place, feature in enumerate(features)}
    places: dict[int, list[int]] = defaultdict(list)
    for hazard, feature in (
        HazardFeature.objects.filter(feature__product=product, is_active=True)
        .order_by()
        .values_list("hazard_id", "feature_id")
    ):
        if feature in order:
            places[hazard].append(order[feature])
    return {
        hazard: tuple(features[place].reference for place in sorted(found))
        for hazard, found in places.items()
    }


def _parties_not_standing(product: Product) -> dict[int, set[str]]:
    """By hazard: whose controls a residual risk cannot rely on yet."""
    parties: dict[int, set[str]] = defaultdict(set)
    for hazard, party in (
        ControlLink.objects.filter(CONTROL_DOES_NOT_STAND, control__product=product, is_active=True)
        .order_by()
        .values_list("hazard_id", "control__party")
        .distinct()
    ):
        parties[hazard].add(party)
    return parties


def _acceptable_with_additional_controls(product: Product) -> set[int]:
    # Elsewhere the initial risk alone decides whether a residual estimate is asked for.
    return set(
        ControlLink.objects.filter(
            hazard__product=product,
            hazard__worst_initial__acceptability=Acceptability.ACCEPTABLE,
            hazard__worst_residual__isnull=True,
            is_active=True,
            control__kind=ControlKind.ADDITIONAL,
        )
        .exclude(control__state=ControlState.WITHDRAWN)
        .order_by()
        .values_list("hazard_id", flat=True)
    )


def narrowed_by(product: Product, text: str, release: Release | None) -> frozenset[int] | None:
    """The keys of the hazards that a search and a release leave; None when neither narrows.

    A search leaves those in whose reference, words, causes, harms or controls every word of it
    occurs. Case does not matter; ``%`` and ``_`` stand for themselves. One query.
    """
    if not text and release is None:
        return None
    found: QuerySet[Hazard] = Hazard.objects.filter(product=product)
    if release is not None:
        found = in_scope_of(found, release)
    for word in text.split():
        links = ControlLink.objects.filter(
            Q(control__text__icontains=word) | Q(control__reference__icontains=word),
            hazard__product=product,
            is_active=True,
        ).exclude(control__state=ControlState.WITHDRAWN)
        found = found.filter(
            Q(reference__icontains=word)
            | Q(imported_reference__icontains=word)
            | Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(effect__icontains=word)
            | Q(pk__in=_parts_that_say(Cause, product, word))
            | Q(pk__in=_parts_that_say(Harm, product, word))
            | Q(pk__in=links.values("hazard"))
        )
    return frozenset(found.values_list("pk", flat=True))


def _parts_that_say(model: type[Cause] | type[Harm], product: Product, word: str) -> Any:
    return model._default_manager.filter(
        hazard__product=product, is_active=True, text__icontains=word
    ).values("hazard")


# --- The rows of one page -------------------------------------------------------------------------


@dataclass(slots=True)
class ControlCount:
    """A hazard's controls in use, counted for its row."""

    total: int = 0
    verified: int = 0
    not_standing: int = 0

    @property
    def words(self) -> str:
        """For example ``5 of 6 verified``."""
        if not self.total:
            return "none"
        if not self.verified and self.not_standing:
            return f"{self.not_standing} not verified"
        return f"{self.verified} of {self.total} verified"

    @property
    def tone(self) -> str:
        """A class of the style sheet."""
        if not self.total:
            return "muted"
        if not self.not_standing:
            return "good"
        return "" if self.verified else "warn"


@dataclass(slots=True)
class LogRow:
    """One row of the table, ready to print."""

    reference: str
    display_reference: str
    name: str
    state: str
    status_words: str
    status_tone: str
    owner: str
    review_date: date | None
    days_overdue: int
    initial: RiskChip | None
    residual: RiskChip | None
    residual_is_needed: bool
    harm: str = ""
    features: tuple[str, ...] = ()
    controls: ControlCount = field(default_factory=ControlCount)


def log_rows(lines: Sequence[LogLine], titles: Mapping[str, str], today: date) -> list[LogRow]:
    """The rows of these hazards, in their order. Two queries. ``titles`` are of features."""
    keys = [line.pk for line in lines]
    harms: dict[int, str] = {}
    for hazard, text in (
        Harm.objects.filter(hazard__in=keys, is_active=True)
        .order_by("position", "pk")
        .values_list("hazard_id", "text")
    ):
        harms.setdefault(hazard, text)
    counts = _control_counts(keys)
    rows = []
    for line in lines:
        row = _row(line, today)
        row.harm = harms.get(line.pk, "")
        row.features = tuple(titles.get(each, each) for each in line.features)
        row.controls = counts[line.pk]
        rows.append(row)
    return rows


def _row(line: LogLine, today: date) -> LogRow:
    status = HazardStatus(line.status)
    due = line.review_date
    return LogRow(
        reference=line.reference,
        display_reference=line.display_reference,
        name=line.name,
        state=line.state,
        status_words=status.label,
        status_tone=STATUS_TONES.get(status, ""),
        owner=line.owner_words,
        review_date=due,
        days_overdue=max((today - due).days, 0) if due else 0,
        initial=_chip(line.initial, None),
        residual=_chip(line.residual, line.is_shaky),
        residual_is_needed=line.initial is None or line.residual_is_needed,
    )


def _chip(square: Square | None, is_provisional: bool | None) -> RiskChip | None:
    if square is None:
        return None
    return RiskChip(
        square.class_number,
        square.severity.word,
        square.likelihood.word,
        Acceptability(square.acceptability).label,
        is_provisional,
    )


def _control_counts(keys: Sequence[int]) -> dict[int, ControlCount]:
    links = ControlLink.objects.filter(hazard__in=keys, is_active=True).exclude(
        control__state=ControlState.WITHDRAWN
    )
    counts: dict[int, ControlCount] = defaultdict(ControlCount)
    seen: set[tuple[int, int]] = set()
    for hazard, control, state, party, instruction in links.order_by().values_list(
        "hazard_id", "control_id", "control__state", "control__party", "control__instruction"
    ):
        if (hazard, control) in seen:
            continue
        seen.add((hazard, control))
        count = counts[hazard]
        count.total += 1
        count.verified += state == ControlState.VERIFIED
        facts = ControlFacts(ControlState(state), party, instruction)
        count.not_standing += not control_stands(facts)
    return counts


def controls_that_say(hazard: Hazard, text: str, *, most: int) -> list[Control]:
    """Controls of the product that do not act on the hazard yet and say all these words."""
    found: QuerySet[Control] = Control.objects.filter(product=hazard.product_id).exclude(
        state=ControlState.WITHDRAWN
    )
    acting = ControlLink.objects.filter(hazard=hazard, is_active=True).values("control")
    for word in text.split():
        found = found.filter(Q(text__icontains=word) | Q(reference__icontains=word))
    return list(found.exclude(pk__in=acting).order_by("number")[:most])
