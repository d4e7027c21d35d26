"""Strict JSON: exact numbers, no duplicate keys, bounded depth; both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

MAX_DEPTH = 64
#: Longer number literals are refused: nobody's amount has so many digits.
MAX_NUMBER_LENGTH = 80


class JsonError(ValueError):
    """Raised when bytes are not one acceptable JSON text, or a value can't be one.

    The message names the problem and holds nothing of the text.
    """


def parse_json(raw: bytes) -> Any:
    """Read one JSON text in UTF-8; fractions become :class:`Decimal`, never float.

    :raises JsonError: if it is not UTF-8 or not JSON, repeats a key, nests deeper than
        ``MAX_DEPTH``, or holds NaN, Infinity, a lone surrogate or an endless number.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonError("is not UTF-8") from None
    try:
        value = json.loads(
            text,
            parse_float=_fraction,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except JsonError:
        raise
    except RecursionError:
        raise JsonError(f"nests deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise JsonError("is not JSON") from None
    _check(value)
    return value


def dump_json(value: Any) -> bytes:
    """Write a value as JSON; a :class:`Decimal` becomes an exact plain number.

    :raises JsonError: for floats, NaN, keys that are no text, or foreign objects.
    """
    return _dump(value).encode("utf-8")


def _fraction(literal: str) -> Decimal:
    if len(literal) > MAX_NUMBER_LENGTH:
        raise JsonError("holds an endless number")
    try:
        number = Decimal(literal)
    except InvalidOperation:
        raise JsonError("holds a number out of bounds") from None
    # 1e999999999 is short to read, and would fill the memory where it is written out.
    if abs(number.adjusted()) > MAX_NUMBER_LENGTH:
        raise JsonError("holds a number out of bounds")
    return number


def _integer(literal: str) -> int:
    if len(literal) > MAX_NUMBER_LENGTH:
        raise JsonError("holds an endless number")
    return int(literal)


def _refuse_constant(literal: str) -> NoReturn:
    raise JsonError("holds NaN or Infinity")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise JsonError("repeats a key in an object")
    return value


def _check(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item)
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
            elif isinstance(item, str) and not item.isascii():
                _check_text(item)
        if not inner:
            return
        level = inner
    raise JsonError(f"nests deeper than {MAX_DEPTH} levels")


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise JsonError("holds half of a surrogate pair") from None


def _dump(value: Any, depth: int = 0) -> str:
    if depth > MAX_DEPTH:
        raise JsonError(f"nests deeper than {MAX_DEPTH} levels")
    if value is None or isinstance(value, (bool, int, str)):
        # Plain ASCII: half a surrogate pair is escaped and can't break the encoding.
        return json.dumps(value)
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MAX_NUMBER_LENGTH:
            raise JsonError("a number is not finite or out of bounds")
        return format(value, "f")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise JsonError("an object's key is not text")
        members = (
            f"{json.dumps(key)}:{_dump(item, depth + 1)}" for key, item in value.items()
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ",".join(_dump(item, depth + 1) for item in value) + "]"
    raise JsonError(f"can't write a {type(value).__name__} as JSON")
