"""What is missing around the hazards before a report can be signed: plan, officers, acceptances."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from hazards.choices import Acceptability
from hazards.models import Hazard
from hazards.queries import hazards_of
from reviews.acceptance.overview import accepted_among, overview_of
from reviews.plan.reading import officers_of, plan_in_force
from safetycase.missing.thing import (
    NAMED,
    AnyFigures,
    Missing,
    count_in_words,
    log_url,
    release_query,
)


def unacceptable_risks(figures: AnyFigures) -> Iterable[Missing]:
    """Residual risks that no signature can accept."""
    hazards = hazards_of(figures.product).filter(
        pk__in=figures.hazard_ids, worst_residual__acceptability=Acceptability.UNACCEPTABLE
    )
    found = [
        (risk.hazard.display_reference, risk.hazard.reference)
        for risk in overview_of(hazards)
        if risk.is_unacceptable
    ]
    if found:
        yield Missing(
            len(found),
            f"{count_in_words(len(found), 'residual risk')} "
            f"{'is' if len(found) == 1 else 'are'} unacceptable: more control, or a changed scope",
            log_url(figures.product, **release_query(figures)),
            _links(figures, found),
        )


def risks_to_accept(figures: AnyFigures) -> Iterable[Missing]:
    """Residual risks that wait for acceptance."""
    hazards = hazards_of(figures.product).filter(
        pk__in=figures.hazard_ids, worst_residual__acceptability=Acceptability.IF_JUSTIFIED
    )
    waiting = _waiting(hazards) + _beside_what_is_borne(figures)
    if waiting:
        yield Missing(
            len(waiting),
            f"{count_in_words(len(waiting), 'residual risk')} "
            f"{'waits' if len(waiting) == 1 else 'wait'} for acceptance",
            reverse("acceptances", args=[figures.product.slug]),
            _links(figures, waiting),
        )


def _beside_what_is_borne(figures: AnyFigures) -> list[tuple[str, str]]:
    """Those that wait on a hazard whose worst risk is borne by a risk–benefit analysis."""
    hazards = hazards_of(figures.product).filter(
        pk__in=figures.hazard_ids, worst_residual__acceptability=Acceptability.UNACCEPTABLE
    )
    return [
        (risk.hazard.display_reference, risk.hazard.reference)
        for risk in overview_of(hazards)
        if risk.waiting and not risk.is_unacceptable
    ]


def _waiting(hazards: QuerySet[Hazard]) -> list[tuple[str, str]]:
    """Those whose residual risk nobody has accepted, or not any more: reference and address.

    One that never was accepted waits, whatever is on it: only of the others is it looked up.
    """
    standing = {risk.named.pk for risk in overview_of(accepted_among(hazards)) if not risk.waiting}
    return [
        (imported or reference, reference)
        for pk, reference, imported in hazards.values_list("pk", "reference", "imported_reference")
        if pk not in standing
    ]


def plan(figures: AnyFigures) -> Iterable[Missing]:
    """A plan in force, which names this phase and the matrix in use."""
    product = figures.product
    url = reverse("plan", args=[product.slug])
    found = plan_in_force(product)
    if found is None:
        yield Missing(0, "No clinical risk management plan is in force", url)
        return
    if figures.matrix is not None and found.matrix_id != figures.matrix.version.pk:
        yield Missing(
            0,
            f"The plan in force names version {found.matrix.number} of the risk matrix; estimates "
            f"are made with version {figures.matrix.version.number}",
            url,
        )
    if figures.phase not in found.reporting_phases:
        yield Missing(
            0, f"The plan in force asks for no report at: {figures.phase.label.lower()}", url
        )


def officers(figures: AnyFigures) -> Iterable[Missing]:
    """A current clinical safety officer: appointed by signature, with a checked registration."""
    url = reverse("team", args=[figures.product.slug])
    found = officers_of(figures.product)
    if not found:
        yield Missing(0, "There is no current clinical safety officer", url)
    elif not any(each.is_current for each in found):
        for problem in found[0].problems:
            yield Missing(0, problem.rstrip("."), url)


def _links(figures: AnyFigures, hazards: list[tuple[str, str]]) -> list[tuple[str, str]]:
    slug = figures.product.slug
    return [
        (shown, reverse("hazard_detail", args=[slug, reference]))
        for shown, reference in hazards[:NAMED]
    ]
