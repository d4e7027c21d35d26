"""JSON values of others: kept as they are, but bounded in size and depth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from checkout_kit.errors import InputError

MAX_JSON = 16_384
MAX_JSON_DEPTH = 32


def check_json(field: str, value: object) -> Mapping[str, Any]:
    """Refuse what is no object of JSON values, or too large or deep.

    :raises InputError: naming ``field``.
    """
    if not isinstance(value, Mapping):
        raise InputError(field, "must be a dict")
    if not value:
        # Most often; writing and walking takes longer than all other checks.
        return value
    try:
        text = json.dumps(dict(value), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise InputError(field, "must hold JSON values only") from None
    if len(text) > MAX_JSON:
        raise InputError(field, f"is longer than {MAX_JSON} characters as JSON")
    level: list[Any] = [value]
    for _ in range(MAX_JSON_DEPTH):
        if not level:
            return value
        level = [
            inner
            for item in level
            if isinstance(item, (Mapping, list, tuple))
            for inner in (item.values() if isinstance(item, Mapping) else item)
        ]
    if level:
        raise InputError(field, f"nests deeper than {MAX_JSON_DEPTH} levels")
    return value
