"""What waits for a person because two sides work on one product: questions, triage, actions, looks.

A query for all products finds those on which something of a kind waits at all; only there is it
asked what, whose move it is and since when.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.templatetags.interface import day
from products.choices import Role, Side
from products.models import Change, Feature, Membership, Product
from products.permissions import ROLES_THAT_MAY, Ability, Standing, current_memberships
from reviews.choices import ActionState
from reviews.meetings.action_reading import actions_waiting
from reviews.models import ActionItem, HazardLook, Question, Triage
from reviews.rhythm.clock import Waiting
from reviews.rhythm.looking import looks_waiting
from reviews.rhythm.question_reading import questions_waiting
from reviews.rhythm.triage_reading import triages_waiting
from reviews.sides import SPEAKS_FOR, speaks_for
from safetycase.my_work.deciding import decisions_to_move
from safetycase.my_work.todo import YOURS, Mine, Todo

#: Who sees to it that everything is triaged, whoever owns it.
_SEE_TO_TRIAGE = frozenset({Role.PRODUCT_MANAGER, Role.CLINICAL_PRODUCT_MANAGER})


def asked_of(mine: Mine) -> Iterator[Todo]:
    """What the other side waits for: triage to answer, questions, decisions."""
    answering = mine.where(Ability.ANSWER_TRIAGE)
    for standing in _with(answering, Triage.objects.filter(answers=None)):
        yield from _triages(mine, standing, Side.CLINICAL)
    asking = mine.where(Ability.RAISE_CONCERN)  # an auditor answers nothing
    for standing in _with(asking, Question.objects.filter(is_active=True, answered_at=None)):
        yield from _questions(mine, standing)
    yield from decisions_to_move(mine)


def to_triage(mine: Mine) -> Iterator[Todo]:
    """Features and changes that nobody has triaged, for whoever sees to it."""
    seeing = {
        key: each for key, each in mine.where(Ability.TRIAGE).items() if each.roles & _SEE_TO_TRIAGE
    }
    features = _with(seeing, Feature.objects.filter(is_active=True, triages=None))
    changes = _with(seeing, Change.objects.filter(is_active=True, triages=None))
    for standing in dict.fromkeys([*features, *changes]):
        yield from _triages(mine, standing, Side.PRODUCT)


def said_i_would(mine: Mine) -> Iterator[Todo]:
    """The open actions of a person, the first due first."""
    everywhere = mine.where(Ability.READ)
    open_ones = ActionItem.objects.filter(owner=mine.person, state=ActionState.OPEN)
    for standing in _with(everywhere, open_ones):
        product = standing.product
        for waiting in actions_waiting(product):
            if waiting.owner != mine.person:
                continue
            yield Todo(
                product=product,
                sentence=waiting.item.text,
                url=waiting.url,
                tone="bad" if waiting.is_late else "",
                whose=f"{YOURS}, {'was ' if waiting.is_late else ''}due on {day(waiting.due_on)}",
            )


def to_look_at(mine: Mine) -> Iterator[Todo]:
    """Hazards that a change touched: the person's own, where they may say what they saw, and for a
    clinical safety officer those of nobody who may."""
    reviewing = mine.where(Ability.REVIEW)
    looks = HazardLook.objects.filter(looked_at=None)
    for standing in _with(reviewing, looks, "hazard__product"):
        is_officer = Role.CLINICAL_SAFETY_OFFICER in standing.roles
        reviewers = _who_may_review(standing.product) if is_officer else ()
        for look in looks_waiting(standing.product):
            hazard = look.hazard
            is_mine = hazard.owner_id == mine.person.pk
            if is_mine or (is_officer and hazard.owner_id not in reviewers):
                yield Todo(
                    product=standing.product,
                    sentence=f"Look at {hazard.display_reference}: {hazard.name}",
                    url=_hazard(standing.product, hazard.reference),
                    detail=look.why,
                    tone="warn",
                    since=look.asked_at,
                    whose=YOURS if is_mine else mine.move(standing, [Role.CLINICAL_SAFETY_OFFICER]),
                )


def _who_may_review(product: Product) -> Collection[int]:
    """The keys of the people who may say what they saw of a hazard today. One query."""
    reviewers = Membership.objects.filter(
        current_memberships(), product=product, role__in=ROLES_THAT_MAY[Ability.REVIEW]
    )
    return frozenset(reviewers.values_list("person", flat=True))


def _with(
    standings: Mapping[int, Standing], rows: QuerySet[Any], product: str = "product"
) -> list[Standing]:
    """Those of these standings on whose products there are such rows. One query."""
    found = rows.filter(**{f"{product}__in": list(standings)}).order_by()
    return [standings[key] for key in sorted(set(found.values_list(product, flat=True)))]


def _triages(mine: Mine, standing: Standing, side: Side) -> Iterator[Todo]:
    roles = _SEE_TO_TRIAGE if side is Side.PRODUCT else ROLES_THAT_MAY[Ability.ANSWER_TRIAGE]
    for waiting in triages_waiting(standing.product):
        if waiting.side is side:
            yield _todo(mine, standing, waiting, roles)


def _questions(mine: Mine, standing: Standing) -> Iterator[Todo]:
    for waiting in questions_waiting(standing.product):
        if speaks_for(standing.roles, waiting.side):
            yield _todo(mine, standing, waiting, SPEAKS_FOR[waiting.side])


def _todo(mine: Mine, standing: Standing, waiting: Waiting, roles: Collection[Role]) -> Todo:
    return Todo(
        product=standing.product,
        sentence=waiting.words,
        url=waiting.url,
        detail=f"Asked by {waiting.asked_by}." if waiting.asked_by else "",
        tone="bad" if waiting.clock.is_late else "warn",
        clock=waiting.clock,
        whose=mine.move(standing, roles),
    )


def _hazard(product: Product, reference: str) -> str:
    return reverse("hazard_detail", args=[product.slug, reference])
