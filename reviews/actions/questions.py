"""Questions to the other side: asking, answering, taking one back."""

from django.urls import reverse

from accounts.actions.notifications import tell
from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.errors import NotAllowed, NotPossible
from products.choices import Side
from products.models import Product
from products.permissions import Ability, check_can, roles_in_words, standing_of
from products.queries import people_on_team
from reviews.models import Question
from reviews.rhythm.question_subjects import subject_of
from reviews.sides import SPEAKS_FOR, speaks_for

LABEL_LIMIT = 300  # characters


def ask_question(
    *,
    product: Product,
    by: User,
    about_kind: str,
    about_id: str,
    to_side: Side,
    text: str,
    reason: str = "",
) -> Question:
    """Ask a side something about a thing of the product; everybody who answers for it is told.

    Raises ``NotAllowed``; ``NotPossible`` without a question or where the thing is not there;
    ``BadText``.
    """
    check_can(by, Ability.RAISE_CONCERN, product)
    if not text.strip():
        raise NotPossible("Write the question. Nothing was saved.")
    subject = subject_of(product, about_kind, about_id)
    if subject is None:
        raise NotPossible(
            "What you ask about is not there any more. Nothing was saved. Open its page again."
        )
    words = f"Asked the {to_side.label.lower()} side about {subject.label}"
    with act(by=by, reason=reason or words[:LABEL_LIMIT], scope=product.scope) as under_way:
        question = Question(
            product=product,
            about_kind=subject.kind,
            about_id=subject.id,
            about_label=subject.label[:LABEL_LIMIT],
            to_side=to_side,
            text=text.strip(),
            asked_at=under_way.at,
            asked_by=by,
        )
        check_row(question)
        question.save()
        for person in people_on_team(product, SPEAKS_FOR[to_side]):
            if person.pk != by.pk:
                asked = f"{by.name} asks the {to_side.label.lower()} side about {subject.label}"
                _tell(person, asked, question)
    return question


def answer_question(*, question: Question, by: User, answer: str, reason: str = "") -> Question:
    """Answer for the side that was asked; whoever asked is told.

    Raises ``NotAllowed`` for somebody who does not answer for that side; ``NotPossible`` without an
    answer, or where it was answered or taken back meanwhile; ``BadText``.
    """
    product, side = question.product, Side(question.to_side)
    if not speaks_for(standing_of(by, product).roles, side):
        raise NotAllowed(
            f"This was asked of the {side.label.lower()} side. Nothing was saved. "
            f"Who answers for it: {roles_in_words(SPEAKS_FOR[side])}."
        )
    if not answer.strip():
        raise NotPossible("Write the answer. Nothing was saved.")
    words = f"Answered about {question.about_label}"
    with act(by=by, reason=reason or words, scope=product.scope) as under_way:
        locked = _open(question)
        locked.answer = answer.strip()
        locked.answered_at, locked.answered_by = under_way.at, by
        check_row(locked)
        locked.save()
        if locked.asked_by_id != by.pk:
            answered = f"{by.name} answered your question about {locked.about_label}"
            _tell(locked.asked_by, answered, locked)
    return locked


def withdraw_question(*, question: Question, by: User, reason: str = "") -> Question:
    """Take one's own question back; it stays in the record.

    Raises ``NotAllowed`` for anybody else; ``NotPossible`` where it was answered meanwhile.
    """
    check_can(by, Ability.RAISE_CONCERN, question.product)
    if question.asked_by_id != by.pk:
        raise NotAllowed(
            f"Only {question.asked_by.name} can take this question back. Nothing was changed."
        )
    words = f"Took back a question about {question.about_label}"
    with act(by=by, reason=reason or words, scope=question.product.scope):
        locked = _open(question)
        locked.is_active = False
        locked.save()
    return locked


def _open(question: Question) -> Question:
    locked = Question.objects.select_for_update().get(pk=question.pk)
    if not locked.is_active:
        raise NotPossible("This question was taken back. Nothing was saved.")
    if locked.answered_at is not None:
        raise NotPossible(
            "Somebody answered this meanwhile. Nothing was saved; what you wrote stands here. Read "
            "their answer, and comment on the thing itself if there is more to say."
        )
    return locked


def _tell(person: User, text: str, question: Question) -> None:
    page = reverse("question_list", args=[question.product.slug])
    tell(
        person=person,
        text=text,
        url=f"{page}#question-{question.public_id}",
        about_kind="question",
        about_id=str(question.public_id),
    )
