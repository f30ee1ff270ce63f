"""What the reads bring back."""

import datetime

from django.utils import timezone

from accounts.models import User
from products.choices import Role
from products.models import Product
from products.permissions import standing_of
from products.queries import (
    FeatureFilter,
    current_team_of,
    features_of,
    features_where,
    people_on_team,
    products_of,
    products_without,
    share_a_product,
)
from products.team_reading import missing_from, roles_to_give
from tests.factories import LONG_AGO, join, make_feature, make_person, make_product

YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)
TOMORROW = timezone.localdate() + datetime.timedelta(days=1)


def test_my_products_hold_todays_roles_in_their_order(product: Product) -> None:
    person = make_person()
    join(product, person, Role.CLINICIAN)
    join(product, person, Role.CLINICAL_SAFETY_OFFICER)
    join(product, person, Role.AUDITOR, ends_on=YESTERDAY)
    join(make_product("Later", "later"), person, Role.CLINICIAN, starts_on=TOMORROW)
    (mine,) = products_of(person)
    assert (mine.product, mine.roles) == (product, [Role.CLINICAL_SAFETY_OFFICER, Role.CLINICIAN])
    assert [each.slug for each in products_without(person)] == ["later"]


def test_the_team_of_a_day(product: Product) -> None:
    person = make_person()
    join(product, person, Role.CLINICIAN, ends_on=YESTERDAY)
    assert not current_team_of(product).exists()
    assert current_team_of(product, YESTERDAY).count() == 1
    assert not people_on_team(product).exists()


def test_who_was_on_my_team_is_known_to_me(product: Product, cso: User, stranger: User) -> None:
    former = make_person("Former Colleague")
    join(product, former, Role.CLINICIAN, ends_on=YESTERDAY)
    assert share_a_product(cso, former)
    assert not share_a_product(former, cso)
    assert not share_a_product(cso, stranger)


def test_features_are_found_by_words_of_either_voice(product: Product) -> None:
    make_feature(product, "Dispatch", for_patients="The right box", for_product="Tracked parcels")
    make_feature(product, "Reminders", for_patients="Nobody runs out")

    def found(words: str) -> list[str]:
        wanted = FeatureFilter(words=words)
        return [each.title for each in features_where(features_of(product), wanted)]

    assert found("box parcels") == ["Dispatch"]
    assert found("feat-2") == ["Reminders"]
    assert found("box reminders") == []
    assert found('100% "_') == []
    assert found("") == ["Dispatch", "Reminders"]


def test_what_a_team_still_needs(product: Product, administrator: User, executive: User) -> None:
    assert "Nobody is nominated as clinical safety officer." in missing_from(
        list(current_team_of(product))
    )
    person = make_person("Olga Officer")
    join(product, person, Role.CLINICAL_SAFETY_OFFICER)
    assert missing_from(list(current_team_of(product))) == [
        "Olga Officer is clinical safety officer without a professional registration."
    ]
    deputy = make_person("Dan Deputy", professional_body="GMC", registration_number="1")
    join(product, deputy, Role.CLINICAL_SAFETY_OFFICER, is_deputy=True, starts_on=LONG_AGO)
    assert "Nobody has looked up Dan Deputy’s registration in the register yet." in missing_from(
        list(current_team_of(product))
    )


def test_the_roles_that_somebody_may_give(
    product: Product, cso: User, executive: User, administrator: User, engineer: User
) -> None:
    assert roles_to_give(standing_of(executive, product)) == list(Role)
    assert roles_to_give(standing_of(administrator, product)) == list(Role)
    assert Role.CLINICAL_SAFETY_OFFICER not in roles_to_give(standing_of(cso, product))
    assert roles_to_give(standing_of(engineer, product)) == []
