"""The request of POST /checkout: its validation and the documented total."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any
from urllib.parse import urlsplit

from .addresses import is_stellar_account
from .errors import BadRequest
from .markets import CHAINS, EXACT, issuer_of, parse_currency, places_of

_TEXT_LIMIT = 200
_PRODUCT_ID_LIMIT = 20
_CUSTOMER_ID = re.compile(r"[0-9a-z]{12}", re.ASCII)
# Far beyond any price, and small enough that no sum needs more than EXACT's digits.
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
_VISIBLE = re.compile(r"[!-~]{1,2000}")
_QUANTITY_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """A validated request for a checkout; `payload` is it as GET /checkout shows it."""

    payload: dict[str, Any]
    currency: str
    total: Decimal
    settlement_currency: str
    customer_id: str | None
    webhook: str | None
    return_url: str | None
    cancel_url: str | None
    issuers: dict[str, str]


def parse_body(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a request body, numbers as Decimals.

    :raises BadRequest: when the body is no JSON object.
    """
    try:
        body = json.loads(raw, parse_float=Decimal, parse_constant=_refuse_constant)
    # A deeply nested body exhausts the parser's stack rather than its grammar.
    except (ValueError, RecursionError, InvalidOperation) as err:
        raise BadRequest("The request body is not valid JSON.") from err
    if not isinstance(body, dict):
        raise BadRequest("The request body must be a JSON object.")
    return body


def parse_checkout_request(raw: bytes) -> CheckoutRequest:
    """Validate the body of POST /checkout or POST /checkout/hosted.

    :raises BadRequest: with every reason found.
    """
    body = parse_body(raw)
    reasons: list[str] = []
    charge = body.get("charge")
    if not isinstance(charge, dict):
        raise BadRequest("charge: is mandatory and must be an object.")
    code = _currency(charge.get("currency"), "charge.currency", reasons)
    # "mandatory" in the table, left out in the minimal payload: the charge's then.
    settlement = code
    if body.get("settlementCurrency") is not None:
        settlement = _currency(
            body["settlementCurrency"], "settlementCurrency", reasons
        )
    customer_id = charge.get("customerId")
    if customer_id is not None and not (
        isinstance(customer_id, str) and _CUSTOMER_ID.fullmatch(customer_id)
    ):
        reasons.append("charge.customerId: unknown customer.")
    total = _total(charge, reasons)
    links = body.get("links") or {}
    if not isinstance(links, dict):
        reasons.append("links: must be an object.")
        links = {}
    webhook = _url(body.get("webhook"), "webhook", reasons)
    return_url = _url(links.get("returnUrl"), "links.returnUrl", reasons)
    cancel_url = _url(links.get("cancelUrl"), "links.cancelUrl", reasons)
    issuers = _relays(body.get("blockchainRelays"), reasons)
    if code is not None and not reasons:
        unit = Decimal(1).scaleb(-places_of(code))
        with localcontext(EXACT):
            total = total.quantize(unit, ROUND_HALF_UP)
        if total < unit:
            reasons.append(f"charge: the total must be {unit:f} {code} at least.")
    if reasons or code is None or settlement is None:
        raise BadRequest(*reasons)
    # Parsed again with plain numbers: an echo, nothing is computed from it.
    payload = json.loads(raw, parse_float=_finite)
    # GET /checkout shows the charge's currency as an asset id, the rest as sent.
    currency_text = str(charge["currency"])
    payload["charge"]["currency"] = (
        currency_text if ":" in currency_text else issuer_of(code)
    )
    return CheckoutRequest(
        payload=payload,
        currency=code,
        total=total,
        settlement_currency=settlement,
        customer_id=customer_id,
        webhook=webhook,
        return_url=return_url,
        cancel_url=cancel_url,
        issuers=issuers,
    )


def _finite(text: str) -> float:
    number = float(text)
    # Python would print what overflows as Infinity, which is no JSON.
    if not math.isfinite(number):
        raise BadRequest(f"{text[:20]}: the number is too large.")
    return number


def _refuse_constant(name: str) -> Decimal:
    raise ValueError(f"{name} is no JSON number")


def _total(charge: dict[str, Any], reasons: list[str]) -> Decimal:
    """Return the unrounded total by the formula of PRO Tip #3."""
    lines = _items(charge, "lineItems", reasons)
    if not lines:
        reasons.append("charge.lineItems: at least one item is mandatory.")
    with localcontext(EXACT):
        net = Decimal(0)
        for path, item in lines:
            _text(item.get("description"), f"{path}.description", reasons)
            _product_id(item.get("productId"), path, reasons)
            quantity = _quantity(item.get("quantity"), path, reasons)
            net += quantity * _number(item.get("netAmount"), path, "netAmount", reasons)
        for path, item in _items(charge, "discountItems", reasons):
            _text(item.get("description"), f"{path}.description", reasons)
            net -= _number(item.get("netAmount"), path, "netAmount", reasons)
        untaxed = Decimal(0)
        for path, item in _items(charge, "shippingCostItems", reasons):
            _text(item.get("description"), f"{path}.description", reasons)
            cost = _number(item.get("netAmount"), path, "netAmount", reasons)
            taxable = item.get("taxable")
            if taxable is not None and not isinstance(taxable, bool):
                reasons.append(f"{path}.taxable: must be a boolean.")
            net += cost
            untaxed += Decimal(0) if taxable is True else cost
        rate = Decimal(0)
        for path, item in _items(charge, "taxItems", reasons):
            _text(item.get("name"), f"{path}.name", reasons)
            rate += _number(item.get("percent"), path, "percent", reasons)
        return net + (net - untaxed) * rate


def _items(
    charge: dict[str, Any], name: str, reasons: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    # The tables call these lists "object", every example sends an array.
    items = charge.get(name)
    if items is None:
        return []
    if not isinstance(items, list):
        reasons.append(f"charge.{name}: must be an array.")
        return []
    found = []
    for index, item in enumerate(items):
        path = f"charge.{name}[{index}]"
        if isinstance(item, dict):
            found.append((path, item))
        else:
            reasons.append(f"{path}: must be an object.")
    return found


def _text(value: object, path: str, reasons: list[str]) -> None:
    if not isinstance(value, str) or not value.strip():
        reasons.append(f"{path}: is mandatory.")
    elif len(value) > _TEXT_LIMIT:
        reasons.append(f"{path}: must have {_TEXT_LIMIT} characters at most.")


def _product_id(value: object, path: str, reasons: list[str]) -> None:
    if value is None:
        return
    if not isinstance(value, str) or len(value) > _PRODUCT_ID_LIMIT:
        limit = _PRODUCT_ID_LIMIT
        reasons.append(f"{path}.productId: must have {limit} characters at most.")


def _quantity(value: object, path: str, reasons: list[str]) -> Decimal:
    if value is None:
        return Decimal(1)
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 < value <= _QUANTITY_LIMIT:
            return Decimal(value)
    reasons.append(f"{path}.quantity: must be a positive integer.")
    return Decimal(1)


def _number(value: object, path: str, name: str, reasons: list[str]) -> Decimal:
    """Read a JSON number or a numeric string, as real clients send both."""
    text = value if isinstance(value, str) else ""
    # Bounded before printing: a huge exponent or integer would cost all memory.
    if isinstance(value, Decimal) and abs(value.adjusted()) <= 20:
        text = f"{value:f}"
    elif isinstance(value, int) and not isinstance(value, bool):
        text = str(value) if abs(value) < 10**16 else ""
    if not _NUMBER.fullmatch(text):
        reasons.append(f"{path}.{name}: must be a number.")
        return Decimal(0)
    number = Decimal(text)
    if number < 0:
        reasons.append(f"{path}.{name}: must not be negative.")
    return number


def _currency(value: object, path: str, reasons: list[str]) -> str | None:
    code = parse_currency(value) if isinstance(value, str) else None
    if code is None:
        reasons.append(f"{path}: unknown or missing currency.")
    return code


def _url(value: object, path: str, reasons: list[str]) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_url = is_url and _VISIBLE.fullmatch(str(value)) is not None
    except ValueError:
        is_url = False
    if not is_url:
        reasons.append(f"{path}: must be an http or https URL.")
        return None
    return str(value)


def _relays(value: object, reasons: list[str]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        reasons.append("blockchainRelays: must be an object.")
        return {}
    for chain, issuer in value.items():
        code, _, account = str(issuer).partition(":")
        is_known = code == chain and is_stellar_account(account)
        if chain not in CHAINS or not (is_known or issuer == issuer_of(chain)):
            reasons.append(f"blockchainRelays.{chain}: unknown asset issuer.")
    return dict(value)
