"""The API keeps to its own description, whatever is sent to it (schemathesis).

In this process, with a real token, on a product that has one of everything; each request is taken
back, so that the next one finds the same. What the description does not admit is refused before any
database is asked, so it is sent on one of them only: that is three quarters of what there is to
send.
"""

import datetime
import json
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.modes import GenerationMode

from accounts.models import User
from hazards.models import Hazard
from products.models import Feature, Product
from safetycase.rest.description import description
from tests.api.calling import answer_as_a_server_does, program_of
from tests.laws.every_action import World
from tests.laws.every_address import on_issued_pdf

#: Beside what is usual: 409 is a rule of the record, 412 a version that is not the row's, 428 none.
CONFIG: dict[str, Any] = {
    "generation": {"mode": "all" if connection.vendor == "sqlite" else "positive"},
    "checks": {
        # Who is let in is held for every route in test_matrix.py.
        "ignored_auth": {"enabled": False},
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
    members: dict[str, Any]


@pytest.fixture
def seeded(product: Product, cso: User, executive: User) -> Seeded:
    cache.clear()
    world = World(product, cso, executive)
    number = on_issued_pdf(world)["number"]
    hazard, feature, release = world.hazard.reference, world.feature.reference, world.report.label
    in_a_week = (timezone.localdate() + datetime.timedelta(days=7)).isoformat()
    cause, harm = str(world.cause.public_id), str(world.harm.public_id)
    return Seeded(
        secret=program_of(cso, product).secret,
        named={
            "slug": product.slug,
            "id": world.control.reference,
            "version": release,
            "number": number,
            "/features/": feature,
            "/hazards/": hazard,
        },
        versions={
            "/features/": Feature.objects.get(pk=world.feature.pk).version,
            "/hazards/": Hazard.objects.get(pk=world.hazard.pk).version,
        },
        members={
            **dict.fromkeys(("owner", "implementer", "verifier"), cso.email),
            **dict.fromkeys(("release", "first_release", "delivered_in"), release),
            "feature": feature,
            "change": None,
            "features": [feature],
            "hazards": [hazard],
            "controls": [world.control.reference],
            "causes": [cause],
            "harms": [harm],
            "review_date": in_a_week,
        },
    )


def about(path: str) -> str:
    return "/features/" if "/features" in path else "/hazards/"


def is_right(case: Any, where: ParameterLocation) -> bool:
    component = case.meta.components.get(where)
    return component is None or component.mode is GenerationMode.POSITIVE


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_to_the_description(case: Any, seeded: Seeded) -> None:
    cache.clear()
    headers = {"Authorization": f"Bearer {seeded.secret}"}
    # Nobody guesses what is there, so what names something names that; what is meant to be wrong
    # stays as it is.
    if is_right(case, ParameterLocation.PATH):
        for name in case.path_parameters:
            known = about(case.path) if name == "reference" else name
            case.path_parameters[name] = seeded.named[known]
    if is_right(case, ParameterLocation.HEADER):
        if case.method == "PATCH" and "If-Match" in case.headers:
            case.headers["If-Match"] = f'"{seeded.versions[about(case.path)]}"'
    elif "Authorization" in case.headers:
        headers = {}
    if is_right(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        for name in case.body.keys() & seeded.members.keys():
            case.body[name] = case.body[name] and seeded.members[name]
    with transaction.atomic():
        case.call_and_validate(headers=headers)
        transaction.set_rollback(True)
