"""Quotes of a user and their confirmation."""

from __future__ import annotations

from flask import Response

from ..addresses import is_address
from ..callers import (
    answer,
    current_token,
    current_user,
    find_own,
    list_own,
    make_user_blueprint,
    reason,
)
from ..documents.numbers import short
from ..documents.orders import (
    confirmed_order_document,
    quote_document,
    quote_in_list_document,
)
from ..forms import UUID, Form, read_form
from ..listing import answer_list, fits
from ..market import COIN, FIATS, TOKEN, Asset
from ..quoting import Wish, payment_type_of
from ..records import (
    AVAILABLE,
    BUY_WITH_CRYPTO,
    BUY_WITH_FIAT,
    OPERATIONS,
    SELL_TO_CRYPTO,
    SELL_TO_FIAT,
    WITHDRAW,
    WITHDRAW_ICO,
    Quote,
)
from ..wiring import simulator

quotes = make_user_blueprint("quotes")

_WITHDRAWALS = (WITHDRAW, WITHDRAW_ICO)
_PURCHASES = (BUY_WITH_CRYPTO, BUY_WITH_FIAT)
_WITH_FIAT = (BUY_WITH_FIAT, SELL_TO_FIAT)
_WITH_CRYPTO = (BUY_WITH_CRYPTO, SELL_TO_CRYPTO)
_TYPES = ("card", "bank")
_CLOSING = "This action is not available due Self Delete Account procedure."


@quotes.post("/quote")
def create_quote() -> tuple[Response, int]:
    """Quote Create."""
    form, parts, user = read_form(), simulator(), current_user()
    if user.closing_at is not None:
        raise reason(412, _CLOSING, as_error=True)
    with parts.books.lock:
        quote = parts.quoter.quote(user, _read_wish(form))
        document = quote_in_list_document(
            parts.books, quote, link=_link(quote), writer=short
        )
        return answer(document, 201)


@quotes.get("/quote")
def list_quotes() -> tuple[Response, int]:
    """Quote Index."""
    books = simulator().books
    with books.lock:
        found = [
            quote
            for quote in list_own(books.quotes)
            if fits("status", quote.status)
            and fits("type", quote.operation)
            and fits("asset", quote.from_symbol, quote.to_symbol)
        ]
        return answer_list(
            found, lambda quote: quote_in_list_document(books, quote, link=None)
        )


@quotes.get("/quote/<quote_id>")
def get_quote(quote_id: str) -> tuple[Response, int]:
    """Quote Show."""
    books = simulator().books
    with books.lock:
        quote = find_own(books.quotes, quote_id)
        link = _link(quote) if quote.status == AVAILABLE else None
        return answer(quote_document(books, quote, link=link))


@quotes.post("/quote/<quote_id>")
def confirm_quote(quote_id: str) -> tuple[Response, int]:
    """Quote Confirmation."""
    form, parts, user = read_form(), simulator(), current_user()
    payment_id = form.text("orderPaymentMethod", is_required=False, pattern=UUID)
    with parts.books.lock:
        quote = find_own(parts.books.quotes, quote_id)
        parts.quoter.check(quote)
        form.check()
        if payment_id:
            payment_id = payment_id.lower()
            quote.payment_type = payment_type_of(parts.books, user, payment_id)
        order = parts.quoter.confirm(quote, payment_id or None)
        document = confirmed_order_document(parts.books, order, _link(quote))
        return answer(document, 201)


def _read_wish(form: Form) -> Wish:
    """Read what a quote is asked for, by the document's rules."""
    kind = form.text("type", choices=(COIN, TOKEN))
    operation = form.text("orderType", choices=OPERATIONS)
    second = form.text("secondOrderType", is_required=False, choices=_WITHDRAWALS)
    if second and operation not in _PURCHASES:
        form.refuse("secondOrderType", "The selected second order type is invalid.")
    amount = form.amount("orderAmount")
    asset = _read_asset(form, kind)
    other = _read_other(form, operation, asset)
    payment_id, payment_type = _read_payment(form, operation)
    is_withdrawal = operation in _WITHDRAWALS
    wallet = _read_wallet(form, asset, is_required=is_withdrawal)
    form.check()
    assert asset is not None  # noqa: S101
    return Wish(
        operation,
        asset,
        amount,
        other,
        payment_type=payment_type,
        payment_id=payment_id,
        wallet=wallet,
        second_operation=second or None,
    )


def _read_asset(form: Form, kind: str) -> Asset | None:
    symbol = form.text("orderSymbol")
    asset = simulator().books.market.find(symbol) if symbol else None
    if symbol and (asset is None or asset.kind != kind):
        form.refuse("orderSymbol", "The selected order symbol is invalid.")
        return None
    return asset


def _read_other(form: Form, operation: str, asset: Asset | None) -> str | None:
    needs = operation in (*_WITH_FIAT, *_WITH_CRYPTO)
    symbol = form.text("orderPaymentSymbol", is_required=needs).upper()
    if not symbol or not needs:
        return None
    market = simulator().books.market
    other = market.find(symbol)
    is_known = (
        symbol in FIATS if operation in _WITH_FIAT else other not in (None, asset)
    )
    if not is_known:
        text = "The selected order payment symbol is invalid."
        form.refuse("orderPaymentSymbol", text)
    return symbol if other is None else other.symbol


def _read_payment(form: Form, operation: str) -> tuple[str | None, str | None]:
    """Read by what is paid: an own bank or card, or only which kind of it."""
    payment_id = form.text("orderPaymentMethod", is_required=False, pattern=UUID)
    payment_type = form.text("orderPaymentType", is_required=False, choices=_TYPES)
    if operation not in _WITH_FIAT:
        return None, None
    if payment_id:
        payment_id = payment_id.lower()
        found = payment_type_of(simulator().books, current_user(), payment_id)
        return payment_id, found
    if not payment_type and not form.has("orderPaymentType"):
        text = "The order payment type field is required."
        form.refuse("orderPaymentType", text)
    return None, payment_type


def _read_wallet(form: Form, asset: Asset | None, *, is_required: bool) -> str | None:
    """Read the wallet that coins go to: an own one by its id, or an address."""
    text = form.text("wallet", is_required=is_required)
    if not text or asset is None:
        return None
    known = simulator().books.wallets.find(text)
    if known is not None and known.user_id == current_user().id:
        text = known.address
    if not is_address(asset.chain, text):
        form.refuse("wallet", "The selected wallet is invalid.")
    return text


def _link(quote: Quote) -> str:
    """Return the link by which a quote can be confirmed without the API."""
    payload = {
        "quote": quote.id,
        "user": quote.user_id,
        "email": current_user().email,
        "access": current_token().value,
        "expire": int(quote.expires_at.timestamp()),
        "extra": {"externalPlatformName": None},
    }
    return simulator().links.make("confirm-quote", payload)
