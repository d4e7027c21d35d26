"""What the control API reads and answers: JSON, or the fields of the page's forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import jsonify, redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

_TEXT_LIMIT = 200


def read_body() -> Mapping[str, Any]:
    """Return the fields of a JSON object or of the control page's form.

    :raises BadRequest: when the body is no JSON object.
    """
    if _is_form():
        return request.form.to_dict()
    raw = request.get_data()
    try:
        body = json.loads(
            raw or b"{}", parse_float=Decimal, parse_constant=_refuse_constant
        )
    # A deeply nested body exhausts the parser's stack rather than its grammar.
    except (ValueError, RecursionError, InvalidOperation):
        raise BadRequest("The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise BadRequest("The request body must be a JSON object.")
    return body


def answer(document: Mapping[str, Any]) -> AnyResponse:
    """Answer with JSON, or lead the control page's form back to the page."""
    if _is_form():
        return redirect(request.root_path + "/", 303)
    return jsonify(document)


def read_text(body: Mapping[str, Any], name: str) -> str | None:
    """Return a text, None when it is left out or empty.

    :raises BadRequest: when it is something else, or too long.
    """
    value = body.get(name)
    if value in (None, ""):
        return None
    if not isinstance(value, str) or len(value) > _TEXT_LIMIT:
        raise BadRequest(f"{name}: must be a text of {_TEXT_LIMIT} characters at most.")
    return value


def read_decimal(body: Mapping[str, Any], name: str) -> Decimal | None:
    """Return an exact number, None when it is left out or empty.

    :raises BadRequest: when it is no number, or an absurd one.
    """
    value = body.get(name)
    if value in (None, ""):
        return None
    if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        # A sane exponent, or later arithmetic would print endless zeros.
        if number.is_finite() and abs(number.adjusted()) <= 20:
            return number
    raise BadRequest(f"{name}: must be a number.")


def read_number(body: Mapping[str, Any], name: str, default: float) -> float:
    """Return a number of seconds or times; money is read by `read_decimal`.

    :raises BadRequest: when it is no number, or an absurd one.
    """
    value = body.get(name)
    if value in (None, ""):
        return default
    try:
        number = float(str(value)[:40])
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e12:
        raise BadRequest(f"{name}: must be a number.")
    return number


def read_flag(body: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """Return a boolean of JSON or of a form.

    :raises BadRequest: when it is neither true nor false.
    """
    value = body.get(name, default)
    if value in (True, "true", "1", "on"):
        return True
    if value in (False, None, "false", "0", "off", ""):
        return False
    raise BadRequest(f"{name}: must be true or false.")


def _is_form() -> bool:
    # The control page says so in the URL: curl calls JSON a form as well, and whoever
    # looks into request.form first can't read the raw body any more.
    return "from_page" in request.args


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
