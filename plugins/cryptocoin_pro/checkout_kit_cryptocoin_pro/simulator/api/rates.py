"""Rates: what an amount costs or brings at present."""

from __future__ import annotations

from decimal import Decimal

from flask import Response, request

from ..callers import answer, make_user_blueprint
from ..documents.market import price_document
from ..errors import refused_with_no_fields
from ..forms import Form
from ..market import COIN, FIATS, Asset
from ..records import (
    BUY_WITH_CRYPTO,
    BUY_WITH_FIAT,
    SELL_TO_CRYPTO,
    SELL_TO_FIAT,
    WITHDRAW,
    WITHDRAW_ICO,
)
from ..wiring import simulator

rates = make_user_blueprint("rates")


@rates.get("/price/buy/<source>/<target>")
def get_buy_price(source: str, target: str) -> tuple[Response, int]:
    """Rate Buy: from a currency to a coin."""
    asset, other = _find(target), source.upper()
    if asset is None:
        raise _unavailable()
    if other in FIATS:
        return _answer(BUY_WITH_FIAT, asset, other, (other, asset.symbol))
    paid = _other(source, asset)
    pair = (paid.symbol, asset.symbol)
    return _answer(BUY_WITH_CRYPTO, asset, paid.symbol, pair)


@rates.get("/price/sell/<source>/<target>")
def get_sell_price(source: str, target: str) -> tuple[Response, int]:
    """Rate Sell: from a coin to a currency."""
    asset, other = _find(source), target.upper()
    if asset is None:
        raise _unavailable()
    if other in FIATS:
        return _answer(SELL_TO_FIAT, asset, other, (asset.symbol, other))
    got = _other(target, asset)
    return _answer(SELL_TO_CRYPTO, asset, got.symbol, (asset.symbol, got.symbol))


@rates.get("/price/withdraw/<source>/<target>")
def get_withdrawal_price(source: str, target: str) -> tuple[Response, int]:
    """Rate Withdraw: the coin stays the same."""
    return _answer_withdrawal(WITHDRAW, source, target)


@rates.get("/price/withdraw-ico/<source>/<target>")
def get_ico_withdrawal_price(source: str, target: str) -> tuple[Response, int]:
    """Rate WithdrawIco: the same of tokens."""
    return _answer_withdrawal(WITHDRAW_ICO, source, target)


def _answer_withdrawal(
    operation: str, source: str, target: str
) -> tuple[Response, int]:
    asset = _find(source)
    if asset is None or asset is not _find(target):
        raise _unavailable()
    if (asset.kind == COIN) != (operation == WITHDRAW):
        raise _unavailable()
    return _answer(operation, asset, None, (asset.symbol, asset.symbol))


def _answer(
    operation: str, asset: Asset, other: str | None, pair: tuple[str, str]
) -> tuple[Response, int]:
    parts = simulator()
    from_amount, to_amount = _amount("from_amount"), _amount("to_amount")
    if from_amount is not None and to_amount is not None:
        text = "ERROR: from_amount and to_amount cannot be both filled"
        raise refused_with_no_fields(403, text)
    with parts.books.lock:
        price = parts.quoter.price(operation, asset, other)
        if price is None:
            raise _unavailable()
        document = price_document(price, pair, from_amount, to_amount)
        if to_amount is not None and operation == SELL_TO_FIAT:
            parts.hint(asset, price.from_amount(to_amount))
    return answer(document)


def _amount(name: str) -> Decimal | None:
    text = request.args.get(name)
    if text in (None, ""):
        return None
    form = Form({name: text}, {})
    amount = form.amount(name)
    form.check()
    return amount


def _find(symbol: str) -> Asset | None:
    return simulator().books.market.find(symbol)


def _other(symbol: str, asset: Asset) -> Asset:
    found = _find(symbol)
    if found is None or found is asset:
        raise _unavailable()
    return found


def _unavailable() -> Exception:
    return refused_with_no_fields(405, "Operation not available!")
