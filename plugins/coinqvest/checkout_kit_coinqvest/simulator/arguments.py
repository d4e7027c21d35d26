"""What the API's views read from a request: ids, paging, and how they answer lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from .errors import BadRequest

PAGE_SIZE = 250
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def read_argument(*names: str) -> str:
    """Return the first of these arguments that is given.

    :raises BadRequest: when none is.
    """
    for name in names:
        value = request.args.get(name, "")
        if value:
            return value
    raise BadRequest(f"{names[0]}: is mandatory.")


def answer_page(
    name: str, read: Callable[[int, int], tuple[int, list[dict[str, Any]]]]
) -> Response:
    """Answer one page of a list.

    The examples show `"limit":"2"` where it was asked for and `"offset":0` where it
    wasn't: an argument comes back as the text that it was, a default as a number.
    """
    limit = _whole_number("limit", PAGE_SIZE)
    offset = _whole_number("offset", 0)
    # The document states no maximum; nothing beyond the default is handed out.
    size = min(int(limit), PAGE_SIZE)
    count, page = read(size, int(offset))
    return jsonify({"count": count, "limit": limit, "offset": offset, name: page})


def _whole_number(name: str, default: int) -> str | int:
    text = request.args.get(name)
    if text is None:
        return default
    if not _WHOLE_NUMBER.fullmatch(text):
        raise BadRequest(f"{name}: must be a whole number.")
    return text
