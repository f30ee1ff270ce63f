"""What is asked of the hazard log in the database's words: conditions, sorts and counts."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Lower, NullIf

from hazards.choices import Acceptability, HazardStatus
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
from hazards.models import HazardFeature, HazardSummary
from hazards.search.matching import Says
from products.models import Product, Release

NOTHING = Q(pk__in=[])
_LONGEST_KEY = 18  # digits; more is no key of any row
_NO_ROLE = "role:"

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
_OWNER = Coalesce(
    Cast("owner_id", CharField()), Concat(Value(_NO_ROLE), "owner_role"), output_field=CharField()
)


@dataclass(frozen=True)
class Asked:
    """What a person asks of a product's log on a day; ``release`` is the one that they named."""

    product: Product
    wanted: Wanted
    me: int
    today: date
    release: Release | None = None

    @property
    def everything(self) -> QuerySet[HazardSummary]:
        """Every hazard of the product, withdrawn and merged ones too."""
        return HazardSummary.objects.filter(product=self.product).order_by()

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
            "overdue": Q(review_date__lt=self.today),
            "blocking": Q(findings_blocking__gt=0),
            "changed": Q(approved_version__lt=F("content_version")),
        }

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
            rows = rows.filter(Says("pk", product=self.product.pk, text=wanted.search))
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

    def _of_feature(self, reference: str) -> Q:
        links = HazardFeature.objects.filter(
            is_active=True, feature__is_active=True, feature__product=self.product
        )
        if reference == NONE:
            return ~Q(pk__in=links.values("hazard"))
        return Q(pk__in=links.filter(feature__reference=reference).values("hazard"))

    # --- Counts -----------------------------------------------------------------------------------

    def groups(self) -> list[Group]:
        """The hazards that everything but ``COMBINED`` and the marks leaves, counted. One query."""
        rows = self.rows(but=(*COMBINED, "marks"))
        keys: dict[str, Any] = {
            "in_state": F("state"),
            "in_status": F("status"),
            "of_initial": _risk_value("initial"),
            "of_residual": _risk_value("residual"),
            "of_controls": Case(
                *(When(q, then=Value(value)) for value, q in _CONTROLS.items()), default=Value("")
            ),
            **{f"asks_{name}": _true_or_false(self.marks[name]) for name in MARKS},
        }
        counted = rows.values(**keys).annotate(hazards=Count("pk"))
        order = ["in_state", "in_status", "of_initial", "of_residual", "of_controls"]
        found = counted.values_list(*order, *(f"asks_{name}" for name in MARKS), "hazards")
        return [
            Group._make([*row[:5], frozenset(compress(MARKS, row[5:-1])), row[-1]]) for row in found
        ]

    def tallies(self) -> list[tuple[str, str, str, int]]:
        """What, value, the value in words and how many: of owners, families and features beside
        everything else that is wanted; of states and of what was approved, of all. One query.
        """
        by_owner = self.rows(but=["owner"]).values(
            what=Value("owner"),
            value=_OWNER,
            words=Coalesce("owner__profile__name", "owner_role", output_field=CharField()),
        )
        by_family = self.rows(but=["family"]).exclude(family="")
        beside = self.rows(but=["feature"])
        by_feature = beside.filter(
            hazard__feature_links__is_active=True, hazard__feature_links__feature__is_active=True
        )
        featureless = beside.filter(self._of_feature(NONE))
        approved = self.everything.filter(approved_version__isnull=False)
        none = Value("", output_field=CharField())
        arms = [
            by_owner,
            by_family.values(what=Value("family"), value=F("family"), words=none),
            by_feature.values(
                what=Value("feature"),
                value=F("hazard__feature_links__feature__reference"),
                words=none,
            ),
            featureless.values(what=Value("feature"), value=Value(NONE), words=none),
            self.everything.values(what=Value("everything"), value=F("state"), words=none),
            approved.values(what=Value("approved"), value=none, words=none),
        ]
        first, *others = [
            arm.annotate(hazards=Count("pk")).values_list("what", "value", "words", "hazards")
            for arm in arms
        ]
        return list(first.union(*others, all=True))


def _true_or_false(condition: Q) -> Any:
    return Case(When(condition, then=Value(True)), default=Value(False))


def _risk_value(stage: str) -> Any:
    """The value that a facet of risks has: a class, or why there is none."""
    reasons = [
        When(condition, then=Value(value))
        for (of, value), condition in _NO_RISK.items()
        if of == stage
    ]
    return Case(*reasons, default=Cast(f"{stage}_class", CharField()), output_field=CharField())


def _of_class(stage: str, value: str) -> Q:
    if not (value.isdecimal() and len(value) < 3):
        return NOTHING
    return Q(**{f"{stage}_class": int(value)})


def _of_owner(value: str) -> Q:
    if value == NONE:
        return Q(owner=None, owner_role="")
    if value.startswith(_NO_ROLE):
        return Q(owner=None, owner_role=value.removeprefix(_NO_ROLE))
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
