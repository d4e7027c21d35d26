"""Inputs: reading what a request brings, strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import request

from .errors import bad_request
from .records import PLACES

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?\Z", re.ASCII)


def read_body() -> dict[str, Any]:
    """Read the JSON body: "a single dimension of key-value pairs".

    :raises SimulatorError: when it is anything else, or not sent as JSON.
    """
    raw = request.get_data()
    if not raw:
        return {}
    if request.mimetype != "application/json":
        raise bad_request("The Content-Type must be application/json")
    try:
        body = json.loads(raw, parse_float=Decimal)
    except ValueError:
        raise bad_request("The request is not JSON") from None
    if not isinstance(body, dict):
        raise bad_request("The request is not an object")
    if any(isinstance(value, (dict, list)) for value in body.values()):
        raise bad_request("The request has more than one dimension")
    return body


def text(body: Mapping[str, Any], name: str, *, limit: int = 200) -> str:
    """Read a text that must be there.

    :raises SimulatorError: when it is missing or no text.
    """
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise bad_request(f"{name} is missing or malformed")
    return value


def amount(body: Mapping[str, Any], name: str, currency: str) -> Decimal:
    """Read an amount with at most its currency's decimal places.

    :raises SimulatorError: when it is missing, malformed or too precise.
    """
    value = body.get(name)
    known = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
    if not known or not _NUMBER.match(str(value)):
        raise bad_request(f"{name} is missing or malformed")
    number = Decimal(str(value))
    if number != number.quantize(Decimal(1).scaleb(-PLACES[currency])):
        raise bad_request(f"{name} has too many decimal places")
    return number


def currency(body: dict[str, Any], *allowed: str) -> str:
    """Read a currency; "currency fields are not case-sensitive".

    :raises SimulatorError: when it is missing or not one of those allowed.
    """
    value = text(body, "currency").lower()
    if value not in allowed:
        raise bad_request(f"currency must be one of {', '.join(allowed)}")
    return value
