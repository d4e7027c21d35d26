"""Deposits: addresses, and what a user says he sent."""

from __future__ import annotations

from flask import Response

from ..callers import answer, current_user, make_user_blueprint
from ..documents.orders import deposit_document
from ..documents.transfers import address_document
from ..errors import unable
from ..forms import read_form
from ..market import COIN, TOKEN, Asset
from ..wiring import simulator

deposits = make_user_blueprint("deposits")

_DESTINATIONS = ("broker", "checkout")


@deposits.post("/deposit")
def store_deposit() -> tuple[Response, int]:
    """Deposit Store."""
    form, parts, user = read_form(), simulator(), current_user()
    kind = form.text("type", choices=(COIN, TOKEN))
    symbol = form.text("symbol")
    amount = form.amount("amount")
    wallet = form.text("wallet", is_required=False)
    tx_id = form.text("txID")
    asset = _find(symbol, kind)
    if symbol and asset is None:
        form.refuse("symbol", "The selected symbol is invalid.")
    form.check()
    assert asset is not None  # noqa: S101
    with parts.books.lock:
        order = parts.cashier.announce(user, asset, amount, wallet or None, tx_id)
        return answer(deposit_document(parts.books, order))


@deposits.post("/deposit/address")
def create_address() -> tuple[Response, int]:
    """Deposit Address."""
    form, parts, user = read_form(), simulator(), current_user()
    symbol = form.text("asset")
    destination = form.text("destination", is_required=False, choices=_DESTINATIONS)
    form.check()
    asset = _find(symbol, None)
    if asset is None:
        raise unable()
    with parts.books.lock:
        made = parts.cashier.give_address(user, asset, destination or "broker")
        return answer(address_document(made))


def _find(symbol: str, kind: str | None) -> Asset | None:
    asset = simulator().books.market.find(symbol)
    return asset if asset is not None and kind in (None, asset.kind) else None
