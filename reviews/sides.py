"""Which roles speak for the clinical side and for that of the product, and which of them sign.

The only place that says so. Two deeds, two tables:

- To speak for a side is to write its view of a decision in its own words, and to answer what it is
  asked. Whoever works on the side day by day does that: on the side of the product the people who
  build it too, but not the accountable executive.
- To sign for a side is to bind it, on a charter and on a decision. The executive does that for the
  product, and who builds it does not.

Somebody is of a side who does either for it. The clinical product manager stands on both; that one
person does not sign for both is the rule of what is signed, not of who they are.
"""

from collections.abc import Collection, Mapping, Sequence

from products.choices import Role, Side
from reviews.choices import Meaning

#: Who writes a side's view and answers for it.
SPEAKS_FOR: Mapping[Side, Sequence[Role]] = {
    Side.CLINICAL: (
        Role.CLINICAL_SAFETY_OFFICER,
        Role.CLINICAL_PRODUCT_MANAGER,
        Role.CLINICIAN,
    ),
    Side.PRODUCT: (Role.PRODUCT_MANAGER, Role.CLINICAL_PRODUCT_MANAGER, Role.CONTRIBUTOR),
}

#: Who signs for the side of a signature; in the first of these roles that they have.
SIGNS_FOR: Mapping[Meaning, Sequence[Role]] = {
    Meaning.FOR_CLINICAL: (
        Role.CLINICAL_SAFETY_OFFICER,
        Role.CLINICAL_PRODUCT_MANAGER,
        Role.CLINICIAN,
    ),
    Meaning.FOR_PRODUCT: (
        Role.PRODUCT_MANAGER,
        Role.ACCOUNTABLE_EXECUTIVE,
        Role.CLINICAL_PRODUCT_MANAGER,
    ),
}

#: Everybody who signs for either side: they are those who may reject what both sign.
SIGNATORIES = tuple(dict.fromkeys(role for roles in SIGNS_FOR.values() for role in roles))

#: The side that a signature is for.
SIDE_OF: Mapping[Meaning, Side] = {
    Meaning.FOR_CLINICAL: Side.CLINICAL,
    Meaning.FOR_PRODUCT: Side.PRODUCT,
}


def speaks_for(roles: Collection[Role], side: Side) -> bool:
    """Whether somebody with these roles writes a side's view and answers for it."""
    return any(role in roles for role in SPEAKS_FOR[side])


def sides_spoken_for(roles: Collection[Role]) -> list[Side]:
    """The sides whose view somebody with these roles writes, and for which they answer."""
    return [side for side in Side if speaks_for(roles, side)]


def signs_for(roles: Collection[Role]) -> list[Meaning]:
    """What somebody with these roles may sign, a meaning for each side that they bind."""
    return [meaning for meaning, those in SIGNS_FOR.items() if any(role in roles for role in those)]


def sides_of(roles: Collection[Role]) -> list[Side]:
    """The sides that somebody with these roles is of: those that they speak or sign for."""
    bound = [SIDE_OF[meaning] for meaning in signs_for(roles)]
    return [side for side in Side if side in bound or speaks_for(roles, side)]


def side_to_ask(roles: Collection[Role]) -> Side | None:
    """The side that somebody with these roles would ask; None where they speak for both or none."""
    mine = sides_spoken_for(roles)
    if len(mine) != 1:
        return None
    return Side.PRODUCT if Side.CLINICAL in mine else Side.CLINICAL


def other_side(meaning: Meaning) -> Meaning:
    """The signature across from this one. Raises ``KeyError`` for a meaning that is of no side."""
    return {
        Meaning.FOR_CLINICAL: Meaning.FOR_PRODUCT,
        Meaning.FOR_PRODUCT: Meaning.FOR_CLINICAL,
    }[meaning]


def side_in_words(meaning: Meaning) -> str:
    """The side of a signature in a sentence: “clinical”. Raises ``KeyError`` as ``other_side``."""
    return SIDE_OF[meaning].label.lower()
