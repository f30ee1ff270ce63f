"""The facts that the quality rules take of a whole log, counted in the database."""

from collections import defaultdict

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Lower, Trim

from hazards.choices import (
    Acceptability,
    AssumptionState,
    ControlState,
    HazardState,
    MatrixState,
)
from hazards.library import library
from hazards.library_reading import open_families
from hazards.models import Assumption, Control, ControlLink, Hazard, Plan
from hazards.quality.facts import Circumstances, CopiedControl, LogInQuestion, SharedControl
from hazards.quality.reading import assumption_in_question
from hazards.queries import current_matrix
from products.models import Product
from products.queries import intended_use_of

#: Fields of the intended use that rules ask for.
_STATED = ("purpose", "exclusions", "device_statement", "patient_groups")
#: Copies that are named one by one.
_NAMED = 500
_SERIOUS = (Acceptability.UNACCEPTABLE, Acceptability.IF_JUSTIFIED)


def read_log_in_question(product: Product, at: Circumstances) -> LogInQuestion:
    """The facts of a product's log for the release in hand. About a dozen queries, whatever it
    holds."""
    live = Q(product=product, state=HazardState.LIVE) & _placed(at, "summary__scope_position")
    stated, matrix = intended_use_of(product), current_matrix(product)
    plan = Plan.objects.filter(product=product).order_by("-number").first()
    hazards = Hazard.objects.filter(live).order_by()
    return LogInQuestion(
        intended_use={name: getattr(stated, name) for name in _STATED} if stated else None,
        phases=plan.phases if plan else None,
        residual_classes=dict(
            hazards.exclude(worst_residual=None)
            .values_list("worst_residual__class_number")
            .annotate(hazards=Count("pk"))
        ),
        estimates_before_approval=_estimated_too_early(live),
        matrix_is_approved=matrix is not None and matrix.state == MatrixState.APPROVED,
        copied=_copied(product, at),
        shared=_shared(product, at),
        families=len(library()),
        families_open=tuple(open_families(product)),
        assumptions=tuple(
            assumption_in_question(each)
            for each in Assumption.objects.filter(product=product, hazard=None).exclude(
                state=AssumptionState.WITHDRAWN
            )
        ),
        hazards=hazards.count(),
    )


def _placed(at: Circumstances, column: str) -> Q:
    """In scope of the release in hand, or placed nowhere yet: whoever leaves those out hides
    them."""
    if at.release is None:
        return Q()
    return Q(**{f"{column}__lte": at.release}) | Q(**{f"{column}__isnull": True})


def _estimated_too_early(live: Q) -> int:
    """How many of the shown estimates were made before their matrix was approved."""
    early = {
        stage: Count(
            "pk",
            filter=Q(**{f"worst_{stage}__isnull": False})
            & (
                Q(**{f"worst_{stage}__matrix__approved_at__isnull": True})
                | Q(
                    **{f"worst_{stage}__estimated_at__lt": F(f"worst_{stage}__matrix__approved_at")}
                )
            ),
        )
        for stage in ("initial", "residual")
    }
    return sum(Hazard.objects.filter(live).order_by().aggregate(**early).values())


def _copied(product: Product, at: Circumstances) -> tuple[CopiedControl, ...]:
    """Texts that stand in several controls. Two queries."""
    in_use = (
        Control.objects.filter(
            product=product,
            links__is_active=True,
            links__hazard__state__in=(HazardState.DRAFT, HazardState.LIVE),
        )
        .exclude(state=ControlState.WITHDRAWN)
        .annotate(said=Lower(Trim("text")))
        .order_by()
    )
    groups = {
        said: (first, controls, hazards)
        for said, first, controls, hazards in in_use.values("said")
        .annotate(
            first=Min("number"),
            rows=Count("pk", distinct=True),
            hazards=Count("links__hazard", distinct=True),
        )
        .filter(rows__gt=1, hazards__gte=at.limits.copies)
        .values_list("said", "first", "rows", "hazards")
    }
    if not groups:
        return ()
    # Where very many are copied, the first of each names them: nobody reads forty thousand.
    if sum(controls for _, controls, _ in groups.values()) > _NAMED:
        those = in_use.filter(number__in=[first for first, _, _ in groups.values()])
    else:
        those = in_use.filter(said__in=list(groups))
    references: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for said, number, reference, text in those.values_list(
        "said", "number", "reference", "text"
    ).distinct():
        references[said].append((number, reference, text))
    return tuple(
        CopiedControl(
            min(rows)[2].strip(), tuple(each for _, each, _ in sorted(rows)), *groups[said][1:]
        )
        for said, rows in sorted(references.items())
    )


def _shared(product: Product, at: Circumstances) -> tuple[SharedControl, ...]:
    """Controls that several serious hazards lean on. Two queries."""
    serious = (
        ControlLink.objects.filter(
            _placed(at, "hazard__summary__scope_position"),
            Q(hazard__worst_initial__acceptability__in=_SERIOUS)
            | Q(hazard__worst_residual__acceptability__in=_SERIOUS),
            is_active=True,
            hazard__product=product,
            hazard__state=HazardState.LIVE,
        )
        .exclude(control__state=ControlState.WITHDRAWN)
        .order_by()
    )
    many = (
        serious.values("control")
        .annotate(hazards=Count("hazard", distinct=True), last=Max("pk"))
        .filter(hazards__gte=at.limits.hazards_on_one_control)
        .values_list("control", flat=True)
    )
    found: dict[tuple[int, str, str], dict[int, str]] = defaultdict(dict)
    for link in serious.filter(control__in=list(many)).select_related("control", "hazard"):
        key = (link.control.number, str(link.control.public_id), link.control.reference)
        found[key][link.hazard.number] = link.hazard.display_reference
    return tuple(
        SharedControl(public_id, reference, tuple(hazards[each] for each in sorted(hazards)))
        for (_, public_id, reference), hazards in sorted(found.items())
    )
