"""What a product still lacks for its report, each with a count and the way to it."""

from collections.abc import Callable, Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from hazards.choices import ControlState, HazardState, MatrixState, Party
from hazards.models import Control, ControlLink, Harm, Hazard
from products.queries import intended_use_of
from safetycase.choices import SectionKey
from safetycase.missing.governance import officers, plan, risks_to_accept, unacceptable_risks
from safetycase.missing.thing import (
    NAMED,
    AnyFigures,
    Missing,
    count_in_words,
    log_url,
    release_query,
)
from safetycase.models import Section
from safetycase.rules import Delivery, is_delivered_by


def missing_from(figures: AnyFigures) -> list[Missing]:
    """Everything that is missing, what concerns patients first.

    About thirty queries, however long the log is.
    """
    checks: tuple[Callable[[AnyFigures], Iterable[Missing]], ...] = (
        _hazards,
        _harms,
        _controls,
        _instructions,
        unacceptable_risks,
        risks_to_accept,
        _placing,
        officers,
        plan,
        _matrix,
        _intended_use,
        _sections,
    )
    return [missing for check in checks for missing in check(figures)]


def _hazards(figures: AnyFigures) -> Iterable[Missing]:
    product, placed = figures.product, figures.placed
    if not (placed.in_scope or placed.unplaced or placed.later):
        yield Missing(0, "The hazard log is empty", log_url(product))
        return
    without = figures.without_estimate
    if without:
        has_older = figures.matrix is not None and figures.matrix.version.based_on_id is not None
        what = "to estimate, or to estimate again" if has_older else "that is not estimated"
        yield Missing(
            without,
            f"{count_in_words(without, 'hazard')} {_has(without)} a risk {what}",
            log_url(product, needs_estimate="1", **release_query(figures)),
        )
    drafts = figures.in_state(HazardState.DRAFT)
    if drafts:
        yield Missing(
            drafts,
            f"{count_in_words(drafts, 'hazard')} {_is(drafts)} still a draft",
            log_url(product, state=HazardState.DRAFT.value, **release_query(figures)),
        )


def _harms(figures: AnyFigures) -> Iterable[Missing]:
    harms = Harm.objects.filter(hazard=OuterRef("pk"), is_active=True)
    without = Hazard.objects.filter(pk__in=figures.hazard_ids, state=HazardState.LIVE).exclude(
        Exists(harms)
    )
    return _named(without, "live hazard", "says no harm", "say no harm", figures)


def _controls(figures: AnyFigures) -> Iterable[Missing]:
    links = ControlLink.objects.filter(
        control=OuterRef("pk"), hazard__in=figures.hazard_ids, is_active=True
    )
    delivery = ("delivered_in__position", "delivered_in__state", "delivered_in__released_on")
    waiting = (
        Control.objects.filter(Exists(links), product=figures.product)
        .exclude(state__in=(ControlState.VERIFIED, ControlState.WITHDRAWN))
        .exclude(party__in=(Party.DEPLOYER, Party.USER))
        .order_by()
        .values(*delivery)
        .annotate(controls=Count("pk"))
    )
    position = figures.release.position if figures.release else None
    count = sum(
        controls
        for place, state, released_on, controls in waiting.values_list(*delivery, "controls")
        if is_delivered_by(
            Delivery(place, state, released_on is not None) if state else None, position
        )
    )
    if count:
        yield Missing(
            count,
            f"{count_in_words(count, 'control')} of this release {_is(count)} not verified",
            log_url(figures.product, unverified="1", **release_query(figures)),
        )


def _instructions(figures: AnyFigures) -> Iterable[Missing]:
    silent = ControlLink.objects.filter(
        # The party first: SQLite calls Python for the pattern, so only where it must.
        Q(control__party=Party.DEPLOYER) & Q(control__instruction__regex=r"^\s*$"),
        hazard=OuterRef("pk"),
        is_active=True,
    ).exclude(control__state=ControlState.WITHDRAWN)
    without = Hazard.objects.filter(Exists(silent), pk__in=figures.hazard_ids)
    return _named(
        without,
        "hazard",
        "has a deploying organisation's control without an instruction",
        "have a deploying organisation's control without an instruction",
        figures,
    )


def _placing(figures: AnyFigures) -> Iterable[Missing]:
    product, unplaced = figures.product, len(figures.placed.unplaced)
    if figures.release is None:
        yield Missing(0, "No release is planned", reverse("release_list", args=[product.slug]))
    if unplaced:
        yield Missing(
            unplaced,
            f"{count_in_words(unplaced, 'hazard')} {_is(unplaced)} not yet placed in a release",
            log_url(product, feature="none"),
        )


def _matrix(figures: AnyFigures) -> Iterable[Missing]:
    url = reverse("risk_matrix", args=[figures.product.slug])
    if figures.matrix is None:
        yield Missing(0, "There is no risk matrix", url)
    elif figures.matrix.version.state != MatrixState.APPROVED:
        yield Missing(0, "The risk matrix is not approved", url)
    else:
        waiting = figures.initial.other_matrix + figures.residual.other_matrix
        if waiting:
            number = figures.matrix.version.number
            yield Missing(
                waiting,
                f"{count_in_words(waiting, 'risk')} {_is(waiting)} to be estimated again with "
                f"version {number} of the matrix",
                reverse("risk_matrix_changes", args=[figures.product.slug, number]),
            )


def _intended_use(figures: AnyFigures) -> Iterable[Missing]:
    url = reverse("intended_use", args=[figures.product.slug])
    statement = intended_use_of(figures.product)
    if statement is None:
        yield Missing(0, "The intended use is not stated", url)
        return
    texts = {
        "exclusions": statement.exclusions,
        "the medical device statement": (statement.device_statement),
    }
    silent = [words for words, text in texts.items() if not text.strip()]
    if silent:
        yield Missing(
            len(silent), f"The intended use says nothing about {' and '.join(silent)}", url
        )


def _sections(figures: AnyFigures) -> Iterable[Missing]:
    written = (
        Section.objects.filter(product=figures.product).exclude(narrative__regex=r"^\s*$").count()
    )
    empty = len(SectionKey) - written
    if empty:
        yield Missing(
            empty,
            f"{count_in_words(empty, 'section')} of the report {_has(empty)} no narrative",
            reverse("safety_case", args=[figures.product.slug]),
        )


def _named(
    hazards: QuerySet[Hazard], noun: str, does: str, do: str, figures: AnyFigures
) -> Iterable[Missing]:
    """A thing that the log has no filter for: its first hazards are named."""
    found = list(hazards.order_by("number").values_list("reference", "imported_reference"))
    if not found:
        return
    slug = figures.product.slug
    yield Missing(
        len(found),
        f"{count_in_words(len(found), noun)} {does if len(found) == 1 else do}",
        log_url(figures.product, **release_query(figures)),
        [
            (imported or reference, reverse("hazard_detail", args=[slug, reference]))
            for reference, imported in found[:NAMED]
        ],
    )


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"
