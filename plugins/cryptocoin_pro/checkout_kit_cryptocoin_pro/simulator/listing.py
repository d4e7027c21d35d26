"""Lists: filtered by the query, in the order and the pages of the switches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Response, jsonify, request

from .callers import answer
from .wiring import simulator

PAGE_SIZE = 25
_SPELLINGS = {
    "perPage": ("currentPage", "perPage", "lastPage"),
    "per_page": ("current_page", "per_page", "last_page"),
}

R = TypeVar("R")


def fits(name: str, *values: str | None) -> bool:
    """Tell whether the query's filter, if there is one, names one of the values."""
    wanted = request.args.get(name)
    if not wanted:
        return True
    return wanted.casefold() in {value.casefold() for value in values if value}


def answer_list(
    records: Iterable[R], write: Callable[[R], dict[str, Any]]
) -> tuple[Response, int]:
    """Answer a list of records, of which the books have the oldest first."""
    settings = simulator().settings
    found = list(records)
    if settings.order == "newest":
        found.reverse()
    if settings.pages == "none":
        return answer([write(record) for record in found])
    return answer_page(found, write, settings.pages)


def answer_page(
    records: list[R], write: Callable[[R], dict[str, Any]], spelling: str
) -> tuple[Response, int]:
    """Answer one page of records with its `meta`; pages are counted from one."""
    text = request.args.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    begin = (max(page, 1) - 1) * PAGE_SIZE
    shown = [write(record) for record in records[begin : begin + PAGE_SIZE]]
    last = max(1, -(-len(records) // PAGE_SIZE))
    values = (max(page, 1), PAGE_SIZE, last)
    meta = dict(zip(_SPELLINGS[spelling], values, strict=True))
    return jsonify(data=shown, meta={"total": len(records), **meta}), 200
