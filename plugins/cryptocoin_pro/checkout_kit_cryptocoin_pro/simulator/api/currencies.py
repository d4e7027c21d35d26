"""Countries, currencies and their histories."""

from __future__ import annotations

from flask import Response

from ..callers import answer, make_blueprint, make_user_blueprint
from ..countries import COUNTRIES
from ..documents.market import currencies_document, history_document
from ..errors import unable
from ..market import PERIODS, Asset
from ..wiring import simulator

countries = make_blueprint("countries")
currencies = make_user_blueprint("currencies")


@countries.get("/countries")
def list_countries() -> tuple[Response, int]:
    """Country Index, which needs no token."""
    found = [
        {"code": code, "name": name, "phoneCode": phone}
        for code, name, phone in COUNTRIES
    ]
    return answer(found)


@currencies.get("/currencies")
def list_currencies() -> tuple[Response, int]:
    """Currency Index."""
    books = simulator().books
    with books.lock:
        return answer(currencies_document(books, None))


@currencies.get("/currencies/<asset>")
def get_currency(asset: str) -> tuple[Response, int]:
    """Currency Index, of one asset."""
    books = simulator().books
    with books.lock:
        return answer(currencies_document(books, find_asset(asset)))


@currencies.get("/currencies/<asset>/history/<period>")
def get_history(asset: str, period: str) -> tuple[Response, int]:
    """Currency History."""
    books = simulator().books
    if period not in PERIODS:
        raise unable()
    with books.lock:
        return answer(history_document(books, find_asset(asset), period))


def find_asset(symbol: str) -> Asset:
    """Find an asset by a symbol of a path.

    :raises ApiError: when there is none.
    """
    found = simulator().books.market.find(symbol)
    if found is None:
        raise unable()
    return found
