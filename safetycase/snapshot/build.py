"""Taking a snapshot."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hazards.choices import AssumptionState, HazardState
from hazards.models import Assumption, Hazard, MatrixVersion
from hazards.queries import hazards_of
from products.models import Product, Release
from products.queries import current_team_of, intended_use_of
from safetycase.choices import LifecyclePhase, SectionKey
from safetycase.counting import HazardRisk
from safetycase.figures import Figures, figures_of
from safetycase.missing.report import missing_from
from safetycase.placeholders import placeholder_values
from safetycase.queries import sections_of
from safetycase.snapshot.agreements import charter_shape
from safetycase.snapshot.consistent import one_moment
from safetycase.snapshot.context import (
    count_shapes,
    intended_use_shape,
    matrix_shape,
    member_shapes,
    organisation_shape,
    product_shape,
    release_and_feature_shapes,
)
from safetycase.snapshot.decisions import decisions_shape
from safetycase.snapshot.governance import appointments_of, plan_shape, revision_shapes
from safetycase.snapshot.hazards import assumption_shape, hazard_shapes, named_hazards
from safetycase.snapshot.quality import quality_shape
from safetycase.snapshot.shape import (
    PROJECTION,
    AssumptionShape,
    DocumentShape,
    HazardShape,
    NamedHazardShape,
    SectionShape,
    Snapshot,
)
from safetycase.snapshot.words import moment


def take_snapshot(
    *,
    product: Product,
    release: Release | None,
    phase: LifecyclePhase,
    document: DocumentShape,
) -> Snapshot:
    """Everything that a report on this release says at this moment.

    Read in one transaction, so that counts and hazards are of one state of the log. Sixty to
    ninety queries, however long the log is.
    """
    with one_moment():
        return _snapshot(figures_of(product, release, phase), document)


def draft_document(
    *, made_at: datetime, made_by: str, draft_number: int | None = None
) -> DocumentShape:
    """Document control of a draft."""
    return DocumentShape(
        kind="draft",
        made_at=moment(made_at),
        made_by=made_by,
        made_by_words="",
        draft_number=draft_number,
        number=None,
        attempt=None,
        summary="",
        replaces=None,
    )


def _snapshot(figures: Figures, document: DocumentShape) -> Snapshot:
    product, release = figures.product, figures.release
    team = list(current_team_of(product))
    log = {hazard.pk: hazard for hazard in hazards_of(product)}
    reported = [log[each.id] for each in figures.placed.in_scope]
    whole, unplaced, not_reported = _hazards(figures, log)
    releases, features = release_and_feature_shapes(
        product, release, {hazard.pk: hazard.display_reference for hazard in reported}
    )
    return Snapshot(
        projection=PROJECTION,
        document=document,
        lifecycle_phase=figures.phase.value,
        lifecycle_phase_words=str(figures.phase.label),
        product=product_shape(product),
        organisation=organisation_shape(product.organisation),
        release=releases[-1] if release else None,
        releases=releases,
        features=features,
        intended_use=intended_use_shape(intended_use_of(product)),
        team=member_shapes(team, appointments_of(product)),
        matrix=matrix_shape(figures.matrix),
        plan=plan_shape(product),
        charter=charter_shape(product),
        revisions=revision_shapes(product),
        not_ready=[each.sentence for each in missing_from(figures)],
        counts=count_shapes(figures),
        hazards=whole,
        unplaced=unplaced,
        not_reported=not_reported,
        assumptions=_assumptions(product),
        sections=_sections(product),
        placeholders=placeholder_values(figures, team),
        decisions=decisions_shape(product, release),
        quality=quality_shape(product, {each.id for each in _held(figures)}),
    )


def _hazards(
    figures: Figures, log: Mapping[int, Hazard]
) -> tuple[list[HazardShape], list[HazardShape], list[NamedHazardShape]]:
    placed, release = figures.placed, figures.release
    matrices = dict(
        MatrixVersion.objects.filter(product=figures.product).values_list("pk", "number")
    )
    scopes = _scopes(figures)
    together = hazard_shapes([log[each.id] for each in _held(figures)], release, scopes, matrices)
    gone = (
        Hazard.objects.filter(
            product=figures.product, state__in=(HazardState.WITHDRAWN, HazardState.MERGED)
        )
        .select_related("merged_into")
        .order_by("number")
    )
    count = len(placed.in_scope)
    return (
        together[:count],
        together[count:],
        named_hazards([log[each.id] for each in placed.later], gone, scopes),
    )


def _held(figures: Figures) -> list[HazardRisk]:
    """The hazards that the snapshot holds whole."""
    return [*figures.placed.in_scope, *figures.placed.unplaced]


def _scopes(figures: Figures) -> dict[int, str]:
    """The version of the release from which each hazard is in scope."""
    labels = dict(Release.objects.filter(product=figures.product).values_list("position", "label"))
    placed = figures.placed
    everything: Iterable[HazardRisk] = (*placed.in_scope, *placed.later)
    return {each.id: labels[each.scope] for each in everything if each.scope is not None}


def _assumptions(product: Product) -> list[AssumptionShape]:
    of_the_product = Assumption.objects.filter(product=product, hazard=None)
    return [
        assumption_shape(each)
        for each in of_the_product.exclude(state=AssumptionState.WITHDRAWN).order_by("pk")
    ]


def _sections(product: Product) -> list[SectionShape]:
    return [
        SectionShape(
            key=section.key,
            number=SectionKey(section.key).number,
            title=section.get_key_display(),
            narrative=section.narrative,
            version=section.version if section.pk else 0,
        )
        for section in sections_of(product)
    ]
