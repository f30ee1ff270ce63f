"""Who speaks for which side where the clinical and the product side both sign."""

from collections.abc import Mapping, Sequence

from products.choices import Role
from reviews.choices import Meaning

#: The roles that may sign for each side, in the order in which somebody with several signs.
#: The clinical product manager may stand on either side, but nobody stands on both at once.
SPEAKS_FOR: Mapping[Meaning, Sequence[Role]] = {
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


def other_side(meaning: Meaning) -> Meaning:
    """The side across from this one. Raises ``KeyError`` for a meaning that is of no side."""
    return {
        Meaning.FOR_CLINICAL: Meaning.FOR_PRODUCT,
        Meaning.FOR_PRODUCT: Meaning.FOR_CLINICAL,
    }[meaning]
