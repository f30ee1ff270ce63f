"""Decisions whose next step is a person's: a view, options, estimates, a choice, a signature."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from products.choices import Role, Side
from products.permissions import ROLES_THAT_MAY, Ability, Standing
from reviews.choices import DecisionState, Meaning, SubjectKind
from reviews.decisions.queries import WaitingDecision, decisions_waiting
from reviews.models import Decision, SignOff
from reviews.sides import SIDE_OF, SIGNS_FOR, SPEAKS_FOR, side_in_words
from safetycase.my_work.todo import Mine, Todo

#: The pages on which some of the steps are taken; the others on the decision's own.
_FORMS = {
    "add options": "option_new",
    "find a third option": "decision_questions",
    "choose an option": "decision_choose",
}


class Step(NamedTuple):
    """What somebody does next of a decision, where, and in which roles."""

    words: str
    url: str
    roles: Collection[Role]


def decisions_to_move(mine: Mine) -> Iterator[Todo]:
    """Decisions whose next step the person's roles take, the one that waits longest first.

    One query, and about thirty more for each product with a decision that is open or may be due.
    """
    deciding = mine.where(Ability.WRITE_DECISIONS) | mine.where(Ability.AGREE)
    rows = Decision.objects.filter(_may_wait(), product__in=list(deciding)).order_by()
    for key in sorted(set(rows.values_list("product", flat=True))):
        for waiting in decisions_waiting(deciding[key].product):
            yield from _todos(mine, deciding[key], waiting)


def _may_wait() -> Q:
    """Open, or agreed and perhaps to be reviewed: its own rules say whether it is."""
    withdrawn = SignOff.objects.filter(
        subject_kind=SubjectKind.DECISION, withdrawal__isnull=False
    ).values("subject_id")
    to_review = (
        Q(review_on__lte=timezone.localdate())
        | Q(triggers__fired_at__isnull=False)
        | Q(public_id__in=withdrawn)
    )
    return Q(state=DecisionState.OPEN) | (Q(state=DecisionState.AGREED) & to_review)


def _todos(mine: Mine, standing: Standing, waiting: WaitingDecision) -> Iterator[Todo]:
    decision = waiting.decision
    for step in _steps(standing, waiting):
        if standing.roles & frozenset(step.roles):
            yield Todo(
                product=standing.product,
                sentence=f"{step.words}: {decision.reference} {decision.title}",
                url=step.url,
                tone="warn",
                since=waiting.since,
                whose=mine.move(standing, step.roles),
            )
            return  # who stands on both sides is asked once


def _steps(standing: Standing, waiting: WaitingDecision) -> Sequence[Step]:
    """The next steps of a decision, one for each side where each takes its own."""
    args = [standing.product.slug, waiting.decision.reference]
    if waiting.what == "write the view":
        return [_view(side, args) for side in waiting.sides]
    if waiting.what == "sign":
        return [
            _signature(meaning, args)
            for meaning, side in SIDE_OF.items()
            if side in waiting.sides and not _signed_the_other(standing, waiting, meaning)
        ]
    page = reverse("decision_detail", args=args)
    words = f"{waiting.what[:1].upper()}{waiting.what[1:]}"
    if waiting.what == "estimate the options":
        return [Step(words, f"{page}#options", ROLES_THAT_MAY[Ability.ESTIMATE])]
    form = _FORMS.get(waiting.what)
    url = reverse(form, args=args) if form else page
    return [Step(words, url, ROLES_THAT_MAY[Ability.WRITE_DECISIONS])]


def _view(side: Side, args: Sequence[str]) -> Step:
    url = reverse("decision_view", args=[*args, side.value])
    return Step(f"Write the {side.label.lower()} view", url, SPEAKS_FOR[side])


def _signature(meaning: Meaning, args: Sequence[str]) -> Step:
    url = reverse("decision_sign", args=[*args, meaning.value])
    return Step(f"Sign for the {side_in_words(meaning)} side", url, SIGNS_FOR[meaning])


def _signed_the_other(standing: Standing, waiting: WaitingDecision, meaning: Meaning) -> bool:
    """Whether the person signed it for the other side: nobody signs for both."""
    return any(
        waiting.reading.signatures.current_by(standing.person.pk, other)
        for other in SIDE_OF
        if other is not meaning
    )
