"""The API keeps to its own description, whatever is sent to it (schemathesis).

In this process, with a real token, on a product that has one of everything; each request is taken
back, so that the next one finds the same.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from accounts.models import User
from products.models import Product
from safetycase.rest.description import description
from tests.api.calling import answer_as_a_server_does, program_of
from tests.laws.every_action import World
from tests.laws.every_address import on_issued_pdf

#: Beside what is usual: 409 is a rule of the record, 412 a version that is not the row's, 428 none.
CONFIG: dict[str, Any] = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "412", "428"]},
        "negative_data_rejection": {"expected-statuses": ["4xx"]},
        "missing_required_header": {"expected-statuses": ["401", "422", "428"]},
    },
}

schema: Any = schemathesis.openapi.from_dict(
    json.loads(description()), config=SchemathesisConfig.from_dict(CONFIG)
)
schema.app = answer_as_a_server_does


@dataclass(frozen=True)
class Seeded:
    """What is there to be called."""

    secret: str
    named: dict[str, Any]
    versions: dict[str, int]


@pytest.fixture
def seeded(product: Product, cso: User, executive: User) -> Seeded:
    cache.clear()
    world = World(product, cso, executive)
    number = on_issued_pdf(world)["number"]
    assert world.cause.pk
    assert world.harm.pk
    return Seeded(
        secret=program_of(cso, product).secret,
        named={
            "slug": product.slug,
            "id": world.control.reference,
            "version": world.report.label,
            "number": number,
            "/features/": world.feature.reference,
            "/hazards/": world.hazard.reference,
        },
        versions={"/features/": world.feature.version, "/hazards/": world.hazard.version},
    )


def about(path: str) -> str:
    return "/features/" if "/features" in path else "/hazards/"


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_to_the_description(case: Any, seeded: Seeded) -> None:
    cache.clear()
    for name in case.path_parameters:
        known = about(case.path) if name == "reference" else name
        case.path_parameters[name] = seeded.named[known]
    if case.method == "PATCH" and "If-Match" in case.headers:
        case.headers["If-Match"] = f'"{seeded.versions[about(case.path)]}"'
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {seeded.secret}"})
        transaction.set_rollback(True)
