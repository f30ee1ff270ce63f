"""The only way that a view gets a plan.

Everybody on the team reads it and a stranger gets 404. Whoever sends a signature without the role
that gives it gets 403 with the sentence.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from hazards.models import Plan
from products.access import AtProduct, product_for, product_for_reading
from products.permissions import Ability, Standing
from reviews.actions.plans import DEEDS, SIGNATORIES
from reviews.actions.signing import role_among
from reviews.choices import Meaning
from reviews.plan.reading import plans_of


@dataclass(frozen=True)
class PlanAt(AtProduct):
    """A version of the plan, and the standing of the person who looks at it."""

    plan: Plan

    @property
    def signs_as(self) -> list[Meaning]:
        """What the person's roles let them sign it as."""
        return [each for each, role in SIGNATORIES.items() if role in self.standing.roles]


def plan_for_reading(request: HttpRequest, slug: str, number: int) -> PlanAt:
    """A version of the plan, for everybody on the team."""
    return _plan(product_for_reading(request, slug), number)


def plan_for_writing(request: HttpRequest, slug: str, number: int) -> PlanAt:
    """A version of the plan, for who writes it."""
    return _plan(product_for(request, slug, Ability.WRITE_PLAN), number)


def plan_for_signing(
    request: HttpRequest, slug: str, number: int, meaning: str
) -> tuple[PlanAt, Meaning]:
    """A version of the plan to sign as this; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when they send a signature.
    """
    if meaning not in SIGNATORIES:
        raise Http404
    at, signed_as = plan_for_reading(request, slug, number), Meaning(meaning)
    if request.method == "POST":
        role_among(at.person, at.product, [SIGNATORIES[signed_as]], to=DEEDS[signed_as])
    return at, signed_as


def plan_for_rejecting(request: HttpRequest, slug: str, number: int) -> PlanAt:
    """A version of the plan, for those who could sign it. Raises ``NotAllowed``."""
    at = plan_for_reading(request, slug, number)
    role_among(at.person, at.product, list(SIGNATORIES.values()), to="reject the plan")
    return at


def _plan(standing: Standing, number: int) -> PlanAt:
    plan = plans_of(standing.product).filter(number=number).first()
    if plan is None:
        raise Http404
    plan.product = standing.product
    return PlanAt(standing, plan)
