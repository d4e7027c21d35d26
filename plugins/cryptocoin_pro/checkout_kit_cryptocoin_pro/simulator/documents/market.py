"""Currencies, prices and balances."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..amounts import (
    PRICE_PLACES,
    cut,
    times,
    to_long_text,
    to_rate_text,
    to_scientific_text,
)
from ..books import Books
from ..market import COIN, FIATS, PERIODS, REFERENCE_FIAT, TOKEN, Asset, Rule
from ..pricing import Price
from ..records import BUY_WITH_FIAT, SELL_TO_FIAT
from ..wiring import simulator
from .numbers import short, unix

_BALANCE_PLACES = 18


def currencies_document(
    books: Books, asset: Asset | None, *, is_platform: bool = False
) -> dict[str, Any]:
    """Write the currencies, or one of them, which then stands alone."""
    groups: dict[str, Any] = {}
    for name, kind in (("coins", COIN), ("tokens", TOKEN)):
        found = [a for a in books.market.assets.values() if a.kind == kind]
        if asset is not None:
            found = [a for a in found if a is asset]
            if not found:
                continue
        groups[name] = [
            _currency(books, each, is_platform=is_platform) for each in found
        ]
    if asset is None:
        groups["fiats"] = [
            {"name": name, "symbol": symbol, "operations": []}
            for symbol, name in FIATS.items()
        ]
    return groups


def history_document(books: Books, asset: Asset, period: str) -> list[dict[str, Any]]:
    """Write the prices of a period."""
    now = books.clock.now()
    return [
        {"rate": _rate(price), "createdAt": unix(moment)}
        for price, moment in books.market.history(asset.symbol, period, now)
    ]


def balances_document(
    books: Books, user_id: str, asset: Asset | None
) -> dict[str, Any]:
    """Write what a user has, of one asset or of all."""
    groups: dict[str, Any] = {}
    for name, kind in (("coins", COIN), ("tokens", TOKEN)):
        groups[name] = [
            _balance(books, user_id, each)
            for each in books.market.assets.values()
            if each.kind == kind and asset in (None, each)
        ]
    return groups


def price_document(
    price: Price,
    pair: tuple[str, str],
    from_amount: Decimal | None,
    to_amount: Decimal | None,
) -> dict[str, Any]:
    """Write a price; one of the amounts is asked for, the other answered."""
    texts: list[str | None] = [None, None]
    given, got = Decimal(0), Decimal(0)
    if from_amount is not None:
        given, got = price.commissions(from_amount)
        answered = _price_text(price.to_amount(from_amount))
        texts = [short(from_amount), answered]
    elif to_amount is not None:
        exact = price.from_amount(to_amount)
        given, got = price.commissions(exact)
        texts = [_price_text(exact), short(to_amount)]
    has_rate = bool(price.percent) and not price.is_withdrawal
    return {
        "rate": _price_text(price.rate) if has_rate else _rate(price.raw),
        "rateRaw": to_rate_text(price.raw),
        "commission": {
            "from": _price_text(given) if given else "0",
            "to": _price_text(got) if got else "0",
            # A number here, a text in quotes.
            "percent": _number(price.percent),
            "discount": 0,
        },
        "amounts": {"from": texts[0], "to": texts[1]},
        "assets": {"from": pair[0], "to": pair[1]},
        "payment": {"processor": None, "fee": None, "feeOnTop": None},
        "operation": price.operation,
    }


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)


def _price_text(amount: Decimal) -> str:
    small = Decimal(0) < amount < Decimal("0.0001")
    if small and simulator().settings.small_numbers == "exponent":
        return to_scientific_text(cut(amount, PRICE_PLACES), "E")
    return to_long_text(amount, PRICE_PLACES)


def _rate(price: Decimal) -> str:
    """Write a market rate: five places for coins, an exponent for small ones."""
    if price >= Decimal("0.0001"):
        return to_long_text(price, 5)
    return to_rate_text(price)


def _rates(books: Books, asset: Asset, *, with_history: bool) -> dict[str, Any]:
    now, market = books.clock.now(), books.market
    raw: dict[str, Any] = {
        "now": _rate(market.price(asset.symbol, REFERENCE_FIAT) or Decimal(0))
    }
    for period in PERIODS:
        (oldest, _), *_ = market.history(asset.symbol, period, now)
        raw[period] = _rate(oldest)
    if with_history:
        raw["history"] = {"day": history_document(books, asset, "day")}
    return {"raw": raw}


def _currency(books: Books, asset: Asset, *, is_platform: bool) -> dict[str, Any]:
    chain = books.market.assets[asset.chain]
    operations = books.market.operations_of(asset)
    with_fiat = (BUY_WITH_FIAT, SELL_TO_FIAT)
    return {
        "name": asset.name,
        "symbol": asset.symbol,
        "type": asset.kind,
        "chain": {"name": chain.name, "symbol": chain.symbol},
        "rates": _rates(books, asset, with_history=not is_platform),
        "operations": {
            "General": [_operation(books, asset, name) for name in operations],
            "Particular": {
                fiat: [_operation(books, asset, name) for name in with_fiat]
                for fiat in FIATS
                if books.market.price(asset.symbol, fiat)
            },
        },
    }


def _operation(books: Books, asset: Asset, name: str) -> dict[str, Any]:
    rule = books.market.rule(asset.symbol, name)
    second = [{"withdraw": {"mandatory": False}}] if name == BUY_WITH_FIAT else []
    return {
        name: {
            "status": rule.is_open,
            "limits": _limits(rule),
            "secondOperations": second,
        }
    }


def _limits(rule: Rule) -> dict[str, Any]:
    nothing = None if simulator().settings.no_limit == "null" else ""

    def write(amount: Decimal | None) -> str | None:
        return nothing if amount is None else short(amount)

    return {
        "crypto": {"min": write(rule.crypto_min), "max": write(rule.crypto_max)},
        "fiat": {"min": write(rule.fiat_min), "max": write(rule.fiat_max)},
    }


def _balance(books: Books, user_id: str, asset: Asset) -> dict[str, Any]:
    price = books.market.price(asset.symbol, REFERENCE_FIAT) or Decimal(0)
    available = books.balance(user_id, asset.symbol)
    pending = books.pending(user_id, asset.symbol)
    alias = {"alias": asset.symbol} if asset.kind == COIN else {}
    return {
        "name": asset.name,
        "symbol": asset.symbol,
        **alias,
        "rates": _rates(books, asset, with_history=True),
        "amounts": {
            "crypto": {"available": short(available), "pending": short(pending)},
            "fiat": {
                "available": short(cut(times(available, price), _BALANCE_PLACES)),
                "pending": short(cut(times(pending, price), _BALANCE_PLACES)),
            },
        },
        "favorite": True,
    }
