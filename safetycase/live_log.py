"""The hazard log as it stands now, as its files are made from it: read a part at a time.

A file of a version is made from what was frozen (``version_files``); this is of no version.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from django.db.models import Min, Q
from django.utils import timezone

from hazards.choices import AssumptionState, ControlKind, ControlState, HazardState
from hazards.matrix_reading import read_matrix
from hazards.models import Assumption, ControlLink, Hazard, MatrixVersion
from hazards.queries import IN_THE_LOG, current_matrix, hazards_of, with_scope_label
from products.models import Product
from products.queries import current_team_of
from safetycase.log_files.log import Log
from safetycase.log_files.title import Revision, VersionTitle
from safetycase.snapshot.context import (
    matrix_shape,
    member_shapes,
    organisation_shape,
    product_shape,
)
from safetycase.snapshot.governance import appointments_of, revision_shapes
from safetycase.snapshot.hazards import assumption_shape, hazard_shapes, named_hazards
from safetycase.snapshot.shape import HazardShape
from safetycase.snapshot.words import moment

#: Told how many hazards were read.
OnHazards = Callable[[int], None]

AT_ONCE = 250  # hazards that are read together
STATE = "The log as it stands: no frozen version"


def live_title(product: Product, at: datetime | None = None) -> VersionTitle:
    """The title of the files of the log as it stands at a moment, with the versions so far."""
    revisions = [
        Revision(str(each["version"]), each["at"], each["author"], each["summary"])
        for each in revision_shapes(product)
    ]
    return VersionTitle("", STATE, moment(at or timezone.now()), revisions)


def live_log(product: Product, on_hazards: OnHazards | None = None) -> Log:
    """The log of a product: every hazard in it, of whichever release.

    ``on_hazards`` is told how many were read. Write the file inside ``audit.moments.one_moment``,
    so that all of it is of one state.
    """
    hazards = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
    matrix = current_matrix(product)
    team = list(current_team_of(product))
    gone = Hazard.objects.filter(
        product=product, state__in=(HazardState.WITHDRAWN, HazardState.MERGED)
    )
    review = hazards.aggregate(first=Min("review_date"))["first"]
    return Log(
        product=product_shape(product),
        organisation=organisation_shape(product.organisation),
        release=None,
        lifecycle_phase_words="",
        made_by="",
        team=member_shapes(team, appointments_of(product)),
        matrix=matrix_shape(read_matrix(matrix)) if matrix else None,
        assumptions=[
            assumption_shape(each)
            for each in Assumption.objects.filter(product=product, hazard=None)
            .exclude(state=AssumptionState.WITHDRAWN)
            .order_by("pk")
        ],
        not_reported=named_hazards(
            [], gone.select_related("merged_into").order_by("number"), scopes={}
        ),
        placed=hazards.count(),
        unplaced=0,
        next_review=review.isoformat() if review else None,
        has_untyped_controls=_has_untyped_controls(product),
        has_voices=_has_voices(product),
        hazards=partial(_hazards, product, on_hazards),
    )


def _has_untyped_controls(product: Product) -> bool:
    links = ControlLink.objects.filter(
        hazard__product=product,
        hazard__state__in=IN_THE_LOG,
        is_active=True,
        control__kind=ControlKind.ADDITIONAL,
        control__type="",
    )
    return links.exclude(control__state=ControlState.WITHDRAWN).exists()


def _has_voices(product: Product) -> bool:
    said = ~Q(for_patients="") | ~Q(for_product="")
    return hazards_of(product).filter(said).exists()


def _hazards(product: Product, on_hazards: OnHazards | None) -> Iterator[HazardShape]:
    matrices = dict(MatrixVersion.objects.filter(product=product).values_list("pk", "number"))
    last = written = 0
    found = with_scope_label(hazards_of(product)).order_by("number")
    while portion := list(found.filter(number__gt=last)[:AT_ONCE]):
        scopes = {each.pk: each.scope_label for each in portion if each.scope_label}
        yield from hazard_shapes(portion, None, scopes, matrices)
        last = portion[-1].number
        written += len(portion)
        if on_hazards:
            on_hazards(written)
