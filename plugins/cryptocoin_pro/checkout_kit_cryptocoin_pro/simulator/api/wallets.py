"""Wallets of a user: addresses outside that he withdraws to."""

from __future__ import annotations

from flask import Response

from ..addresses import is_address, is_same_address
from ..books import new_id
from ..callers import answer, current_user, find_own, list_own, make_user_blueprint
from ..documents.accounts import wallet_document
from ..forms import ALPHA_DASH, ALPHA_NUM, Form, read_form
from ..listing import answer_list, fits
from ..market import COIN
from ..people import Wallet
from ..wiring import simulator

wallets = make_user_blueprint("wallets")


@wallets.get("/wallet")
def list_wallets() -> tuple[Response, int]:
    """Wallet Index."""
    books = simulator().books
    with books.lock:
        found = [
            wallet
            for wallet in list_own(books.wallets)
            if fits("status", wallet.status) and fits("coin", wallet.coin)
        ]
        return answer_list(found, wallet_document)


@wallets.post("/wallet")
def create_wallet() -> tuple[Response, int]:
    """Wallet Create."""
    form, books, user = read_form(), simulator().books, current_user()
    address = form.text("address", pattern=ALPHA_NUM)
    symbol = form.text("coin")
    coin = books.market.find(symbol) if symbol else None
    with books.lock:
        alias = _read_alias(form, None)
        if symbol and (coin is None or coin.kind != COIN):
            form.refuse("coin", "The selected coin is invalid.")
        elif coin is not None and address and not is_address(coin.chain, address):
            form.refuse("address", "The address format is invalid.")
        if any(is_same_address(known.address, address) for known in books.wallets):
            form.refuse("address", "The address has already been taken.")
        form.check()
        assert coin is not None  # noqa: S101
        wallet = Wallet(
            new_id(), user.id, alias, address, coin.symbol, books.clock.now()
        )
        return answer(wallet_document(books.wallets.add(wallet)), 201)


@wallets.get("/wallet/<wallet_id>")
def get_wallet(wallet_id: str) -> tuple[Response, int]:
    """Wallet Shows."""
    with simulator().books.lock:
        return answer(wallet_document(find_own(simulator().books.wallets, wallet_id)))


@wallets.post("/wallet/<wallet_id>")
def update_wallet(wallet_id: str) -> tuple[Response, int]:
    """Wallet Update."""
    form = read_form()
    with simulator().books.lock:
        wallet = find_own(simulator().books.wallets, wallet_id)
        alias = _read_alias(form, wallet)
        form.check()
        wallet.alias = alias
        return answer(wallet_document(wallet))


def _read_alias(form: Form, own: Wallet | None) -> str:
    """Read an alias that is unique among the user's wallets."""
    alias = form.text("alias", pattern=ALPHA_DASH)
    for known in list_own(simulator().books.wallets):
        if known.alias == alias and known is not own:
            form.refuse("alias", "The alias has already been taken.")
    return alias
