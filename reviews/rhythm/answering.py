"""Who answers for which side, and who is told that it was asked."""

from collections.abc import Collection

from accounts.models import User
from products.choices import Role, Side
from products.models import Membership, Product
from products.permissions import current_memberships

#: The roles that answer for a side. The clinical product manager stands on both.
ANSWERS_FOR: dict[Side, frozenset[Role]] = {
    Side.CLINICAL: frozenset(
        {Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_PRODUCT_MANAGER, Role.CLINICIAN}
    ),
    Side.PRODUCT: frozenset(
        {Role.PRODUCT_MANAGER, Role.CLINICAL_PRODUCT_MANAGER, Role.CONTRIBUTOR}
    ),
}


def sides_of(roles: Collection[Role]) -> set[Side]:
    """The sides that somebody with these roles answers for."""
    return {side for side, those in ANSWERS_FOR.items() if those & set(roles)}


def other_side_of(roles: Collection[Role]) -> Side | None:
    """The side that somebody with these roles would ask; None where they stand on both or none."""
    mine = sides_of(roles)
    if len(mine) != 1:
        return None
    return Side.PRODUCT if Side.CLINICAL in mine else Side.CLINICAL


def people_with(product: Product, roles: Collection[Role]) -> list[User]:
    """The people who have any of these roles today, each once. One query."""
    members = Membership.objects.filter(
        current_memberships(), product=product, role__in=roles, person__is_active=True
    ).select_related("person__profile")
    people = {each.person_id: each.person for each in members}
    return [people[key] for key in sorted(people)]
