"""What the plan in force accepts, as decisions are held to it."""

from hazards.choices import Acceptability
from products.models import Product
from reviews.decisions.rules import Limit
from reviews.plan.reading import classes_of, plan_in_force


def limit_of(product: Product) -> Limit:
    """The limit that the plan in force sets; one without a plan where none is in force."""
    plan = plan_in_force(product)
    if plan is None:
        return Limit(None, None, frozenset())
    accepted = {
        each.risk_class.number
        for each in classes_of(plan)
        if each.risk_class.acceptability == Acceptability.IF_JUSTIFIED and each.accepting_roles
    }
    return Limit(plan.number, plan.matrix.number, frozenset(accepted))
