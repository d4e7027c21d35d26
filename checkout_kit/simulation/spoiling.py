"""Answers spoilt on order: rubbish, lies and traps in place of what the API said."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

Headers = list[tuple[str, str]]
#: Status, headers and body of an answer.
Answer = tuple[str, Headers, bytes]

_HUGE = 11_000_000
_BOMB = 60_000_000
# A number with decimal places, quoted or not; no time, address or version.
_AMOUNT = re.compile(rb"(?<![\w.:+-])(\d+)\.(\d+)(?![\w.:])")
_STATUS = re.compile(rb'("\w*(?:[Ss]tatus|[Ss]tate)"\s*:\s*)"[^"]*"')
_CURRENCY = re.compile(
    rb'("\w*(?:[Cc]urrency|[Aa]sset|[Cc]ode|[Ss]ymbol)"\s*:\s*)"[A-Za-z]{3,4}"'
)
_FIRST_KEY = re.compile(rb'\{\s*("[^"]+")\s*:')


def _body(change: Callable[[bytes], bytes]) -> Callable[[Answer], Answer]:
    def spoil(answer: Answer) -> Answer:
        status, headers, body = answer
        return status, headers, change(body)

    return spoil


def _repeat_keys(body: bytes) -> bytes:
    return _FIRST_KEY.sub(rb"{\1: null, \1:", body)


def _to_exponent(body: bytes) -> bytes:
    return _AMOUNT.sub(
        lambda found: b"%dE-%d" % (int(found[1] + found[2]), len(found[2])), body
    )


def _wrong_types(body: bytes) -> bytes:
    try:
        document = json.loads(body, parse_float=str)
    except ValueError:
        return b"[]"
    return json.dumps(_in_lists(document)).encode()


def _in_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_lists(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_lists(inner) for inner in value]
    return [value]


def with_other_id(body: bytes, text: str) -> bytes:
    """Put another id of the same form wherever this one is a value by itself."""
    last = "1" if text.endswith("0") else "0"
    other = f"{text}9" if text.isdecimal() else f"{text[:-1]}{last}"
    value = re.compile(rb'(:\s*"?)' + re.escape(text.encode()) + rb'(?=["\s,}\]])')
    return value.sub(lambda found: found[1] + other.encode(), body)


def _redirect(answer: Answer) -> Answer:
    _, headers, body = answer
    elsewhere = ("Location", "https://elsewhere.example/")
    return "302 Found", [*headers, elsewhere], body


def _bomb(answer: Answer) -> Answer:
    status, headers, _ = answer
    body = gzip.compress(b" " * _BOMB, 9)
    return status, [*headers, ("Content-Encoding", "gzip")], body


#: What becomes of an answer, by the name of the fault's mode.
SPOILS: dict[str, Callable[[Answer], Answer]] = {
    "duplicate_keys": _body(_repeat_keys),
    "wrong_types": _body(_wrong_types),
    "negative": _body(lambda body: _AMOUNT.sub(rb"-\1.\2", body)),
    "exponent": _body(_to_exponent),
    "other_currency": _body(lambda body: _CURRENCY.sub(rb'\1"XTS"', body)),
    "unknown_status": _body(lambda body: _STATUS.sub(rb'\1"PERHAPS"', body)),
    "redirect": _redirect,
    "huge": _body(lambda body: b'{"filler": "' + b"x" * _HUGE + b'"}'),
    "gzip_bomb": _bomb,
}
