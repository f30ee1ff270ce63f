"""Every route of the API, for every role and every scope."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from products.actions import end_membership
from products.choices import Role, TokenScope
from products.models import Product
from products.rest.door import TokenAuth
from products.tokens.rules import ALLOWS
from safetycase.api import api
from safetycase.rest.description import description
from tests.api.calling import V1, Answer, Program, call, problem_of, program_of
from tests.factories import join
from tests.laws.every_action import World
from tests.laws.every_address import on_issued_pdf
from tests.laws.test_who_may import MAY, WHO, everybody

__all__ = ["everybody"]

READ, WRITE, GATE = TokenScope.READ, TokenScope.WRITE, TokenScope.GATE


class Request(NamedTuple):
    """A request that whoever may make it makes with success."""

    method: str
    path: str  # after the product's address, or whole
    body: Any = None
    version: int | None = None


class Route(NamedTuple):
    """What a route needs, who may call it, in which scope, and what they get."""

    request: Callable[[World], Request]
    ability: str = "READ"
    use: TokenScope = READ
    done: int = 200


def reading(path: str) -> Route:
    return Route(lambda _: Request("GET", path))


def of_hazard(world: World, rest: str = "") -> str:
    return f"hazards/{world.hazard.reference}{rest}"


def an_issued_version(world: World, kind: str) -> Request:
    number = on_issued_pdf(world)["number"]
    return Request("GET", f"safety-case/versions/{number}.{kind}")


ROUTES: dict[str, Route] = {
    "list_products": reading(f"{V1}/products"),
    "list_features": reading("features"),
    "add_feature": Route(
        lambda _: Request("POST", "features", {"title": "Reminders"}),
        "MANAGE_FEATURES", WRITE, 201,
    ),
    "get_feature": Route(lambda world: Request("GET", f"features/{world.feature.reference}")),
    "change_feature": Route(
        lambda world: Request(
            "PATCH", f"features/{world.feature.reference}", {"title": "B"}, world.feature.version
        ),
        "MANAGE_FEATURES", WRITE,
    ),
    "list_hazards": reading("hazards"),
    "raise_hazard": Route(
        lambda _: Request("POST", "hazards", {"name": "A dose is missed"}), "EDIT_LOG", WRITE, 201
    ),
    "get_hazard": Route(lambda world: Request("GET", of_hazard(world))),
    "change_hazard": Route(
        lambda world: Request(
            "PATCH", of_hazard(world), {"effect": "None"}, world.hazard.version
        ),
        "EDIT_LOG", WRITE,
    ),
    "list_hazard_history": Route(lambda world: Request("GET", of_hazard(world, "/history"))),
    "list_controls": Route(lambda world: Request("GET", of_hazard(world, "/controls"))),
    "add_control": Route(
        lambda world: Request("POST", of_hazard(world, "/controls"), {"text": "Look again"}),
        "EDIT_LOG", WRITE, 201,
    ),
    "add_evidence": Route(
        lambda world: Request(
            "POST", f"controls/{world.control.reference}/evidence", {"title": "Run 12"}
        ),
        "EDIT_LOG", WRITE, 201,
    ),
    "record_triage": Route(
        lambda world: Request(
            "POST", "triage", {"feature": world.feature.reference, "outcome": "needs_cso"}
        ),
        "TRIAGE", WRITE, 201,
    ),
    "list_releases": reading("releases"),
    "ask_gate": Route(
        lambda world: Request("GET", f"releases/{world.release.label}/gate"), use=GATE
    ),
    "list_versions": reading("safety-case/versions"),
    "get_version_pdf": Route(lambda world: an_issued_version(world, "pdf")),
    "get_version_json": Route(lambda world: an_issued_version(world, "json")),
}  # fmt: skip


def operations() -> Iterator[tuple[str, str, Any]]:
    """Each operation behind the API's addresses: method, path, and itself."""
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, f"{router.prefix}{operation.path}", operation


def test_every_route_is_in_the_matrix() -> None:
    """A new route states who may call it, in which scope: add it to ROUTES."""
    assert {operation.operation_id for *_, operation in operations()} == set(ROUTES)
    assert len(list(operations())) == len(ROUTES), "an operation has one method and one name"


@pytest.mark.parametrize("name", ROUTES)
def test_every_route_has_the_door_and_no_other(name: str) -> None:
    [operation] = [each for *_, each in operations() if each.operation_id == name]
    [door] = operation.auth_callbacks
    assert isinstance(door, TokenAuth)
    assert door.use is ROUTES[name].use
    assert operation.include_in_schema
    assert f'"operationId": "{name}"' in description()


def test_every_address_of_the_api_is_a_route_or_its_root() -> None:
    patterns, _, _ = api.urls
    routers = api._get_bound_routers()
    routes = {
        f"{router.prefix}{path}".strip("/") for router in routers for path in router.path_operations
    }
    assert {
        str(pattern.pattern).replace("<", "{").replace(">", "}").strip("/") for pattern in patterns
    } == routes | {""}


def test_the_scopes_allow_what_they_say() -> None:
    assert {
        TokenScope.READ: {READ, GATE},
        TokenScope.WRITE: {READ, WRITE, GATE},
        TokenScope.GATE: {GATE},
        TokenScope.MONITOR: {TokenScope.MONITOR},
    } == ALLOWS


@pytest.fixture
def programs(
    product: Product, other_product: Product, everybody: dict[str, User]
) -> dict[tuple[str, TokenScope], Program]:
    """A program for each mark and scope; who makes no tokens made theirs in an earlier role."""
    found = {}
    for mark, person in everybody.items():
        home = other_product if mark == "s" else product
        earlier = None
        if mark in "Aa":
            earlier = join(product, person, Role.CONTRIBUTOR)
        for scope in TokenScope:
            found[mark, scope] = program_of(person, home, scope)
        if earlier is not None:
            yesterday = timezone.localdate() - datetime.timedelta(days=1)
            end_membership(
                membership=earlier, by=system_person(), ends_on=yesterday, reason="Moved on"
            )
    return found


def expected(name: str, mark: str, scope: TokenScope) -> int:
    route = ROUTES[name]
    if mark == "s" and name != "list_products":
        return 404
    if mark == "a" or route.use not in ALLOWS[scope]:
        return 403
    if mark == "s" or mark in MAY[route.ability]:
        return route.done
    return 403


def ask(program: Program | None, product: Product, wanted: Request) -> Answer:
    """The answer, with everything that it wrote taken back."""
    home = f"{V1}/products/{product.slug}"
    address = wanted.path if wanted.path.startswith("/") else f"{home}/{wanted.path}"
    headers = {"if_match": f'"{wanted.version}"'} if wanted.version else {}
    with transaction.atomic():
        secret = program.secret if program else None
        answer = call(wanted.method, address, wanted.body, secret, **headers)
        answer.getvalue()
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("name", ROUTES)
def test_each_route_for_each_role_and_scope(
    name: str,
    product: Product,
    cso: User,
    executive: User,
    programs: dict[tuple[str, TokenScope], Program],
) -> None:
    cache.clear()
    wanted = ROUTES[name].request(World(product, cso, executive))
    problem_of(ask(None, product, wanted), 401)
    found = {}
    for (mark, scope), program in programs.items():
        answer = ask(program, product, wanted)
        found[mark, scope] = answer.status_code
        if answer.status_code >= 400:
            problem_of(answer, answer.status_code)
        if mark == "s":
            assert product.name not in answer.getvalue().decode(errors="replace")
    assert found == {
        (mark, scope): expected(name, mark, scope) for mark in WHO for scope in TokenScope
    }
