"""Writing trade-off decisions: the question, the two views, the four answers, the choice."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import Otherwise, act
from audit.concurrency import merged_changes
from audit.errors import NotAllowed, NotPossible
from hazards.locks import lock_product
from products.choices import Side
from products.models import Feature, Product, Release
from products.permissions import Ability, check_can, roles_in_words, standing_of
from reviews.choices import DecisionState, FourQuestions, SafeguardKind
from reviews.decisions.drafting import SafeguardDraft, drafts_from
from reviews.decisions.locks import changing_decision
from reviews.decisions.obstacles import against_choosing
from reviews.decisions.queries import decisions_of
from reviews.decisions.reading import read_decision
from reviews.decisions.rules import LONGEST_UNTIL_REVIEW
from reviews.models import Decision, DecisionHazard, DecisionOption, Safeguard
from reviews.sides import SPEAKS_FOR, speaks_for

EDITABLE = frozenset(
    {
        "title",
        "question",
        "feature_id",
        "release_id",
        "for_patients",
        "for_product",
        "views_differ",
    }
)
THIRD_OPTION = "A third option"


def create_decision(
    *, product: Product, by: User, title: str, question: str, reason: str = "", **values: Any
) -> Decision:
    """Open a decision with its question; ``values`` are those of ``EDITABLE``.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``.
    """
    check_can(by, Ability.WRITE_DECISIONS, product)
    if not (title.strip() and question.strip()):
        raise NotPossible("A decision has a title and a question. Nothing was saved.")
    with act(by=by, reason=reason or Otherwise("Opened a decision"), scope=product.scope):
        lock_product(product)
        decision = Decision(
            product=product,
            **_next_number(product),
            title=title.strip(),
            question=question.strip(),
            **values,
        )
        _check(decision, values)
        decision.save()
    return decision


def edit_decision(
    *,
    decision: Decision,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Decision:
    """Change the question of an open decision, or what it names (``EDITABLE``).

    Raises ``NotAllowed``, ``NotPossible``, ``BadText``, ``Conflict``.
    """
    if set(changes) - EDITABLE:
        raise TypeError(f"not fields of a decision that people edit: {sorted(set(changes))}")
    for name in ("title", "question"):
        if name in changes and not str(changes[name]).strip():
            raise NotPossible(f"A decision has a {name}. Nothing was saved.")
    why = reason or Otherwise("Changed the decision")
    with changing_decision(decision, by=by, reason=why) as locked:
        _apply(locked, changes, base_version)
    return locked


def write_view(
    *,
    decision: Decision,
    by: User,
    side: Side,
    view: str,
    would_change: str,
    base_version: int | None = None,
    reason: str = "",
) -> Decision:
    """Write the view of a side in its own words, and what would change it.

    Raises ``NotAllowed`` for somebody of the other side; ``NotPossible`` without a view, and what
    ``edit_decision`` raises.
    """
    roles = standing_of(by, decision.product).roles
    if not (speaks_for(roles, side) and by.is_active):
        who = roles_in_words(SPEAKS_FOR[side])
        raise NotAllowed(
            f"The {side.label.lower()} view is written by its own side. Nothing was saved. "
            f"Who writes it: {who}."
        )
    if not view.strip():
        raise NotPossible("Write the view: nothing was saved.")
    why = reason or Otherwise(f"Wrote the {side.label.lower()} view")
    with changing_decision(decision, by=by, reason=why) as locked:
        changes = {
            f"{side.value}_view": view.strip(),
            f"{side.value}_would_change": would_change.strip(),
        }
        _apply(locked, changes, base_version)
    return locked


def answer_questions(
    *,
    decision: Decision,
    by: User,
    answers: Mapping[FourQuestions, str],
    base_version: int | None = None,
    reason: str = "",
) -> DecisionOption | None:
    """Answer the four questions; each line of an answer becomes a safeguard of a further option.

    The option is made with the first answer. Lines that became safeguards before make no second
    one, so that what a person edited there stands. Returns the option, None while nothing is said.
    Raises what ``edit_decision`` raises.
    """
    why = reason or Otherwise("Answered the four questions")
    with changing_decision(decision, by=by, reason=why) as locked:
        before = _drafts(locked)
        said = {question.value: answer.strip() for question, answer in answers.items()}
        _apply(locked, said, base_version)
        return _third_option(locked, before)


def _drafts(decision: Decision) -> list[SafeguardDraft]:
    """The safeguards that the answers make, line by line."""
    return [
        draft
        for question in FourQuestions
        for draft in drafts_from(question, getattr(decision, question.value))
    ]


def _third_option(decision: Decision, before: list[SafeguardDraft]) -> DecisionOption | None:
    """The option built of the answers, with a safeguard for each line that was not there before."""
    drafts = _drafts(decision)
    third = DecisionOption.objects.filter(decision=decision, is_third=True, is_active=True).first()
    if third is None:
        if not drafts:
            return None
        third = _new_third(decision)
        before = []
    place = Safeguard.objects.filter(option=third).count()
    for draft in drafts:
        if draft not in before:
            place += 1
            _save_draft(third, draft, place)
    return third


def _new_third(decision: Decision) -> DecisionOption:
    last = DecisionOption.objects.filter(decision=decision).aggregate(last=Max("position"))
    third = DecisionOption(
        decision=decision, position=(last["last"] or 0) + 1, name=THIRD_OPTION, is_third=True
    )
    third.save()
    return third


def _save_draft(option: DecisionOption, draft: SafeguardDraft, place: int) -> None:
    row = None
    if draft.kind is SafeguardKind.NEW_HAZARD:
        row = DecisionHazard(decision=option.decision, new_name=draft.text[:300])
        row.save()
    safeguard = Safeguard(
        option=option,
        position=place,
        answers=draft.answers,
        kind=draft.kind,
        text=draft.text,
        tier=draft.tier,
        months=draft.months,
        threshold=draft.threshold,
        type=draft.type,
        strength=draft.strength or "",
        function=draft.function or "",
        row=row,
    )
    check_row(safeguard)
    safeguard.save()


def choose_option(
    *,
    decision: Decision,
    by: User,
    option: DecisionOption,
    why: str,
    review_on: datetime.date | None,
    base_version: int | None = None,
    reason: str = "",
) -> Decision:
    """Choose an option, say why, and when it is looked at again.

    Raises ``NotAllowed``; ``NotPossible`` for an option with a risk above the plan's limit, or
    with a hazard of which nobody has said what it does to it (the sentence says which), without a
    why, or for a date that is not within a year from tomorrow; ``Conflict``.
    """
    if not why.strip():
        raise NotPossible("Say why this option is chosen. Nothing was saved.")
    _check_review(review_on)
    default = Otherwise(f"Chose “{option.name}”")
    with changing_decision(decision, by=by, reason=reason or default) as locked:
        reading = read_decision(locked)
        wanted = next((each for each in reading.options if each.option.pk == option.pk), None)
        if wanted is None:
            raise NotPossible("That option is not of this decision any more. Nothing was saved.")
        in_the_way = against_choosing(wanted)
        if in_the_way:
            raise NotPossible(
                f"“{wanted.option.name}” cannot be chosen, whoever signs: {in_the_way[0]} "
                "Nothing was saved."
            )
        changes = {"chosen_id": option.pk, "why": why.strip(), "review_on": review_on}
        _apply(locked, changes, base_version)
    return locked


def _check_review(review_on: datetime.date | None) -> None:
    today = timezone.localdate()
    if review_on is None or not today < review_on <= today + LONGEST_UNTIL_REVIEW:
        raise NotPossible(
            "Say when it is looked at again: a day after today, within twelve months. "
            "Nothing was saved."
        )


def drop_decision(*, decision: Decision, by: User, reason: str) -> Decision:
    """Stop working on an open decision; it stays in the record.

    Raises ``NotAllowed``, ``NotPossible``.
    """
    with changing_decision(decision, by=by, reason=reason) as locked:
        locked.state = DecisionState.DROPPED
        locked.save()
    return locked


def _next_number(product: Product) -> dict[str, Any]:
    number = (decisions_of(product).aggregate(last=Max("number"))["last"] or 0) + 1
    return {"number": number, "reference": f"DEC-{number}"}


def _apply(decision: Decision, changes: Mapping[str, Any], base_version: int | None) -> None:
    wanted = merged_changes(decision, changes, base_version)
    for name, value in wanted.items():
        setattr(decision, name, value.strip() if isinstance(value, str) else value)
    _check(decision, wanted)
    decision.save()


def _check(decision: Decision, columns: Mapping[str, Any]) -> None:
    check_row(decision)
    for name, model in (("feature_id", Feature), ("release_id", Release)):
        key = columns.get(name)
        if (
            key is not None
            and not model.objects.filter(pk=key, product=decision.product_id).exists()
        ):
            raise NotPossible("That is not of this product. Nothing was saved. Choose again.")
