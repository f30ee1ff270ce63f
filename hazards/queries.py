"""Reads of the hazard log: querysets and values with names that say what comes back."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hazards.choices import (
    ControlKind,
    ControlState,
    HazardState,
    MatrixState,
    Party,
    Stage,
)
from hazards.models import (
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    Harm,
    Hazard,
    HazardFeature,
    MatrixVersion,
)
from hazards.rules import EstimateFacts
from products.choices import ReleaseState
from products.models import Feature, Product, Release, ReleaseFeature

#: States of hazards that are in the log.
IN_THE_LOG = (HazardState.DRAFT, HazardState.LIVE)

# Every space that ``str.strip`` takes away; PostgreSQL's own idea of \s leaves some of them out.
_BLANK = "^[\\s\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$"

#: A control that a residual risk cannot rely on yet: ``rules.control_stands`` in the database's
#: words (a test holds the two against each other, case by case).
CONTROL_DOES_NOT_STAND = (
    # The party first: SQLite calls Python for the pattern, so only where it must.
    (Q(control__party=Party.DEPLOYER) & Q(control__instruction__regex=_BLANK))
    | (
        ~Q(control__party__in=(Party.DEPLOYER, Party.USER))
        & ~Q(control__state=ControlState.VERIFIED)
    )
) & ~Q(control__state=ControlState.WITHDRAWN)


def hazards_of(product: Product) -> QuerySet[Hazard]:
    """The hazards in a product's log (draft and live) with their worst estimates, one query."""
    return (
        Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
        .select_related(
            "owner__profile",
            "worst_initial__severity",
            "worst_initial__likelihood",
            "worst_residual__severity",
            "worst_residual__likelihood",
        )
        .order_by("number")
    )


def with_confirmation(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    """The hazards with ``is_provisional``: whether the residual risk relies on a control that does
    not stand yet."""
    return hazards.annotate(is_provisional=relies_on_unproven("pk"))


def relies_on_unproven(hazard: str) -> Exists:
    """Whether a hazard relies on a control that does not stand yet, for a queryset whose field
    ``hazard`` names it: its residual risk is provisional."""
    return Exists(
        ControlLink.objects.filter(CONTROL_DOES_NOT_STAND, hazard=OuterRef(hazard), is_active=True)
    )


def with_additional(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    """The hazards with ``has_additional``: whether a control was added because of the analysis."""
    added = ControlLink.objects.filter(
        hazard=OuterRef("pk"), is_active=True, control__kind=ControlKind.ADDITIONAL
    ).exclude(control__state=ControlState.WITHDRAWN)
    return hazards.annotate(has_additional=Exists(added))


def with_scope(hazards: QuerySet[Hazard]) -> QuerySet[Hazard]:
    """The hazards with ``scope_position``: the place of the release from which each is in scope.

    The one that a person set, else the first release among its features; None when neither.
    """
    first = (
        ReleaseFeature.objects.filter(
            is_active=True,
            feature__hazard_links__hazard=OuterRef("pk"),
            feature__hazard_links__is_active=True,
        )
        .exclude(release__state=ReleaseState.WITHDRAWN)
        .order_by()
        .values("feature__hazard_links__hazard")
        .annotate(first=Min("release__position"))
        .values("first")
    )
    return hazards.annotate(
        scope_position=Coalesce(F("first_release__position"), Subquery(first[:1]))
    )


def with_scope_label(hazards: QuerySet[Hazard]) -> QuerySet[Any]:
    """``with_scope`` and ``scope_label``: the version of that release, None where there is none."""
    release = Release.objects.filter(
        product=OuterRef("product"), position=OuterRef("scope_position")
    )
    return with_scope(hazards).annotate(scope_label=Subquery(release.values("label")[:1]))


def in_scope_of(hazards: QuerySet[Hazard], release: Release) -> QuerySet[Hazard]:
    """The hazards that belong to a release: in scope from it or from an earlier one."""
    scoped: QuerySet[Any] = with_scope(hazards)
    return scoped.filter(scope_position__lte=release.position)


def taken_out_with_their_features(product: Product) -> QuerySet[Hazard]:
    """The hazards of no release because somebody took a feature of theirs out of one, and none
    carries another: they left the product with it.

    A hazard that nobody has placed anywhere is none of them: it counts for every release.
    """
    carried = ReleaseFeature.objects.filter(
        feature__hazard_links__hazard=OuterRef("pk"), feature__hazard_links__is_active=True
    )
    in_a_release = carried.filter(is_active=True).exclude(release__state=ReleaseState.WITHDRAWN)
    hazards: QuerySet[Hazard] = Hazard.objects.filter(
        Exists(carried.filter(is_active=False)),
        ~Exists(in_a_release),
        product=product,
        state__in=IN_THE_LOG,
        first_release=None,
    )
    return hazards


def current_matrix(product: Product) -> MatrixVersion | None:
    """The matrix that risks are estimated against: the newest approved, else the newest draft."""
    return current_matrix_of(product).first()


def current_matrix_of(product: Product) -> QuerySet[MatrixVersion]:
    """The same as a queryset of one row at most, for use inside another query."""
    # "approved" sorts before "draft".
    return (
        MatrixVersion.objects.filter(product=product)
        .exclude(state=MatrixState.DISCARDED)
        .order_by("state", "-number")[:1]
    )


def current_matrices(products: Iterable[int]) -> dict[int, MatrixVersion]:
    """The matrix in use of each of these products, both by the product's key. One query."""
    found: dict[int, MatrixVersion] = {}
    versions = MatrixVersion.objects.filter(product__in=list(products))
    for version in versions.exclude(state=MatrixState.DISCARDED).order_by("state", "-number"):
        found.setdefault(version.product_id, version)  # "approved" sorts before "draft"
    return found


def estimate_facts(hazard: Hazard, stage: Stage) -> list[EstimateFacts]:
    """Every estimate of a hazard at a stage, as the rules take them."""
    rows = Estimate.objects.filter(hazard=hazard, stage=stage).values_list(
        "pk",
        "cause_id",
        "class_number",
        "severity__position",
        "likelihood__position",
        "acceptability",
    )
    return [EstimateFacts(*row) for row in rows]


def controls_of(hazards: Iterable[Hazard]) -> QuerySet[Control]:
    """The controls in use that act on any of these hazards, each once."""
    return (
        Control.objects.filter(links__hazard__in=hazards, links__is_active=True)
        .exclude(state=ControlState.WITHDRAWN)
        .distinct()
        .order_by("number")
    )


def evidence_of(control: Control) -> QuerySet[Evidence]:
    """The evidence in the log that is about a control."""
    return Evidence.objects.filter(
        control_links__control=control, control_links__is_active=True, is_active=True
    )


def hazards_protected_by(control: Control) -> QuerySet[Hazard]:
    """The hazards that a control acts on."""
    return Hazard.objects.filter(
        pk__in=ControlLink.objects.filter(control=control, is_active=True).values("hazard")
    ).order_by("number")


def features_of(hazard: Hazard) -> QuerySet[HazardFeature]:
    """The links to the features that touch a hazard."""
    return (
        HazardFeature.objects.filter(hazard=hazard, is_active=True)
        .select_related("feature")
        .order_by("feature__number")
    )


def parts_of(hazard: Hazard) -> tuple[list[Cause], list[Harm]]:
    """The causes and harms of a hazard that are in the log, in their order. Two queries."""
    causes = Cause.objects.filter(hazard=hazard, is_active=True).order_by("position", "pk")
    harms = Harm.objects.filter(hazard=hazard, is_active=True).order_by("position", "pk")
    return list(causes), list(harms)


def links_of(control: Control, hazard: Hazard) -> QuerySet[ControlLink]:
    """What a control acts on in a hazard."""
    return ControlLink.objects.filter(control=control, hazard=hazard, is_active=True)


def new_hazards_of(control: Control) -> QuerySet[Hazard]:
    """The hazards that a control brings with it."""
    return Hazard.objects.filter(
        brought_by_links__control=control, brought_by_links__is_active=True
    ).order_by("number")


def newest_estimate(hazard: Hazard, stage: Stage, cause: int | None) -> Estimate | None:
    """The newest estimate of a hazard, or of one of its causes, at a stage."""
    return (
        Estimate.objects.filter(hazard=hazard, stage=stage, cause=cause)
        .select_related("severity", "likelihood")
        .order_by("-pk")
        .first()
    )


def last_estimate(hazard: Hazard, stage: Stage) -> int:
    """The key of the newest estimate at a stage, of whatever on the hazard; 0 where none is."""
    keys = Estimate.objects.filter(hazard=hazard, stage=stage).order_by("-pk")
    return keys.values_list("pk", flat=True).first() or 0


def hazards_touched_by(feature: Feature) -> QuerySet[Hazard]:
    """The hazards in the log that a feature touches, with what their chips need."""
    return hazards_of(feature.product).filter(
        feature_links__feature=feature, feature_links__is_active=True
    )
