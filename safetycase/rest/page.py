"""The description of the REST API as its page shows it, read from the OpenAPI document itself."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Members = Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """A parameter, or a member of a body: its name, what it takes, and whether it is needed."""

    name: str
    takes: str
    words: str
    is_needed: bool
    where: str = ""


@dataclass(frozen=True)
class Operation:
    """One thing that the API does."""

    id: str
    method: str
    path: str
    words: str
    parameters: list[Member]
    body: list[Member]
    answer: list[Member]
    status: str


@dataclass
class Group:
    """Operations on the same kind of thing."""

    name: str
    operations: list[Operation] = field(default_factory=list)


def groups(text: str) -> list[Group]:
    """The operations of an OpenAPI document by their first tag, in the document's order."""
    document: Members = json.loads(text)
    found: dict[str, Group] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = operation.get("tags", ["Other"])[0]
            group = found.setdefault(name, Group(name))
            group.operations.append(_operation(document, path, method, operation))
    return list(found.values())


def _operation(document: Members, path: str, method: str, operation: Members) -> Operation:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    status = next(iter(operation["responses"]))
    answer = operation["responses"][status].get("content", {}).get("application/json", {})
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        words=operation.get("description", ""),
        parameters=[
            Member(
                each["name"],
                _takes(document, each["schema"]),
                _words(each),
                each.get("required", False),
                each["in"],
            )
            for each in operation.get("parameters", [])
        ],
        body=list(_members(document, body.get("schema", {}))),
        answer=list(_members(document, answer.get("schema", {}))),
        status=status,
    )


def _resolved(document: Members, schema: Members) -> Members:
    """The schema that a reference leads to."""
    reference = schema.get("$ref") or next(
        (each["$ref"] for each in schema.get("allOf", []) if "$ref" in each), ""
    )
    if not reference:
        return schema
    found: Members = document["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _members(document: Members, schema: Members) -> Iterator[Member]:
    whole = _resolved(document, schema)
    items = whole.get("properties", {}).get("items")
    if items is not None:  # a page of a list: what each of its things is
        whole = _resolved(document, items.get("items", {}))
    needed = set(whole.get("required", []))
    for name, member in whole.get("properties", {}).items():
        yield Member(name, _takes(document, member), _words(member), name in needed)


def _words(member: Members) -> str:
    """What is said of a member, or of one of the shapes that it may have."""
    said = (each.get("description", "") for each in (member, *member.get("anyOf", [])))
    return next((words for words in said if words), "")


def _takes(document: Members, schema: Members) -> str:
    """What a schema takes, in a few words."""
    if "anyOf" in schema:
        return " or ".join(_takes(document, each) for each in schema["anyOf"])
    resolved = _resolved(document, schema)
    if "enum" in resolved:
        return ", ".join(str(value) for value in resolved["enum"])
    if "const" in resolved:
        return str(resolved["const"])
    kind = resolved.get("type", "")
    if kind == "array":
        return f"list of {_takes(document, resolved.get('items', {}))}"
    if kind == "string":
        if "format" in resolved:
            return str(resolved["format"])
        most = resolved.get("maxLength")
        return f"text, {most:,} at most" if most else "text"
    if kind == "object":
        return f"{{{', '.join(resolved.get('properties', {}))}}}"
    return {"null": "null", "integer": "number", "boolean": "true or false"}.get(
        kind, kind or "any"
    )
