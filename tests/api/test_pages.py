"""The description of the API as people read it, and what its modules may not do."""

import inspect
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from products.models import Product
from products.rest.problems import KINDS, problem_response
from safetycase.rest.description import description
from safetycase.rest.page import groups
from tests.api.calling import V1
from tests.api.test_matrix import operations
from tests.laws.source import named
from tests.laws.test_source import WRITES, at, attributes, calls
from tests.people import ClientOf


def test_the_description_is_open_to_all_and_the_same_for_all(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    answer = Client().get(f"{V1}/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    assert product.name not in answer.content.decode()
    assert client_of(cso).get(f"{V1}/openapi.json").json() == document


def test_the_description_says_every_problem_of_an_operation() -> None:
    document = json.loads(description())
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            said = set(operation["responses"])
            assert said >= {"401", "403", "404", "405", "422", "429", "500", "503"}, path
            assert ({"400", "409", "413", "415"} <= said) is (method in ("post", "patch")), path
            assert ({"412", "428"} <= said) is (method == "patch"), path
            assert operation["security"] == [{"TokenAuth": []}]
            assert operation["description"], path


def test_a_change_has_no_defaults_and_takes_nothing_unknown() -> None:
    for name, shape in json.loads(description())["components"]["schemas"].items():
        if name.startswith("New") or name.endswith("Changes"):
            assert shape["additionalProperties"] is False, name
        if name.endswith("Changes"):
            assert all("default" not in member for member in shape["properties"].values()), name


def test_people_read_every_operation_and_every_problem(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    page = client_of(cso).get(reverse("api_docs")).content.decode()
    assert page == re.sub(r"<script(?![^>]*src=)", "", page), "no script of its own"
    for group in groups(description()):
        for operation in group.operations:
            assert f'id="{operation.id}"' in page
            assert operation.path in page
    for kind in KINDS:
        assert f'id="problem-{kind.key}"' in page
        assert kind.type == f"{reverse('api_docs')}#problem-{kind.key}"
    assert Client().get(reverse("api_docs")).status_code == 200


def test_the_page_says_what_is_taken_and_what_is_needed() -> None:
    found = {
        operation.id: operation for group in groups(description()) for operation in group.operations
    }
    triage = {member.name: member for member in found["record_triage"].body}
    assert triage["outcome"].is_needed
    assert triage["outcome"].takes == "no_effect, covered, needs_cso, stop"
    assert triage["touches"].takes.startswith("list of identity, medicines")
    assert not triage["note"].is_needed
    assert triage["note"].takes == "text, 2,000 at most"
    listed = {member.name for member in found["list_hazards"].answer}
    assert {"reference", "residual", "needs_estimate"} <= listed, "what each thing of a page is"
    [version] = [each for each in found["change_hazard"].parameters if each.where == "header"]
    assert (version.name, version.is_needed) == ("If-Match", True)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_problem_is_whole(kind: object) -> None:
    answer = problem_response(kind)  # type: ignore[arg-type]
    body = json.loads(answer.content)
    assert body.keys() == {"type", "title", "status", "detail"}
    assert answer.status_code == body["status"]
    assert body["detail"].endswith(".")


# --- Laws -----------------------------------------------------------------------------------------

#: Modules of the API that answer requests: thin, as views are.
ROUTERS = sorted(
    {Path(str(inspect.getsourcefile(inspect.unwrap(each.view_func)))) for *_, each in operations()}
)


def test_there_are_routers_to_read() -> None:
    assert {named(path).split("/")[0] for path in ROUTERS} == {
        "products", "hazards", "reviews", "safetycase",
    }  # fmt: skip


def test_routers_write_through_actions_and_read_through_queries() -> None:
    doors = {"objects", "_default_manager", "_base_manager"}
    found = [at(path, node) for path in ROUTERS for node in attributes(path) if node.attr in doors]
    found += [at(path, call) for path in ROUTERS for call, name in calls(path) if name in WRITES]
    assert found == []
