"""The only way that a view gets a triage, a concern or a question; what is not there is 404."""

import uuid

from django.http import Http404, HttpRequest

from audit.errors import NotAllowed
from products.access import product_for_reading
from products.parts import change_in, feature_in
from products.permissions import Ability, Standing
from reviews.models import Concern, Question
from reviews.rhythm.concern_reading import concerns_of
from reviews.rhythm.question_reading import QuestionReading, questions_of, read_questions
from reviews.rhythm.triage_reading import TriageReading, reading_of
from reviews.sides import speaks_for


def question_for_answering(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Standing, QuestionReading]:
    """A question, for who answers for the side that was asked. Raises ``NotAllowed``."""
    standing = product_for_reading(request, slug)
    found = read_questions(
        standing.product, questions_of(standing.product).filter(public_id=public_id)
    )
    if not found:
        raise Http404
    [reading] = found
    if not speaks_for(standing.roles, reading.side):
        raise NotAllowed(
            f"This was asked of the {reading.side.label.lower()} side. You read the answer under "
            "Questions, and you are told of it if you asked."
        )
    return standing, reading


def question_for_withdrawing(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Standing, Question]:
    """One's own question. Raises ``NotAllowed`` for somebody else's."""
    standing = product_for_reading(request, slug)
    standing.check(Ability.RAISE_CONCERN)
    question = questions_of(standing.product).filter(public_id=public_id).first()
    if question is None:
        raise Http404
    question.product = standing.product
    if question.asked_by_id != standing.person.pk:
        raise NotAllowed(
            f"Only {question.asked_by.name} can take this question back. Nothing was changed."
        )
    return standing, question


def triage_for_reading(
    request: HttpRequest, slug: str, kind: str, reference: str
) -> tuple[Standing, TriageReading]:
    """A feature or change with its triage, for everybody on the team."""
    standing = product_for_reading(request, slug)
    if kind == "feature":
        return standing, reading_of(feature_in(standing, reference))
    if kind == "change":
        return standing, reading_of(change_in(standing, reference))
    raise Http404


def triage_for_answering(
    request: HttpRequest, slug: str, kind: str, reference: str
) -> tuple[Standing, TriageReading]:
    """The same, for who answers for the clinical side. Raises ``NotAllowed``."""
    standing, reading = triage_for_reading(request, slug, kind, reference)
    standing.check(Ability.ANSWER_TRIAGE)
    return standing, reading


def concern_in(request: HttpRequest, slug: str, public_id: uuid.UUID) -> tuple[Standing, Concern]:
    """A concern of the product, for everybody on the team."""
    standing = product_for_reading(request, slug)
    found = concerns_of(standing.product).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.product = standing.product
    return standing, found
