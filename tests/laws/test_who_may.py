"""Who may do what on a product: the table, role by role, and that actions ask it."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import deactivate_person, system_person
from accounts.models import User
from audit.errors import NotAllowed
from products.actions import end_membership
from products.choices import Role
from products.models import Membership, Product
from products.permissions import Ability, Standing, check_can, standing_of
from tests.factories import join, make_person

#: One column for each role: accountable executive, CSO, clinical product manager, product manager,
#: clinician, contributor, auditor; then the administrator without a role and the stranger.
WHO = ["X", "S", "B", "P", "C", "E", "A", "a", "s"]
TABLE = """
    READ                X S B P C E A . .
    COMMENT             X S B P C E . . .
    EDIT_LOG            . S B P C E . . .
    ESTIMATE            . S B . C . . . .
    REVIEW              . S B . C . . . .
    GOVERN_LOG          . S . . . . . . .
    IMPORT_LOG          . S B . . . . . .
    KEEP_VIEWS          X S B P C E . . .
    LINK_FEATURES       . S B P C E . . .
    MANAGE_FEATURES     . S B P . . . . .
    STATE_INTENDED_USE  . S B P . . . . .
    WRITE_REPORT        . S B . C . . . .
    MAKE_DRAFT          X S B P C E . . .
    WRITE_PLAN          . S B . . . . . .
    FREEZE              . S B . . . . . .
    SIGN                X S B . C . . . .
    ISSUE               X S B . . . . . .
    MANAGE_TEAM         X S B . . . . a .
    NOMINATE            X . . . . . . a .
    RAISE_CONCERN       X S B P C E . . .
    TRIAGE              . S B P C E . . .
    ANSWER_TRIAGE       . S . . . . . . .
    HANDLE_CONCERNS     . S B . . . . . .
    MEET                . S B P C E . . .
    KEEP_GLOSSARY       . S B P C E . . .
    WRITE_STORIES       . S B P C E . . .
    WRITE_DECISIONS     . S B P C E . . .
    WRITE_CHARTER       . S B P . . . . .
    AGREE               X S B P C . . . .
    WRITE_RISK_BENEFIT  . S B . C . . . .
    BREAK_GLASS         X S . . . . . . .
    STATE_RELEASE       . S . . . . . . .
    MAKE_TOKENS         X S B P C E . . .
    CONNECT_TRACKERS    . S B P . . . . .
"""
MAY = {
    line.split()[0]: {mark for mark in line.split()[1:] if mark != "."}
    for line in TABLE.strip().splitlines()
}


@pytest.fixture
def everybody(
    executive: User, cso: User, clinical_product_manager: User, product_manager: User,
    clinician: User, engineer: User, auditor: User, administrator: User, stranger: User,
) -> dict[str, User]:  # fmt: skip
    people = (
        executive, cso, clinical_product_manager, product_manager, clinician, engineer, auditor,
        administrator, stranger,
    )  # fmt: skip
    return dict(zip(WHO, people, strict=True))


def test_every_ability_is_in_the_table() -> None:
    assert MAY.keys() == {ability.name for ability in Ability}


@pytest.mark.parametrize("ability", Ability, ids=lambda each: each.name)
def test_each_role_with_each_ability(
    product: Product, everybody: dict[str, User], ability: Ability
) -> None:
    for mark, person in everybody.items():
        may = mark in MAY[ability.name]
        assert standing_of(person, product).can(ability) is may, person
        if may:
            check_can(person, ability, product)
            continue
        with pytest.raises(NotAllowed, match=ability.value) as refused:
            check_can(person, ability, product)
        assert "Nothing was changed." in refused.value.sentence


def test_a_refusal_names_who_may(product: Product, engineer: User) -> None:
    with pytest.raises(NotAllowed, match=r"These roles may: clinical safety officer\."):
        check_can(engineer, Ability.GOVERN_LOG, product)


def test_a_role_on_one_product_is_none_on_another(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    assert not any(standing_of(cso, other_product).can(ability) for ability in Ability)
    assert standing_of(stranger, other_product).can(Ability.GOVERN_LOG)


def test_several_roles_add_up(product: Product, engineer: User) -> None:
    join(product, engineer, Role.ACCOUNTABLE_EXECUTIVE)
    standing = standing_of(engineer, product)
    assert standing.can(Ability.EDIT_LOG)
    assert standing.can(Ability.NOMINATE)
    assert standing.role_in_words == "Accountable executive"


def test_a_role_counts_from_its_first_day_to_its_last(product: Product) -> None:
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    periods: list[tuple[dict[str, Any], bool]] = [
        ({"starts_on": today}, True),
        ({"starts_on": today - day, "ends_on": today}, True),
        ({"starts_on": today, "ends_on": today}, True),
        ({"starts_on": today + day}, False),
        ({"starts_on": today - 9 * day, "ends_on": today - day}, False),
    ]
    for number, (period, counts) in enumerate(periods):
        person = make_person(f"Dated {number}")
        join(product, person, Role.CONTRIBUTOR, **period)
        assert standing_of(person, product).can(Ability.EDIT_LOG) is counts, period


def test_a_role_that_ended_gives_nothing(product: Product, cso: User, executive: User) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    role = Membership.objects.get(product=product, person=cso)
    end_membership(membership=role, by=executive, ends_on=yesterday, reason="She left")
    assert not any(standing_of(cso, product).can(ability) for ability in Ability)


def test_a_person_who_may_not_sign_in_may_do_nothing(
    product: Product, cso: User, administrator: User
) -> None:
    deactivate_person(person=cso, by=administrator, reason="She left")
    person = User.objects.get(pk=cso.pk)
    assert not any(standing_of(person, product).can(ability) for ability in Ability)


def test_an_administrator_holds_no_clinical_authority(
    administrator: User, product: Product
) -> None:
    standing = Standing(administrator, product, frozenset())
    may = {ability for ability in Ability if standing.can(ability)}
    assert may == {Ability.MANAGE_TEAM, Ability.NOMINATE}


def test_the_system_person_acts_for_commands_and_never_signs_in(product: Product) -> None:
    system = system_person()
    for ability in Ability:
        check_can(system, ability, product)
    assert not system.is_active
    assert not system.has_usable_password()
    assert not any(standing_of(system, product).can(ability) for ability in Ability)
