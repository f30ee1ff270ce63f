"""Who speaks for which side and who signs for it, for every role."""

import pytest

from products.choices import Role, Side
from products.permissions import ROLES_THAT_MAY, Ability
from reviews.choices import Meaning
from reviews.sides import (
    SIDE_OF,
    SIGNATORIES,
    SIGNS_FOR,
    other_side,
    side_in_words,
    side_to_ask,
    sides_of,
    sides_spoken_for,
    signs_for,
    speaks_for,
)

CLINICAL, PRODUCT = Side.CLINICAL, Side.PRODUCT
BOTH = [CLINICAL, PRODUCT]
FOR_BOTH = [Meaning.FOR_CLINICAL, Meaning.FOR_PRODUCT]


@pytest.mark.parametrize(
    ("role", "speaks", "signs", "of"),
    [
        (Role.CLINICAL_SAFETY_OFFICER, [CLINICAL], [Meaning.FOR_CLINICAL], [CLINICAL]),
        (Role.CLINICIAN, [CLINICAL], [Meaning.FOR_CLINICAL], [CLINICAL]),
        (Role.CLINICAL_PRODUCT_MANAGER, BOTH, FOR_BOTH, BOTH),
        (Role.PRODUCT_MANAGER, [PRODUCT], [Meaning.FOR_PRODUCT], [PRODUCT]),
        (Role.CONTRIBUTOR, [PRODUCT], [], [PRODUCT]),
        (Role.ACCOUNTABLE_EXECUTIVE, [], [Meaning.FOR_PRODUCT], [PRODUCT]),
        (Role.AUDITOR, [], [], []),
    ],
)
def test_each_role_speaks_and_signs_for_its_side(
    role: Role, speaks: list[Side], signs: list[Meaning], of: list[Side]
) -> None:
    assert sides_spoken_for({role}) == speaks
    assert [side for side in Side if speaks_for({role}, side)] == speaks
    assert signs_for({role}) == signs
    assert sides_of({role}) == of
    assert (role in SIGNATORIES) is bool(signs)


def test_several_roles_add_up() -> None:
    roles = {Role.ACCOUNTABLE_EXECUTIVE, Role.CLINICIAN}
    assert sides_spoken_for(roles) == [CLINICAL]
    assert signs_for(roles) == FOR_BOTH
    assert sides_of(roles) == BOTH


def test_one_asks_the_side_that_one_does_not_speak_for() -> None:
    assert side_to_ask({Role.CLINICIAN}) is PRODUCT
    assert side_to_ask({Role.CONTRIBUTOR}) is CLINICAL
    assert side_to_ask({Role.CLINICAL_PRODUCT_MANAGER}) is None
    assert side_to_ask({Role.ACCOUNTABLE_EXECUTIVE}) is None


def test_each_signature_of_a_side_has_one_across_from_it() -> None:
    assert set(SIGNS_FOR) == set(SIDE_OF)
    assert set(SIDE_OF.values()) == set(Side)
    for meaning in Meaning:
        if meaning in SIDE_OF:
            assert other_side(other_side(meaning)) is meaning is not other_side(meaning)
            assert side_in_words(meaning) in meaning.label
        else:
            with pytest.raises(KeyError):
                other_side(meaning)


def test_whoever_signs_may_agree() -> None:
    """What a signature carries out in the log asks for the ability; the roles are the same."""
    assert set(SIGNATORIES) == ROLES_THAT_MAY[Ability.AGREE]
