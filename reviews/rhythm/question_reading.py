"""Reads of questions: what waits for which side, and how long each side takes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from products.choices import Side
from products.models import Product
from reviews.models import Question
from reviews.rhythm.clock import Clock, Wait, Waiting, clock_since, wait_of
from reviews.rhythm.question_subjects import Subject, subjects_of

WAITS = Q(is_active=True, answered_at=None)


@dataclass(frozen=True)
class QuestionReading:
    """A question as pages show it. ``subject`` is None where the thing is not there any more."""

    question: Question
    subject: Subject | None
    clock: Clock | None  # None once it is answered

    @property
    def side(self) -> Side:
        """The side that was asked."""
        return Side(self.question.to_side)

    @property
    def label(self) -> str:
        """What it is about, as it is called today."""
        return self.subject.label if self.subject else self.question.about_label


def questions_of(product: Product) -> QuerySet[Question]:
    """The questions that stand, the newest first, with who asked and who answered."""
    return (
        Question.objects.filter(product=product, is_active=True)
        .select_related("asked_by__profile", "answered_by__profile")
        .order_by("-pk")
    )


def read_questions(product: Product, questions: Iterable[Question]) -> list[QuestionReading]:
    """These questions with what they are about. A query for each kind of thing at most."""
    rows = list(questions)
    subjects = subjects_of(product, [(row.about_kind, row.about_id) for row in rows])
    for row in rows:
        row.product = product
    return [
        QuestionReading(
            row,
            subjects.get((row.about_kind, row.about_id)),
            clock_since(row.asked_at) if row.answered_at is None else None,
        )
        for row in rows
    ]


def questions_waiting(product: Product) -> list[Waiting]:
    """The questions that wait for a side, the oldest first. Five queries at most."""
    waiting = read_questions(product, questions_of(product).filter(WAITS).order_by("pk"))
    page = reverse("question_list", args=[product.slug])
    return [
        Waiting(
            words=f"Question about {each.label}",
            url=f"{page}#question-{each.question.public_id}",
            side=each.side,
            clock=each.clock,
            asked_by=each.question.asked_by.name,
        )
        for each in waiting
        if each.clock is not None
    ]


def waits_of_questions(product: Product) -> list[Wait]:
    """How long each question waited, or has waited. One query."""
    today = timezone.localdate()
    rows = Question.objects.filter(product=product, is_active=True).order_by("pk")
    return [
        wait_of(Side(side), asked, answered, today)
        for side, asked, answered in rows.values_list("to_side", "asked_at", "answered_at")
    ]
