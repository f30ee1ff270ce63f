"""Keeping the narrow row of each hazard that lists, counts and pictures read (``HazardSummary``).

Whoever writes a hazard, an act at its end works out the summaries of all hazards that it wrote
(``audit.following``): actions, undoing and bulk inserts need not think of it. Everything that is
changed on a hazard raises the hazard's content version, so its own row is always among the
written. What an issued version held and what the quality rules found is written by those who know
(``hazards.approved``, ``hazards.quality``) and left alone here.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.text import Truncator

from audit.acts import Act
from audit.following import Follower, follow
from hazards.choices import Acceptability, ControlKind, ControlState, MatrixState, Party
from hazards.compiled import Compiled
from hazards.matrix_moves import hazards_estimated_at, squares_of_others
from hazards.matrix_reading import read_matrix
from hazards.models import (
    Cause,
    ControlLink,
    Harm,
    Hazard,
    HazardSummary,
    LikelihoodLevel,
    MatrixVersion,
    SeverityLevel,
)
from hazards.queries import current_matrix, with_scope
from hazards.rules import ControlFacts, control_stands, residual_is_needed
from products.models import Product, Release, ReleaseFeature

AT_ONCE = 500  # hazards in one round of queries; SQLite allows a limited number of variables
HARM_LENGTH = 300

_OF_HAZARD = (
    "product_id",
    "number",
    "state",
    "status",
    "owner_id",
    "owner_role",
    "family",
    "review_date",
    "content_version",
)
_OF_ESTIMATE = {
    "class": "class_number",
    "acceptability": "acceptability",
    "severity": "severity_id",
    "likelihood": "likelihood_id",
    "severity_place": "severity__position",
    "likelihood_place": "likelihood__position",
    "estimated_at": "estimated_at",
}
_STAGES = ("initial", "residual")
_NO_ESTIMATE = {"acceptability": "", "severity_place": 0, "likelihood_place": 0}

#: What others write: the version that was approved, and what the quality rules found.
_OF_OTHERS = {"approved_version", "checked_version", "findings_blocking", "findings_warning"}
WRITTEN = tuple(
    each.name
    for each in HazardSummary._meta.concrete_fields
    if not each.primary_key and each.name not in _OF_OTHERS
)


def refresh_summaries(product: Product, hazard_pks: Iterable[int] | None = None) -> None:
    """Work out and store the summaries of these hazards of a product; without keys, of all.

    Acts do it by themselves. Four queries and a write for every 500 hazards.
    """
    hazards = Hazard.objects.filter(product=product)
    if hazard_pks is not None:
        hazards = hazards.filter(pk__in=list(hazard_pks))
    _refresh(hazards.values_list("pk", flat=True))


def _estimated(keys: Collection[int]) -> QuerySet[Any, Any]:
    paths = [f"worst_{stage}__{path}" for stage in _STAGES for path in _OF_ESTIMATE.values()]
    hazards = with_scope(Hazard.objects.filter(pk__in=keys)).order_by("pk")
    return hazards.values_list("pk", "scope_position", *_OF_HAZARD, *paths)


def _causes(keys: Collection[int]) -> QuerySet[Any, Any]:
    causes = Cause.objects.filter(hazard__in=keys, is_active=True).order_by()
    return causes.values_list("hazard_id").annotate(causes=Count("pk"))


def _harms(keys: Collection[int]) -> QuerySet[Any, Any]:
    harms = Harm.objects.filter(hazard__in=keys, is_active=True).order_by("position", "pk")
    return harms.values_list("hazard_id", "text")


def _controls(keys: Collection[int]) -> QuerySet[Any, Any]:
    """A control that acts on several parts of one hazard once."""
    links = ControlLink.objects.filter(hazard__in=keys, is_active=True).exclude(
        control__state=ControlState.WITHDRAWN
    )
    return (
        links.order_by()
        .values_list(
            "hazard_id",
            "control_id",
            "control__kind",
            "control__state",
            "control__party",
            "control__instruction",
        )
        .distinct()
    )


def _carrying(products: Collection[int]) -> QuerySet[Any, Any]:
    """The products that have another version of their matrix."""
    others = MatrixVersion.objects.filter(product__in=products, based_on__isnull=False)
    return others.order_by().values_list("product_id").distinct()


_ESTIMATED, _CAUSES, _HARMS, _CONTROLS = map(Compiled, (_estimated, _causes, _harms, _controls))
_CARRYING = Compiled(_carrying)
#: What a summary calls the columns of ``_estimated``: a hazard has none of its estimates' itself.
_CALLED = (
    *("pk", "scope_position", *_OF_HAZARD),
    *(f"{stage}_{name}" for stage in _STAGES for name in _OF_ESTIMATE),
)


def summaries_of(hazards: QuerySet[Hazard]) -> list[HazardSummary]:
    """The summaries as they follow from the record, not stored. Five queries."""
    return _worked_out(list(hazards.values_list("pk", flat=True)))


def _worked_out(keys: Collection[int]) -> list[HazardSummary]:
    rows = [dict(zip(_CALLED, row, strict=True)) for row in _ESTIMATED.rows(keys)]
    place_in_use(rows)
    causes: dict[int, int] = dict(_CAUSES.rows(keys))
    harms = _first_harms(keys)
    controls = _controls_in_use(keys)
    return [
        _summary(row, causes.get(row["pk"], 0), harms.get(row["pk"], ""), controls[row["pk"]])
        for row in rows
    ]


def place_in_use(rows: Sequence[dict[str, Any]]) -> None:
    """Put estimates of older versions of the matrix into the squares of the one in use.

    Only where that says the same of them (``hazards.matrix_moves``); the others stay in their own
    version's, which no picture of the one in use shows, and wait to be estimated again: so says
    ``is_moved`` of each row. One query where there is one version.
    """
    carrying = [key for (key,) in _CARRYING.rows({row["product_id"] for row in rows})]
    for product in Product.objects.filter(pk__in=carrying) if carrying else ():
        in_use = current_matrix(product)
        if in_use is None:
            continue
        matrix = read_matrix(in_use)
        carried, moved = squares_of_others(matrix)
        cells = {(cell.severity.pk, cell.likelihood.pk): cell for cell in matrix.cells}
        of_product = [row for row in rows if row["product_id"] == product.pk]
        moved_hazards = hazards_estimated_at(moved, [row["pk"] for row in of_product])
        for row in of_product:
            row["is_moved"] = row["pk"] in moved_hazards
            for stage in _STAGES:
                was = (row[f"{stage}_severity"], row[f"{stage}_likelihood"])
                if was not in carried:
                    continue
                cell = cells[carried[was]]
                row[f"{stage}_severity"] = cell.severity.pk
                row[f"{stage}_likelihood"] = cell.likelihood.pk
                row[f"{stage}_severity_place"] = cell.severity.position
                row[f"{stage}_likelihood_place"] = cell.likelihood.position


@dataclass
class ControlsInUse:
    """What a summary says of the controls that act on a hazard."""

    total: int = 0
    verified: int = 0
    has_additional: bool = False
    parties_not_standing: list[str] = field(default_factory=list)  # one for each such control


def _summary(row: dict[str, Any], causes: int, harm: str, controls: ControlsInUse) -> HazardSummary:
    for stage in _STAGES:
        if row[f"{stage}_class"] is None:
            row |= {f"{stage}_{name}": value for name, value in _NO_ESTIMATE.items()}
    initial = row["initial_acceptability"]
    needed = residual_is_needed(
        Acceptability(initial) if initial else None, controls.has_additional
    )
    has_residual = row["residual_class"] is not None
    waiting_for = controls.parties_not_standing
    key, is_moved = row.pop("pk"), row.pop("is_moved", False)
    return HazardSummary(
        hazard_id=key,
        **row,
        residual_is_needed=needed,
        needs_estimate=not initial or (needed and not has_residual) or is_moved,
        is_provisional=has_residual and bool(waiting_for),
        causes=causes,
        harm=Truncator(harm).chars(HARM_LENGTH),
        controls=controls.total,
        controls_verified=controls.verified,
        controls_not_standing=len(waiting_for),
        has_unverified=any(party != Party.DEPLOYER for party in waiting_for),
    )


def _first_harms(keys: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for hazard, text in _HARMS.rows(keys):
        found.setdefault(hazard, text)
    return found


def _controls_in_use(keys: Collection[int]) -> dict[int, ControlsInUse]:
    found: dict[int, ControlsInUse] = defaultdict(ControlsInUse)
    for hazard, _, kind, state, party, instruction in _CONTROLS.rows(keys):
        controls = found[hazard]
        controls.total += 1
        controls.verified += state == ControlState.VERIFIED
        controls.has_additional = controls.has_additional or kind == ControlKind.ADDITIONAL
        if not control_stands(ControlFacts(ControlState(state), party, instruction)):
            controls.parties_not_standing.append(party)
    return found


def _store(summaries: list[HazardSummary]) -> None:
    HazardSummary.objects.bulk_create(
        summaries,
        update_conflicts=True,
        unique_fields=["hazard"],
        update_fields=WRITTEN,
    )


def portions(keys: Iterable[int]) -> Iterator[list[int]]:
    """Keys in their order, so many at a time as one query takes."""
    in_order = sorted(set(keys))
    for start in range(0, len(in_order), AT_ONCE):
        yield in_order[start : start + AT_ONCE]


# --- From which release on a hazard is in scope ---------------------------------------------------


def refresh_scope(product: Product) -> None:
    """Store from which release on each hazard of a product is in scope.

    Two queries where nothing moved. Those that moved are locked, by id, and looked at once more.
    """
    hazards = Hazard.objects.filter(product=product)
    scoped: QuerySet[Any] = with_scope(hazards)
    # Each case by itself: to a database nothing differs from "none", not even by being another.
    differs = (
        Q(summary__scope_position__lt=F("scope_position"))
        | Q(summary__scope_position__gt=F("scope_position"))
        | Q(summary__scope_position__isnull=True, scope_position__isnull=False)
        | Q(summary__scope_position__isnull=False, scope_position__isnull=True)
    )
    moved = list(scoped.filter(differs).values_list("pk", flat=True))
    for keys in portions(moved):
        locked = Hazard.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        by_position: dict[int | None, list[int]] = defaultdict(list)
        now: QuerySet[Any] = with_scope(hazards.filter(pk__in=[each.pk for each in locked]))
        for key, position in now.values_list("pk", "scope_position"):
            by_position[position].append(key)
        for position, placed in by_position.items():
            HazardSummary.objects.filter(pk__in=placed).update(scope_position=position)


# --- When -----------------------------------------------------------------------------------------


def keep_summaries() -> None:
    """Follow the record: what is written changes summaries at the end of the act."""
    follow(Hazard, at_the_end("summaries of hazards", _refresh))
    for axis, level in (("severity", SeverityLevel), ("likelihood", LikelihoodLevel)):
        follow(level, at_the_end(f"summaries by {axis}", partial(_refresh_estimated, axis)))
    follow(MatrixVersion, at_the_end("summaries by matrix", _refresh_of_matrix))
    follow(Release, at_the_end("scope by release", partial(_rescope, "releases")))
    carried = partial(_rescope, "releases__feature_links")
    follow(ReleaseFeature, at_the_end("scope by feature", carried))


def at_the_end(mark: str, do: Callable[[set[int]], None]) -> Follower:
    """Gather the keys of rows that an act writes, and do it with all of them at its end."""

    def gather(act: Act, keys: Set[int]) -> None:
        act.gather(mark, keys, do)

    return gather


def _refresh(keys: Iterable[int]) -> None:
    for portion in portions(keys):
        _store(_worked_out(portion))


def _refresh_estimated(axis: str, levels: set[int]) -> None:
    """Where a level of a matrix stands on its axis has changed."""
    shown = Q()
    for stage in _STAGES:
        shown |= Q(**{f"worst_{stage}__{axis}__in": levels})
    _refresh_and_lock(Hazard.objects.filter(shown))


def _refresh_of_matrix(versions: set[int]) -> None:
    """Another version of the matrix is in use: its squares take what they may."""
    products = MatrixVersion.objects.filter(
        pk__in=versions, based_on__isnull=False, state=MatrixState.APPROVED
    )
    _refresh_and_lock(Hazard.objects.filter(product__in=products.values("product")))


def _refresh_and_lock(hazards: QuerySet[Hazard]) -> None:
    """The act did not write these hazards, so somebody else may be at it: who comes last counts."""
    for portion in portions(hazards.order_by().values_list("pk", flat=True)):
        locked = Hazard.objects.select_for_update().filter(pk__in=portion).order_by("pk")
        _refresh(each.pk for each in locked)


def _rescope(path: str, keys: set[int]) -> None:
    for product in Product.objects.filter(**{f"{path}__in": keys}).distinct():
        refresh_scope(product)
