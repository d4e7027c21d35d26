"""Reading requests: bounded bodies, strict JSON, one value for each parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from checkout_kit.http.strict_json import JsonError, parse_json
from checkout_kit.web.api.problems import Problem
from checkout_kit.web.intake import read_body

MAX_BODY_BYTES = 64 * 1024
MAX_PARAMETER = 2000
#: At most so many mistakes are told at once.
MAX_ERRORS = 20
#: What SDKs send where they have nothing to say, whatever the JSON means.
_EMPTY = (b"", b"[]", b"{}", b"null")
_IDEMPOTENCY_KEY = re.compile(r"[!-~]([ -~]{0,253}[!-~])?\Z", re.ASCII)


def read_raw_body() -> bytes:
    """Read the body as it was sent, which is what was signed.

    :raises Problem: if it is too large.
    """
    try:
        return read_body(MAX_BODY_BYTES)
    except RequestEntityTooLarge:
        raise Problem(413, [f"body: is larger than {MAX_BODY_BYTES} bytes."]) from None


def read_json_body(raw: bytes) -> Mapping[str, Any]:
    """Read a JSON object whatever the Content-Type says: SDKs send several.

    :raises Problem: if it is not one.
    """
    if raw.strip() in _EMPTY:
        return {}
    try:
        value = parse_json(raw)
    except JsonError as err:
        raise Problem(400, [f"body: {err}."]) from None
    if not isinstance(value, Mapping):
        raise Problem(400, ["body: must be a JSON object."])
    return value


def read_query() -> Mapping[str, str]:
    """Read the query; a repeated parameter may mean another value to another reader.

    :raises Problem: if one is repeated or too long.
    """
    arguments = {}
    for name, values in request.args.lists():
        if len(values) != 1:
            raise Problem(400, [f"{name[:64]}: must be given once."])
        if len(values[0]) > MAX_PARAMETER:
            raise Problem(400, [f"{name[:64]}: is too long."])
        arguments[name] = values[0]
    return arguments


def read_idempotency_key() -> str | None:
    """Read the header ``Idempotency-Key``, None if there is none.

    :raises Problem: if it is not of 1 to 255 printable ASCII characters.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _IDEMPOTENCY_KEY.match(key):
        raise Problem(
            400, ["Idempotency-Key: must be of 1 to 255 printable ASCII characters."]
        )
    return key


def load(schema: Schema, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read data by its schema.

    :raises Problem: naming every field that can't be accepted.
    """
    try:
        loaded: Mapping[str, Any] = schema.load(data)
    except ValidationError as err:
        raise Problem(400, list(_sentences(err.messages))) from None
    return loaded


def _sentences(messages: Any) -> Iterator[str]:
    found = _flat(messages, "")
    for number, (field, problem) in enumerate(found):
        if number == MAX_ERRORS:
            yield "There are more errors."
            return
        name = field or "body"
        yield f"{name}: {problem}" + ("" if problem.endswith(".") else ".")


def _flat(messages: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, _joined(field, name))
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for inner in messages:
            yield from _flat(inner, field)
    else:
        yield field, str(messages)


def _joined(field: str, name: Any) -> str:
    if name == "_schema":
        return field
    if isinstance(name, int):
        return f"{field}[{name}]"
    return f"{field}.{name}" if field else str(name)
