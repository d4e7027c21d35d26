"""The documentation page's model: the OpenAPI document, laid out for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a request or answer."""

    name: str
    type: str
    is_required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint."""

    anchor: str
    method: str
    path: str
    summary: str
    text: str
    is_public: bool
    parameters: Sequence[Row]
    body: Sequence[Row]
    answer: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Group:
    """The endpoints of one kind of object."""

    name: str
    operations: Sequence[Operation]


def lay_out(document: Mapping[str, Any]) -> Sequence[Group]:
    """Group the operations of an OpenAPI document by their tags."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation["tags"][0]
            laid_out = _operation(document, path, method, operation)
            groups.setdefault(tag, []).append(laid_out)
    return [Group(name, operations) for name, operations in groups.items()]


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Operation:
    answer = _schema(operation["responses"]["200"])
    body = _schema(operation["requestBody"]) if "requestBody" in operation else {}
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        is_public=not operation["security"],
        parameters=[
            Row(
                parameter["name"],
                _type(document, parameter["schema"]),
                parameter.get("required", False),
                parameter.get("description", _text(parameter["schema"])),
            )
            for parameter in operation.get("parameters", ())
        ],
        body=list(_rows(document, body, "")),
        answer=list(_rows(document, answer, "")),
    )


def _schema(content: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = content["content"]["application/json"]["schema"]
    return schema


def _rows(
    document: Mapping[str, Any], schema: Mapping[str, Any], where: str, depth: int = 0
) -> Iterator[Row]:
    resolved = _resolved(document, schema)
    required = resolved.get("required", ())
    for name, inner in resolved.get("properties", {}).items():
        full = f"{where}.{name}" if where else name
        yield Row(full, _type(document, inner), name in required, _text(inner))
        if depth < _MAX_DEPTH:
            items = _resolved(document, inner).get("items")
            yield from (
                _rows(document, items, f"{full}[]", depth + 1)
                if items
                else _rows(document, inner, full, depth + 1)
            )


def _resolved(
    document: Mapping[str, Any], schema: Mapping[str, Any]
) -> Mapping[str, Any]:
    for choice in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in choice:
            schema = choice
    name = schema.get("$ref", "").rpartition("/")[2]
    if not name:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][name]
    return found


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    kind = _resolved(document, schema).get("type", "any")
    words = kind if isinstance(kind, list) else [kind]
    return " or ".join(str(word) for word in words)


def _text(schema: Mapping[str, Any]) -> str:
    words = [schema["description"] + "."] if "description" in schema else []
    if "enum" in schema:
        words.append(
            "One of " + ", ".join(str(value) for value in schema["enum"]) + "."
        )
    if "default" in schema and schema["default"] not in (None, [], ()):
        words.append(f"By default {schema['default']}.")
    if "maximum" in schema:
        words.append(f"From {schema['minimum']} to {schema['maximum']}.")
    if "maxLength" in schema:
        words.append(f"At most {schema['maxLength']} characters.")
    return " ".join(words)
