"""What is behind the numbers: where the two sides of a product are apart now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.interface import day
from products.choices import BuildState, Side
from products.models import Feature, Product
from reviews.choices import DecisionState
from reviews.decisions.queries import open_decisions
from reviews.models import Dissent, Story
from reviews.rhythm.clock import Waiting
from reviews.rhythm.first_looks import first_looks
from reviews.rhythm.question_reading import questions_waiting, waits_of_questions
from reviews.rhythm.triage_reading import triages_waiting, waits_of_triages
from safetycase.apart.drawing import Bars, bars_of
from safetycase.apart.numbers import Built, blocked, first_look, waits
from safetycase.gate.last_week import last_weeks


@dataclass(frozen=True)
class GapRow:
    """One thing: what it is, where it is settled, and a mark in a tone of ``status.html``."""

    words: str
    url: str
    detail: str = ""
    mark: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Gap:
    """A way in which the sides are apart, and what is said where they are not."""

    title: str
    rows: Sequence[GapRow]
    nothing: str
    url: str
    all: str


def figures_of(product: Product) -> list[Bars]:
    """The three numbers with their trend (that of waiting once for each side). Ten queries."""
    today = timezone.localdate()
    looks = first_looks(product)
    built = [
        Built(each.feature.build_began_on, each.looked_on)
        for each in looks
        if each.feature.build_began_on is not None
    ]
    waited = [*waits_of_triages(product), *waits_of_questions(product)]
    return [
        bars_of(figure)
        for figure in (
            first_look(built, today),
            waits(waited, Side.CLINICAL, today),
            waits(waited, Side.PRODUCT, today),
            blocked(last_weeks(product)),
        )
    ]


def gaps_of(product: Product) -> list[Gap]:
    """Where the sides are apart, what keeps patients or the release waiting first. Thirty queries,
    however much there is."""
    return [
        _views(product),
        _waiting(product),
        _unseen(product),
        _dissent(product),
        _without_reason(product),
    ]


def _views(product: Product) -> Gap:
    found = [each.decision for each in open_decisions(product) if each.is_apart]
    return Gap(
        "Decisions in which the views differ",
        [
            GapRow(
                words=f"{each.reference} {each.title}",
                url=reverse("decision_detail", args=[product.slug, each.reference]),
                detail=each.question,
                mark=_who_has_not_spoken(each.clinical_view, each.product_view),
                tone="warn",
            )
            for each in found
        ],
        "In no open decision do the views stand against each other.",
        reverse("decision_list", args=[product.slug]),
        "All decisions",
    )


def _who_has_not_spoken(clinical: str, of_product: str) -> str:
    silent = [
        side.label.lower()
        for side, view in ((Side.CLINICAL, clinical), (Side.PRODUCT, of_product))
        if not view.strip()
    ]
    return f"the {silent[0]} side has not spoken" if len(silent) == 1 else ""


def _waiting(product: Product) -> Gap:
    found: list[Waiting] = [*triages_waiting(product), *questions_waiting(product)]
    return Gap(
        "Questions that wait for the other side",
        [
            GapRow(
                words=each.words,
                url=each.url,
                detail=_sentence(each),
                mark=f"{each.side.label.lower()} side",
                tone="bad" if each.clock.is_late else "warn",
            )
            for each in sorted(found, key=lambda each: each.clock.since)
        ],
        "Nobody waits for an answer.",
        reverse("question_list", args=[product.slug]),
        "All questions",
    )


def _sentence(waiting: Waiting) -> str:
    words = waiting.clock.words
    asked = f" Asked by {waiting.asked_by}." if waiting.asked_by else ""
    return f"{words[:1].upper()}{words[1:]}.{asked}"


def _unseen(product: Product) -> Gap:
    found: Iterable[Feature] = (
        each.feature
        for each in first_looks(product)
        if each.looked_on is None and each.feature.state == BuildState.IN_BUILD
    )
    return Gap(
        "Features in build that the clinical side has not seen",
        [
            GapRow(
                words=f"{each.reference} {each.title}",
                url=reverse("feature_detail", args=[product.slug, each.reference]),
                detail=f"Its build began on {day(each.build_began_on)}."
                if each.build_began_on
                else "",
                tone="bad",
            )
            for each in found
        ],
        "The clinical side has looked at every feature that is in build.",
        reverse("triage_list", args=[product.slug]),
        "Triage",
    )


def _dissent(product: Product) -> Gap:
    found = (
        Dissent.objects.filter(
            decision__product=product,
            decision__state__in=(DecisionState.OPEN, DecisionState.AGREED),
        )
        .select_related("decision", "recorded_by__profile")
        .order_by("-pk")
    )
    return Gap(
        "Dissent that stands",
        [
            GapRow(
                words=f"{each.decision.reference} {each.decision.title}",
                url=reverse("decision_detail", args=[product.slug, each.decision.reference]),
                detail=f"“{each.text}” {each.recorded_by.name}, "
                f"{day(timezone.localdate(each.recorded_at))}",
                mark=f"{each.get_side_display().lower()} side",
                tone="accent" if each.side == Side.CLINICAL else "violet",
            )
            for each in found
        ],
        "Nobody has recorded dissent on a decision that stands or is open.",
        reverse("decision_list", args=[product.slug]),
        "All decisions",
    )


def _without_reason(product: Product) -> Gap:
    found = Story.objects.filter(
        product=product, control=None, is_open=True, is_active=True
    ).order_by("pk")
    page = reverse("story_list", args=[product.slug])
    return Gap(
        "Stories without a clinical reason",
        [GapRow(words=each.title, url=f"{page}?show=no-reason", tone="warn") for each in found],
        "Every open safety story says which control it builds.",
        page,
        "All stories",
    )
