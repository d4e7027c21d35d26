"""The API's endpoints under /api/v1: a view parses, asks the ledger, answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from checkout_kit.simulation import target_as_sent

from .dialect import API_PREFIX
from .documents import (
    to_created_document,
    to_invoice_document,
    to_page_document,
    to_profile_document,
)
from .errors import BadRequest, Unprocessable
from .wiring import simulator

api = Blueprint("quoine_pay_api", __name__, url_prefix=API_PREFIX)

_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?\Z", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,8}\Z", re.ASCII)
_PAGE_SIZE = 25
_MAX_PAGE_SIZE = 100


@api.before_request
def check_authentication() -> None:
    """Refuse requests without valid APIAuth: "for all requests"."""
    parts = simulator()
    target = target_as_sent(request)
    prefix = parts.settings.signed_prefix
    if prefix != "as_sent":
        target = prefix + target[len(API_PREFIX) :]
    parts.gate.check(request, target, parts.clock.real())


@api.post("/invoices")
def create_invoice() -> Response:
    """POST /invoices."""
    body = _body()
    price = body.get("price")
    if price in (None, ""):
        raise Unprocessable(price="can't be blank")
    text = f"{price:f}" if isinstance(price, Decimal) else str(price)
    if isinstance(price, bool) or not _PRICE.match(text):
        raise Unprocessable(price="is not a number")
    if not Decimal(text):
        raise Unprocessable(price="must be greater than 0")
    parts = simulator()
    invoice = parts.ledger.create_invoice(
        Decimal(text), _text(body, "name"), _text(body, "data")
    )
    return jsonify(to_created_document(invoice, parts.settings))


@api.get("/invoices/<int:number>")
def get_invoice(number: int) -> Response:
    """GET /invoices/{id}."""
    parts = simulator()
    with parts.ledger.lock:
        invoice = parts.ledger.find(number)
        return jsonify(to_invoice_document(invoice, parts.settings))


@api.get("/invoices")
def list_invoices() -> Response:
    """GET /invoices."""
    page = _whole_number("page", 1)
    # The document states no maximum.
    per = min(_whole_number("per", _PAGE_SIZE), _MAX_PAGE_SIZE)
    parts = simulator()
    with parts.ledger.lock:
        found = parts.ledger.list_invoices()
        return jsonify(to_page_document(found, page, per, parts.settings))


@api.get("/profile")
def get_profile() -> Response:
    """GET /profile."""
    return jsonify(to_profile_document(simulator().ledger.profile))


@api.post("/payments_callback_url")
def set_callback() -> Response:
    """POST /payments_callback_url."""
    url = _text(_body(), "callback")
    if not url:
        raise Unprocessable(callback="can't be blank")
    try:
        is_address = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        is_address = False
    if not is_address:
        raise Unprocessable(callback="is invalid")
    simulator().ledger.profile.callback = url
    return jsonify(status="success", callback=url)


def _body() -> Mapping[str, Any]:
    # Ruby programs send forms as well; only the header tells.
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.form.to_dict()
    try:
        body = json.loads(request.get_data() or b"{}", parse_float=Decimal)
    except ValueError:
        raise BadRequest("The body is not JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("The body is not an object")
    return body


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > 2000):
        raise Unprocessable(**{name: "is invalid"})
    return value


def _whole_number(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not _WHOLE_NUMBER.match(text):
        raise BadRequest(f"{name} is not a number")
    return int(text)
