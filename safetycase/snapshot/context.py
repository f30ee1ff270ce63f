"""What stands around the hazards: product, releases, features, people, matrix, counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hazards.choices import Acceptability
from hazards.matrix_reading import MatrixReading
from hazards.models import HazardFeature, RiskClass
from products.choices import Role
from products.models import (
    Feature,
    IntendedUse,
    Membership,
    Organisation,
    Product,
    Release,
    ReleaseFeature,
)
from products.queries import releases_up_to
from reviews.models import SignOff
from safetycase.counting import StageCount
from safetycase.figures import Figures
from safetycase.snapshot.shape import (
    ClassShape,
    CountsShape,
    FeatureShape,
    IntendedUseShape,
    MatrixShape,
    MemberShape,
    OrganisationShape,
    ProductShape,
    ReleaseShape,
    SquareCountShape,
    StageCountShape,
)
from safetycase.snapshot.words import day, moment, name


def product_shape(product: Product) -> ProductShape:
    """The product."""
    return ProductShape(
        name=product.name,
        slug=product.slug,
        public_id=str(product.public_id),
        summary=product.summary,
    )


def organisation_shape(organisation: Organisation) -> OrganisationShape:
    """Who makes it."""
    return OrganisationShape(name=organisation.name, kind_words=organisation.get_kind_display())


def release_and_feature_shapes(
    product: Product, release: Release | None, hazards: Mapping[int, str]
) -> tuple[list[ReleaseShape], list[FeatureShape]]:
    """The releases up to this one (all, when none is named), oldest first, and their features.

    ``hazards`` are the references of the reported hazards by key. Three queries.
    """
    releases = list(
        releases_up_to(release)
        if release
        else Release.objects.filter(product=product).order_by("position")
    )
    carried = (
        ReleaseFeature.objects.filter(release__in=releases, is_active=True, feature__is_active=True)
        .select_related("feature__owner__profile", "release")
        .order_by("release__position", "feature__number")
    )
    features_of: dict[int, list[str]] = defaultdict(list)
    first_in: dict[Feature, Release] = {}
    for link in carried:
        features_of[link.release_id].append(link.feature.reference)
        first_in.setdefault(link.feature, link.release)
    touched = hazards_by_feature(first_in, hazards)
    return (
        [_release(each, features_of[each.pk]) for each in releases],
        [
            _feature(feature, first_in[feature], touched[feature.pk])
            for feature in sorted(first_in, key=lambda each: each.number)
        ],
    )


def hazards_by_feature(
    features: Iterable[Feature], hazards: Mapping[int, str]
) -> dict[int, list[str]]:
    """The references of the hazards that each feature touches, by the key of the feature; of those
    in ``hazards``, which names them by their keys. One query."""
    touched: dict[int, list[str]] = defaultdict(list)
    links = HazardFeature.objects.filter(
        feature__in=list(features), hazard__in=list(hazards), is_active=True
    )
    for link in links.order_by("hazard__number"):
        touched[link.feature_id].append(hazards[link.hazard_id])
    return touched


def _release(release: Release, features: list[str]) -> ReleaseShape:
    return ReleaseShape(
        label=release.label,
        state=release.state,
        state_words=release.get_state_display(),
        planned_on=day(release.planned_on),
        released_on=day(release.released_on),
        summary=release.summary,
        features=features,
    )


def _feature(feature: Feature, first: Release, hazards: list[str]) -> FeatureShape:
    return FeatureShape(
        reference=feature.reference,
        title=feature.title,
        for_product=feature.for_product,
        for_patients=feature.for_patients,
        tracker_url=feature.tracker_url,
        owner=name(feature.owner),
        first_release=first.label,
        hazards=hazards,
    )


def intended_use_shape(statement: IntendedUse | None) -> IntendedUseShape | None:
    """The statement of intended use that holds; None before the first."""
    if statement is None:
        return None
    return IntendedUseShape(
        number=statement.number,
        purpose=statement.purpose,
        users=statement.users,
        patient_groups=statement.patient_groups,
        care_settings=statement.care_settings,
        exclusions=statement.exclusions,
        device_statement=statement.device_statement,
        stated_at=moment(statement.stated_at),
        stated_by=name(statement.stated_by),
    )


def member_shapes(
    team: Iterable[Membership], appointments: Mapping[int, SignOff]
) -> list[MemberShape]:
    """The current team in the order of the roles.

    ``appointments`` are the signatures under the appointments, by the key of the membership.
    """
    order = [role.value for role in Role]
    ordered = sorted(team, key=lambda each: (order.index(each.role), each.is_deputy, each.pk))
    return [_member(each, appointments.get(each.pk)) for each in ordered]


def _member(membership: Membership, appointment: SignOff | None) -> MemberShape:
    profile = membership.person.profile
    return MemberShape(
        name=profile.name,
        role=membership.role,
        role_words=membership.get_role_display(),
        is_deputy=membership.is_deputy,
        job_title=profile.job_title,
        registration=profile.registration,
        registration_checked_on=day(profile.registration_checked_on),
        starts_on=membership.starts_on.isoformat(),
        ends_on=day(membership.ends_on),
        nominated_by=name(membership.nominated_by),
        appointed_at=moment(appointment.signed_at) if appointment else None,
        appointed_by=appointment.signer_name if appointment else "",
    )


def matrix_shape(matrix: MatrixReading | None) -> MatrixShape | None:
    """The matrix that risks are estimated against."""
    if matrix is None:
        return None
    version = matrix.version
    return MatrixShape(
        name=version.name,
        number=version.number,
        state=version.state,
        state_words=version.get_state_display(),
        approved_at=moment(version.approved_at) if version.approved_at else None,
        approved_by=name(version.approved_by),
        severities=[{"word": each.word, "meaning": each.meaning} for each in matrix.severities],
        likelihoods=[{"word": each.word, "meaning": each.meaning} for each in matrix.likelihoods],
        classes=[_risk_class(each) for each in matrix.classes],
        rows=[
            {"likelihood": row.likelihood.word, "classes": [cell.number for cell in row.cells]}
            for row in matrix.rows
        ],
    )


def _risk_class(risk_class: RiskClass) -> ClassShape:
    return ClassShape(
        number=risk_class.number,
        acceptability=risk_class.acceptability,
        acceptability_words=Acceptability(risk_class.acceptability).label,
        meaning=risk_class.meaning,
        accepted_by=risk_class.get_accepted_by_role_display(),
    )


def count_shapes(figures: Figures) -> CountsShape:
    """The risks before and after."""
    return CountsShape(
        initial=_stage_count(figures.initial, figures.matrix),
        residual=_stage_count(figures.residual, figures.matrix),
    )


def _stage_count(counted: StageCount, matrix: MatrixReading | None) -> StageCountShape:
    return StageCountShape(
        hazards=counted.hazards,
        classes=[
            {
                "number": each.number,
                "hazards": each.hazards,
                "provisional": each.provisional,
                "confirmed": each.confirmed,
            }
            for each in counted.classes.values()
        ],
        squares=_squares(counted, matrix),
        estimated=counted.estimated,
        provisional=counted.provisional,
        confirmed=counted.confirmed,
        not_estimated=counted.not_estimated,
        not_needed=counted.not_needed,
        other_matrix=counted.other_matrix,
    )


def _squares(counted: StageCount, matrix: MatrixReading | None) -> list[SquareCountShape]:
    if matrix is None:
        return []
    return [
        SquareCountShape(
            severity=cell.severity.word,
            likelihood=cell.likelihood.word,
            hazards=counted.squares[(cell.severity.pk, cell.likelihood.pk)],
        )
        for cell in matrix.cells
    ]
