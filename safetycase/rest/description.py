"""The description of the REST API (OpenAPI), with what its framework does not say by itself."""

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

from products.rest.problems import (
    BROKEN,
    BUSY,
    CONTENT_TYPE,
    KINDS,
    MALFORMED,
    MEDIA_TYPE,
    METHOD,
    NOT_ALLOWED,
    NOT_FOUND,
    NOT_POSSIBLE,
    NOT_SIGNED_IN,
    NOT_VALID,
    STALE,
    TOO_LARGE,
    TOO_MANY,
    VERSION_NEEDED,
    Kind,
)
from products.rest.shapes import ProblemDetails
from safetycase.api import api

Members = dict[str, Any]

_ALWAYS = (NOT_SIGNED_IN, NOT_ALLOWED, NOT_FOUND, METHOD, NOT_VALID, TOO_MANY, BROKEN, BUSY)
_OF_WRITES = (MALFORMED, NOT_POSSIBLE, TOO_LARGE, MEDIA_TYPE)
_OF_CHANGES = (STALE, VERSION_NEEDED)
_WRITES = {"post", "patch"}
_IN_ADDRESSES = {
    "slug": "The product, as in the addresses of its pages.",
    "reference": "Its reference, like FEAT-4 or HAZ-012.",
    "id": "The control’s reference, like CTL-009.",
    "version": "The release, like 1.1.0.",
    "number": "The number of the issued version.",
}


@functools.cache
def description() -> str:
    """The description as JSON text. It is the same for everybody and for ever, so it is made once.

    Every problem that an operation may answer with is in it, what stands in addresses is explained,
    and what is changed names no defaults.
    """
    schema: Members = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    schemas = schema["components"]["schemas"]
    schemas["ProblemDetails"] = ProblemDetails.model_json_schema()
    for method, operation in operations(schema):
        for parameter in operation["parameters"]:
            parameter["schema"].pop("title", None)
            if parameter["in"] == "path":
                parameter["description"] = _IN_ADDRESSES[parameter["name"]]
        _add_problems(method, operation["responses"])
    _add_locations(schema["paths"])
    for name, members in schemas.items():
        for member in members.get("properties", {}).values():
            member.pop("title", None)  # its name once more
            if name.endswith("Changes"):
                member.pop("default", None)
    return json.dumps(schema, ensure_ascii=False, indent=1)


def operations(schema: Members) -> Iterator[tuple[str, Members]]:
    """Each operation that a description has, with its method in small letters."""
    for methods in schema["paths"].values():
        yield from methods.items()


def _add_problems(method: str, responses: Members) -> None:
    kinds: list[Kind] = [*_ALWAYS]
    kinds += _OF_WRITES if method in _WRITES else ()
    kinds += _OF_CHANGES if method == "patch" else ()
    for kind in kinds:
        answer: Members = {
            "description": _meaning(kind.status),
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        responses.setdefault(str(kind.status), answer)


def _meaning(status: int) -> str:
    return " Or: ".join(kind.meaning for kind in KINDS if kind.status == status)


def _add_locations(paths: Members) -> None:
    """Say of what is made that its address comes with the answer, where it has one to be read at.

    Controls, evidence and triage have none: they are read with what they belong to.
    """
    for path, methods in paths.items():
        made = methods.get("post", {}).get("responses", {}).get("201")
        own = [each for each in paths if re.fullmatch(re.escape(path) + r"/\{\w+\}", each)]
        if made is not None and any("get" in paths[each] for each in own):
            made["headers"] = {
                "Location": {
                    "schema": {"type": "string"},
                    "description": "Where it is from now on.",
                }
            }
