"""What is asked of the hazard log in the database's words: conditions, sorts and counts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Lower, NullIf

from accounts.models import Profile
from hazards.choices import Acceptability, HazardState, HazardStatus
from hazards.log import (
    COMBINED,
    IN_THE_LOG,
    MARKS,
    NONE,
    NOT_NEEDED,
    STANDING,
    WAITING,
    Group,
    Wanted,
)
from hazards.log_marks import marked
from hazards.models import HazardFeature, HazardSummary
from hazards.review_days import Reviewing, reviewing_of
from hazards.search.matching import Among, best_first
from products.models import Feature, Product, Release

NOTHING = Q(pk__in=[])
_LONGEST_KEY = 18  # digits; more is no key of any row
OF_A_ROLE = "role:"  # what an address writes before the owner's role in words

_ESTIMATED = Q(initial_class__isnull=False)
_CONTROLS = {
    NONE: Q(controls=0),
    WAITING: Q(controls_not_standing__gt=0),
    STANDING: Q(controls__gt=0, controls_not_standing=0),
}
_NO_RISK = {
    ("initial", NONE): ~_ESTIMATED,
    ("residual", NONE): Q(residual_class=None) & (~_ESTIMATED | Q(residual_is_needed=True)),
    ("residual", NOT_NEEDED): _ESTIMATED & Q(residual_class=None, residual_is_needed=False),
}


@dataclass(frozen=True)
class Asked:
    """What a person asks of a product's log on a day.

    ``features`` are those in the product; ``release`` is the one that the person named.
    """

    product: Product
    features: Sequence[Feature]
    wanted: Wanted
    me: int
    today: date
    release: Release | None = None

    @property
    def everything(self) -> QuerySet[HazardSummary]:
        """Every hazard of the product, withdrawn and merged ones too."""
        return HazardSummary.objects.filter(product=self.product).order_by()

    @cached_property
    def found(self) -> list[int]:
        """What says what is searched for, whatever its state; the best first. One query."""
        return best_first(self.product, self.wanted.search)

    @cached_property
    def _is_found(self) -> Among:
        return Among("pk", self.found)

    @cached_property
    def marks(self) -> dict[str, Q]:
        """The yes-or-no questions."""
        return {
            "mine": Q(owner=self.me),
            "needs_estimate": Q(needs_estimate=True),
            "not_acceptable": Q(residual_class__isnull=False)
            & ~Q(residual_acceptability=Acceptability.ACCEPTABLE),
            "unverified": Q(has_unverified=True),
            "provisional": Q(is_provisional=True),
            "overdue": Q(review_date__lt=self.today) | self.reviewing.overdue(self.today),
            "blocking": Q(findings_blocking__gt=0),
            "changed": Q(approved_version__lt=F("content_version")),
            "to_look_at": marked("to_look_at", self.product),
        }

    @cached_property
    def reviewing(self) -> Reviewing:
        """What is known of the reviews of the product's hazards."""
        return reviewing_of(self.product)

    def rows(self, *, but: Collection[str] = ()) -> QuerySet[HazardSummary]:
        """The hazards that are asked for; ``but`` names facets (and "marks") to leave aside."""
        wanted = self.wanted
        rows = self.everything
        if "state" not in wanted.values and "state" not in but:
            rows = rows.filter(state__in=IN_THE_LOG)
        for name, value in wanted.values.items():
            if name not in but:
                rows = rows.filter(self._condition(name, value))
        if "marks" not in but:
            for name in sorted(wanted.marks):
                rows = rows.filter(self.marks[name])
        if self.release is not None:
            rows = rows.filter(scope_position__lte=self.release.position)
        if wanted.search:
            rows = rows.filter(self._is_found)
        return rows

    def _condition(self, name: str, value: str) -> Q:
        if name in ("state", "status", "family"):
            return Q(**{name: value})
        if name in ("initial", "residual"):
            return _NO_RISK.get((name, value)) or _of_class(name, value)
        if name == "controls":
            return _CONTROLS.get(value, NOTHING)
        if name == "owner":
            return _of_owner(value)
        if name == "feature":
            return self._of_feature(value)
        return _of_square(name.removesuffix("_cell"), value)

    @property
    def _links(self) -> QuerySet[HazardFeature]:
        """The links to features that are in the product."""
        features = [each.pk for each in self.features]
        return HazardFeature.objects.filter(is_active=True, feature__in=features).order_by()

    def _of_feature(self, reference: str) -> Q:
        links = self._links.values("hazard")
        if reference == NONE:
            return ~Q(pk__in=links)
        keys = [each.pk for each in self.features if each.reference == reference]
        return Q(pk__in=links.filter(feature__in=keys))

    # --- Counts -----------------------------------------------------------------------------------

    def groups(self) -> list[Group]:
        """The hazards that everything but ``COMBINED`` and the marks leaves, counted. One query.

        Grouped by one number, which takes a database a third of the time of a dozen columns: the
        place of each value on its list, and a bit for each mark.
        """
        key: Any = _place_of("state", _STATES)
        step = _VALUES
        for name, values in _LISTS.items():
            key = key + _place_of(name, values) * step
            step *= _VALUES
        for name in MARKS:
            key = key + Case(When(self.marks[name], then=Value(step)), default=Value(0))
            step *= 2
        rows = self.rows(but=(*COMBINED, "marks"))
        counted = rows.values(key=ExpressionWrapper(key, BigIntegerField()))
        return [
            _group(key, hazards)
            for key, hazards in counted.annotate(hazards=Count("*")).values_list("key", "hazards")
        ]

    def tallies(self) -> list[tuple[str, str, str, int]]:
        """What, value, the value in words and how many: of owners, families and features beside
        everything else that is wanted; of states and of what was approved, of all; and the names
        of owners. One query.
        """
        text: Any = CharField()
        nobody = Value("", output_field=text)
        by_owner = self.rows(but=["owner"])
        by_family = self.rows(but=["family"]).exclude(family="")
        beside = self.rows(but=["feature"])
        by_feature = self._links.filter(Exists(beside.filter(pk=OuterRef("hazard"))))
        names = Profile.objects.filter(user__in=self.everything.values("owner")).order_by()
        approved = self.everything.filter(approved_version__isnull=False)
        owner = Coalesce(Cast("owner_id", text), nobody)
        everything = self.everything
        arms: list[QuerySet[Any]] = [
            by_owner.values(what=Value("owner"), value=owner, words=F("owner_role")),
            by_family.values(what=Value("family"), value=F("family"), words=nobody),
            by_feature.values(what=Value("feature"), value=Cast("feature_id", text), words=nobody),
            beside.filter(self._of_feature(NONE)).values(
                what=Value("feature"), value=Value(NONE), words=nobody
            ),
            everything.values(what=Value("everything"), value=F("state"), words=nobody),
            approved.values(what=Value("approved"), value=nobody, words=nobody),
            names.values(what=Value("name"), value=Cast("user_id", text), words=F("name")),
        ]
        first, *others = [
            arm.annotate(hazards=Count("*")).values_list("what", "value", "words", "hazards")
            for arm in arms
        ]
        return list(first.union(*others, all=True))


# --- Groups as numbers ----------------------------------------------------------------------------

_VALUES = 32  # more than any list below is long
_CLASSES = range(1, 16)
_STATES = {state.value: Q(state=state) for state in HazardState}
_LISTS: dict[str, dict[str, Q]] = {
    "status": {status.value: Q(status=status) for status in HazardStatus},
    "initial": {str(number): Q(initial_class=number) for number in _CLASSES},
    "residual": {
        NOT_NEEDED: _NO_RISK["residual", NOT_NEEDED],
        **{str(number): Q(residual_class=number) for number in _CLASSES},
    },
    "controls": {WAITING: _CONTROLS[WAITING], STANDING: _CONTROLS[STANDING]},
}


def _place_of(name: str, values: Mapping[str, Q]) -> Any:
    """The place of a hazard's value on its list, from 1; 0 where it has none of them."""
    if name in ("initial", "residual"):
        return _place_of_risk(name)
    places = [When(q, then=Value(place)) for place, q in enumerate(values.values(), start=1)]
    return Case(*places, default=Value(0))


def _place_of_risk(stage: str) -> Any:
    # A class is its own place; the list of the residual risk has one value before the classes.
    if stage == "initial":
        return Coalesce(F("initial_class"), Value(0), output_field=IntegerField())
    none = Case(When(_NO_RISK["residual", NOT_NEEDED], then=Value(1)), default=Value(0))
    return Coalesce(F("residual_class") + Value(1), none, output_field=IntegerField())


def _group(key: int, hazards: int) -> Group:
    places = []
    for _ in range(len(_LISTS) + 1):
        key, place = divmod(key, _VALUES)
        places.append(place)
    lists = [_STATES, *_LISTS.values()]
    values = [
        NONE if place == 0 else list(each)[place - 1]
        for each, place in zip(lists, places, strict=True)
    ]
    marks = frozenset(name for bit, name in enumerate(MARKS) if key >> bit & 1)
    return Group._make([*values, marks, hazards])


def _of_class(stage: str, value: str) -> Q:
    if not (value.isdecimal() and len(value) < 3):
        return NOTHING
    return Q(**{f"{stage}_class": int(value)})


def _of_owner(value: str) -> Q:
    if value == NONE:
        return Q(owner=None, owner_role="")
    if value.startswith(OF_A_ROLE):
        return Q(owner=None, owner_role=value.removeprefix(OF_A_ROLE))
    return Q(owner=int(value)) if _is_key(value) else NOTHING


def _of_square(stage: str, value: str) -> Q:
    severity, _, likelihood = value.partition(":")
    if not (_is_key(severity) and _is_key(likelihood)):
        return NOTHING
    return Q(**{f"{stage}_severity": int(severity), f"{stage}_likelihood": int(likelihood)})


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= _LONGEST_KEY


# --- Order ----------------------------------------------------------------------------------------


def _worst_first(stage: str) -> list[Any]:
    # By class, then by the places of the words; never by a product of numbers. None comes last.
    return [
        F(f"{stage}_class").desc(nulls_last=True),
        F(f"{stage}_severity_place").desc(),
        F(f"{stage}_likelihood_place").desc(),
    ]


def _by_owner() -> list[Any]:
    words = Coalesce("owner__profile__name", NullIf("owner_role", Value("")))
    return [Lower(words).asc(nulls_last=True)]


_STATUS_PLACE = Case(
    *(When(status=status, then=Value(place)) for place, status in enumerate(HazardStatus)),
    default=Value(9),
)
_ORDERS: dict[str, Callable[[], list[Any]]] = {
    "reference": list,
    "initial": lambda: _worst_first("initial"),
    "residual": lambda: _worst_first("residual"),
    "status": lambda: [_STATUS_PLACE.asc()],
    "owner": _by_owner,
    "review": lambda: [F("review_date").asc(nulls_last=True)],
}


def in_order(rows: QuerySet[HazardSummary], sort: str) -> QuerySet[HazardSummary]:
    """The hazards in the order that an address asks for, those alike by their number.

    The other way round everything is: what is missing comes first then.
    """
    ordering = [*_ORDERS.get(sort.removeprefix("-"), list)(), F("number").asc()]
    rows = rows.order_by(*ordering)
    return rows.reverse() if sort.startswith("-") else rows
