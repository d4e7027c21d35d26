"""Payloads: what the channels' messages say. **All of this is an assumption.**

The document names channels and events and describes no payload. The forms read here
are those that Quoine's public channels were known for; whatever is different is refused
and nothing of it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checkout_kit.http import JsonError, parse_json
from checkout_kit_quoine_exchange.rates.channels import Channel, code_of

_MAX_CHARACTERS = 256 * 1024
_PRICE = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?\Z", re.ASCII)


class PayloadError(ValueError):
    """Raised when a message is not in the form that is assumed; never shows it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one message says of one pair; None is what it does not say."""

    pair: str
    bid: Fraction | None = None
    ask: Fraction | None = None
    last: Fraction | None = None


def read_payload(
    channel: Channel, data: Any, pairs: Iterable[str]
) -> list[Observation]:
    """Read a message's data, a JSON text, to what it says of the given pairs.

    :raises PayloadError: if it is not in the form that is assumed.
    """
    if not isinstance(data, str) or len(data) > _MAX_CHARACTERS:
        raise PayloadError("the data is not a text of bearable length")
    try:
        document = parse_json(data.encode("utf-8", "surrogatepass"))
    except JsonError as err:
        raise PayloadError(f"the data {err}") from None
    if channel.pair is None:
        return _read_market(document, pairs)
    if channel.kind == "product":
        return [_read_product(document, channel.pair)]
    if channel.kind == "price_ladders":
        return [_read_ladder(document, channel.pair, str(channel.side))]
    return [_read_execution(document, channel.pair)]


def _read_market(document: Any, pairs: Iterable[str]) -> list[Observation]:
    """``market_data_bid_ask``: one product, or a list of them, each with its code."""
    codes = {code_of(pair): pair for pair in pairs}
    found = []
    for item in document if isinstance(document, list) else [document]:
        pair = codes.get(_code(item))
        if pair is not None:
            found.append(_read_product(item, pair))
    return found


def _read_product(document: Any, pair: str) -> Observation:
    """``product_cash_…``: an object with ``market_bid`` and ``market_ask``."""
    if not isinstance(document, Mapping):
        raise PayloadError("a product is not an object")
    if "currency_pair_code" in document and _code(document) != code_of(pair):
        raise PayloadError("the product is of another pair")
    last = document.get("last_traded_price")
    return Observation(
        pair,
        bid=_price(document.get("market_bid"), "market_bid"),
        ask=_price(document.get("market_ask"), "market_ask"),
        last=None if last is None else _price(last, "last_traded_price"),
    )


def _read_ladder(document: Any, pair: str, side: str) -> Observation:
    """``price_ladders_cash_…``: a list of [price, quantity]; its order is not used."""
    if not isinstance(document, list) or not document:
        raise PayloadError("a ladder is not a list of prices")
    prices = []
    for step in document:
        if not isinstance(step, list) or len(step) < 2:
            raise PayloadError("a step of a ladder is not [price, quantity]")
        if _number(step[1], "quantity"):
            prices.append(_price(step[0], "price"))
    if not prices:
        raise PayloadError("a ladder offers nothing")
    if side == "buy":
        return Observation(pair, bid=max(prices))
    return Observation(pair, ask=min(prices))


def _read_execution(document: Any, pair: str) -> Observation:
    """``executions_cash_…``: an object with the ``price`` of a trade."""
    if not isinstance(document, Mapping):
        raise PayloadError("an execution is not an object")
    return Observation(pair, last=_price(document.get("price"), "price"))


def _code(document: Any) -> str:
    code = document.get("currency_pair_code") if isinstance(document, Mapping) else None
    if not isinstance(code, str):
        raise PayloadError("a product has no currency_pair_code")
    return code.upper()


def _price(value: Any, name: str) -> Fraction:
    price = _number(value, name)
    if not price:
        raise PayloadError(f"{name} is zero")
    return price


def _number(value: Any, name: str) -> Fraction:
    """Read an exact number, from text or a JSON number."""
    if isinstance(value, Decimal) and abs(value.adjusted()) <= 30:
        value = format(value, "f")
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if value.bit_length() <= 64 else None
    if not isinstance(value, str) or not _PRICE.match(value):
        raise PayloadError(f"{name} is not a plain number")
    return Fraction(value)
