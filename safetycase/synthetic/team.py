"""The people and products of a synthetic load, so that somebody can sign in and look."""

import datetime

from accounts.actions.people import create_person, system_person
from accounts.actions.sign_in import give_password
from accounts.models import User
from products.actions.features import create_feature
from products.actions.products import create_product
from products.actions.releases import carry_feature, create_release
from products.actions.team import add_member
from products.choices import Role
from products.models import Feature, Product, Release

PASSWORD = "load-password-2026"  # noqa: S105 - everybody may know it; production is refused
SINCE = datetime.date(2026, 1, 5)
FEATURES = 20
SLUG = "load"

_TEAM = {
    "cso": ("Clara Load", Role.CLINICAL_SAFETY_OFFICER),
    "pm": ("Peter Load", Role.PRODUCT_MANAGER),
    "cpm": ("Bridget Load", Role.CLINICAL_PRODUCT_MANAGER),
    "clinician": ("Farah Load", Role.CLINICIAN),
    "engineer": ("Ed Load", Role.CONTRIBUTOR),
    "executive": ("Dora Load", Role.ACCOUNTABLE_EXECUTIVE),
}


def address(key: str) -> str:
    """The sign-in address of somebody of the load."""
    return f"{key}@load.example"


def people_of_load() -> dict[str, User]:
    """Its people, made where they are not there yet."""
    system = system_person()
    found = {}
    for key, (name, _) in _TEAM.items():
        person = User.objects.filter(email=address(key)).first()
        if person is None:
            person = create_person(
                by=system, email=address(key), name=name, reason="Added for measuring"
            )
            person = give_password(person=person, password=PASSWORD, by=system)
        found[key] = person
    return found


def add_product(people: dict[str, User]) -> tuple[Product, list[Feature], list[Release]]:
    """Another product of the load, with its team, features and releases."""
    number = 1
    while Product.objects.filter(slug=f"{SLUG}-{number}").exists():
        number += 1
    system = system_person()
    product = create_product(
        by=system,
        name=f"Load {number}",
        slug=f"{SLUG}-{number}",
        organisation_name="Load Ltd",
        reason="Added for measuring",
    )
    for key, (_, role) in _TEAM.items():
        add_member(
            product=product,
            person=people[key],
            role=role,
            by=system,
            starts_on=SINCE,
            reason="Joined the team",
        )
    features = [
        create_feature(product=product, by=system, title=f"Feature number {place}")
        for place in range(1, FEATURES + 1)
    ]
    releases = [
        create_release(product=product, by=system, label=label)
        for label in ("1.0.0", "2.0.0", "3.0.0")
    ]
    for place, feature in enumerate(features):
        carry_feature(release=releases[place % 3], feature=feature, by=system)
    return product, features, releases
