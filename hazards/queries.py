"""Reads of the hazard log: querysets and values with names that say what comes back."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hazards.choices import ControlState, HazardState, Party, Stage
from hazards.models import (
    Control,
    ControlLink,
    Estimate,
    Hazard,
    HazardFeature,
    MatrixVersion,
)
from hazards.rules import EstimateFacts
from products.choices import ReleaseState
from products.models import Product, Release, ReleaseFeature

#: States of hazards that are in the log.
IN_THE_LOG = (HazardState.DRAFT, HazardState.LIVE)

#: A control that a residual risk cannot rely on yet: ``rules.control_stands`` in the database's
#: words (a test holds the two against each other, case by case).
CONTROL_DOES_NOT_STAND = (
    Q(control__party=Party.DEPLOYER, control__instruction__regex=r"^\s*$")
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
    shaky = ControlLink.objects.filter(
        CONTROL_DOES_NOT_STAND, hazard=OuterRef("pk"), is_active=True
    )
    return hazards.annotate(is_provisional=Exists(shaky))


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


def in_scope_of(hazards: QuerySet[Hazard], release: Release) -> QuerySet[Hazard]:
    """The hazards that belong to a release: in scope from it or from an earlier one."""
    scoped: QuerySet[Any] = with_scope(hazards)
    return scoped.filter(scope_position__lte=release.position)


def current_matrix(product: Product) -> MatrixVersion | None:
    """The matrix that risks are estimated against: the newest approved, else the newest draft."""
    return (
        MatrixVersion.objects.filter(product=product)
        .order_by("state", "-number")  # "approved" sorts before "draft"
        .first()
    )


def estimate_facts(hazard: Hazard, stage: Stage) -> list[EstimateFacts]:
    """Every estimate of a hazard at a stage, as the rules take them."""
    rows = Estimate.objects.filter(hazard=hazard, stage=stage).values_list(
        "pk", "cause_id", "class_number", "severity__position", "likelihood__position"
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
