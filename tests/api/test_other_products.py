"""A token opens one product, and nothing of another one can be reached or named through it."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from audit.models import Entry
from products.choices import Role
from products.models import Product
from tests.api.calling import Program, problem_of, program_of
from tests.factories import join, make_feature, make_person, make_release
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard


class There:
    """What the other product has, of which the officer is officer as well."""

    def __init__(self, product: Product, by: User) -> None:
        join(product, by, Role.CLINICAL_SAFETY_OFFICER)
        a_control(a_hazard(product, by, "A hazard over there"), by)
        self.hazard = a_hazard(product, by, "Another hazard over there")
        self.cause, self.harm = a_cause(self.hazard, by), a_harm(self.hazard, by)
        self.control = a_control(self.hazard, by)
        make_feature(product)
        self.feature = make_feature(product, "Rounds over there").reference
        self.release = make_release(product, "7.0.0").label
        self.person = make_person("Nina Night").email
        join(product, User.objects.get(email=self.person), Role.CLINICIAN)


@pytest.fixture
def program(product: Product, cso: User) -> Program:
    return program_of(cso, product)


def naming(there: There, hazard: str, control: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bodies that name something of the other product, with where they are sent."""
    raised, on_hazard = {"name": "A"}, {"text": "Look again"}
    evidence, triage = {"title": "Run 12"}, {"outcome": "covered"}
    person, release = there.person, there.release
    yield "features", {"title": "A", "owner": person}
    yield "hazards", raised | {"features": [there.feature]}
    yield "hazards", raised | {"id": str(there.hazard.public_id)}
    yield f"hazards/{hazard}/controls", on_hazard | {"causes": [str(there.cause.public_id)]}
    yield f"hazards/{hazard}/controls", on_hazard | {"harms": [str(there.harm.public_id)]}
    yield f"hazards/{hazard}/controls", on_hazard | {"delivered_in": release}
    yield f"hazards/{hazard}/controls", on_hazard | {"implementer": person}
    yield f"controls/{control}/evidence", evidence | {"release": release}
    yield f"controls/{control}/evidence", evidence | {"verifier": person}
    yield "triage", triage | {"feature": there.feature}
    yield "triage", triage | {"feature": "FEAT-1", "hazards": [there.hazard.reference]}
    yield "triage", triage | {"feature": "FEAT-1", "controls": [there.control.reference]}


def test_nothing_of_another_product_is_reached_or_named(
    program: Program, product: Product, other_product: Product, cso: User
) -> None:
    there = There(other_product, cso)
    hazard = a_hazard(product, cso)
    control = a_control(hazard, cso)
    make_feature(product)
    before = Entry.objects.count()
    for path, body in naming(there, hazard.reference, control.reference):
        answer = program.post(path, body)
        problem_of(answer, 409)
        assert other_product.name not in answer.content.decode(), path
    for changes in ({"owner": there.person}, {"first_release": there.release}):
        problem_of(program.patch(f"hazards/{hazard.reference}", changes, hazard.version), 409)
    far = there.hazard.reference
    for path in (
        f"hazards/{far}", f"hazards/{far}/history", f"hazards/{far}/controls",
        f"features/{there.feature}", f"releases/{there.release}/gate",
    ):  # fmt: skip
        problem_of(program.call("GET", path), 404)
    problem_of(program.post(f"hazards/{far}/controls", {"text": "A"}), 404)
    problem_of(program.post(f"controls/{there.control.reference}/evidence", {"title": "A"}), 404)
    problem_of(program.patch(f"hazards/{far}", {"effect": "A"}, there.hazard.version), 404)
    problem_of(program.patch(f"features/{there.feature}", {"title": "A"}, 1), 404)
    assert Entry.objects.count() == before


def test_filters_find_nothing_of_another_product(
    program: Program, product: Product, other_product: Product, cso: User
) -> None:
    there = There(other_product, cso)
    a_hazard(product, cso)
    make_feature(product)
    for path in (
        f"hazards?owner={there.person}", f"hazards?feature={there.feature}",
        f"hazards?release={there.release}", "hazards?q=there",
        f"features?release={there.release}", "features?q=there",
    ):  # fmt: skip
        assert program.get(path)["items"] == [], path
