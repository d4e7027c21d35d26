"""Orders and quotes, which contain one another."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..amounts import to_long_text, to_mixed_text
from ..books import Books
from ..records import BUY_WITH_FIAT, Order, Quote
from ..wiring import simulator
from .checkouts import checkout_in_order_document
from .numbers import NO_PLATFORM, long, platform_reference, reference, short, unix
from .people import user_document

Writer = Callable[[Decimal], Any]


def order_in_list_document(books: Books, order: Order) -> dict[str, Any]:
    """Write an order of a list."""
    quote = books.quotes.find(order.quote_id)
    document = _begin(order, _relations(books, order))
    return {
        **document,
        "quote": reference(quote.id, quote.public_id) if quote else None,
        "transfer": _transfer(books, order),
        "externalPlatform": platform_reference(books, order.platform_id) or NO_PLATFORM,
        "createdAt": unix(order.created_at),
    }


def platform_order_document(books: Books, order: Order) -> dict[str, Any]:
    """Write an order of a platform's list, which tells whose it is."""
    document = order_in_list_document(books, order)
    del document["transfer"]
    user = {"user": user_document(books.users.get(order.user_id))}
    return _insert(document, "quote", user)


def deposit_document(books: Books, order: Order) -> dict[str, Any]:
    """Write a deposit that was announced."""
    document = _begin(order, {})
    del document["publicId"]
    return {
        **document,
        "quote": None,
        "externalPlatform": None,
        "kycLevelRequired": order.kyc_level,
        "createdAt": unix(order.created_at),
    }


def order_document(books: Books, order: Order) -> dict[str, Any]:
    """Write a single order with its whole quote."""
    document = order_in_list_document(books, order)
    quote = books.quotes.find(order.quote_id)
    if quote is not None:
        document["quote"] = _quote_in_order(books, quote)
    return _insert(document, "createdAt", {"kycLevelRequired": order.kyc_level})


def confirmed_order_document(books: Books, order: Order, link: str) -> dict[str, Any]:
    """Write the order that a quote became."""
    quote = books.quotes.get(order.quote_id)
    document = _begin(order, _parent(books, order))
    commissions = {"percent": short(order.percent), "amount": short(order.commission)}
    nested = _insert(
        quote_in_list_document(books, quote, link=link, writer=long),
        "order",
        {"checkout": _checkout(books, quote)},
    )
    return {
        **document,
        "commissions": commissions,
        "quote": nested,
        "kycLevelRequired": order.kyc_level,
        "externalPlatform": platform_reference(books, order.platform_id),
        "createdAt": unix(order.created_at),
    }


def quote_in_list_document(
    books: Books, quote: Quote, *, link: str | None, writer: Writer = long
) -> dict[str, Any]:
    """Write a quote of a list, or, with a shorter writer, a new one."""
    parent = books.orders.find(quote.parent_order_id)
    order = books.orders.find(quote.order_id)
    return {
        "id": quote.id,
        "publicId": quote.public_id,
        "status": quote.status,
        "type": quote.kind,
        "typeOperationName": quote.operation,
        "payment": {
            "type": quote.payment_type,
            "id": quote.payment_id,
            "mandatory": False,
        },
        "from": quote.from_symbol,
        "to": quote.to_symbol,
        "amount": writer(quote.amount),
        "rate": writer(quote.rate),
        "commission": _commission(quote, short),
        "total": writer(quote.total),
        "parentOrder": _reference_of(parent),
        "wallet": quote.wallet,
        "order": _reference_of(order),
        "externalPlatform": platform_reference(books, quote.platform_id),
        "lifeSeconds": int(quote.life.total_seconds()),
        "lifeUntilAt": unix(quote.expires_at),
        "confirmUrl": link,
        "createdAt": unix(quote.created_at),
    }


def platform_quote_document(books: Books, quote: Quote) -> dict[str, Any]:
    """Write a quote of a platform's list, which tells whose it is."""
    document = quote_in_list_document(books, quote, link=None)
    user = {"user": user_document(books.users.get(quote.user_id))}
    return _insert(document, "wallet", user)


def quote_document(books: Books, quote: Quote, *, link: str | None) -> dict[str, Any]:
    """Write a single quote with its whole order."""
    document = quote_in_list_document(books, quote, link=link)
    order = books.orders.find(quote.order_id)
    if order is not None:
        document["order"] = {
            **_begin(order, _parent(books, order)),
            "quote": reference(quote.id, quote.public_id),
            "externalPlatform": platform_reference(books, order.platform_id),
            "createdAt": unix(order.created_at),
        }
    return _insert(document, "order", {"checkout": _checkout(books, quote)})


def _begin(order: Order, related: dict[str, Any]) -> dict[str, Any]:
    is_bank = order.operation == BUY_WITH_FIAT and order.payment_method == "bank"
    url = simulator().links.make_payment(order.id) if is_bank else None
    return {
        "id": order.id,
        "publicId": order.public_id,
        "status": order.status,
        "type": order.kind,
        "typeOperation": order.direction,
        "typeOperationName": order.operation,
        "fromSymbol": order.from_symbol,
        "fromAmount": long(order.from_amount),
        "rate": long(order.rate),
        "toSymbol": order.to_symbol,
        "toAmount": long(order.to_amount),
        "wallet": order.wallet,
        "txId": order.tx_id,
        **related,
        "payment": {
            "method": order.payment_method,
            "id": order.payment_id,
            "url": url if order.is_open else None,
            "feePercent": 0 if order.payment_method is None else "0",
            "proofUploaded": True if order.is_proven else None,
        },
        "commissions": {
            "percent": to_long_text(order.percent),
            "amount": to_long_text(order.commission),
        },
    }


def _parent(books: Books, order: Order) -> dict[str, Any]:
    return {"parentOrder": _reference_of(books.orders.find(order.parent_id))}


def _relations(books: Books, order: Order) -> dict[str, Any]:
    child = _reference_of(books.orders.find(order.child_id))
    return {**_parent(books, order), "childOrder": child}


def _quote_in_order(books: Books, quote: Quote) -> dict[str, Any]:
    """Write the quote inside a single order, whose numbers are of many kinds."""
    is_mixed = simulator().settings.order_numbers == "mixed"
    writer: Writer = to_mixed_text if is_mixed else long
    return {
        "id": quote.id,
        "publicId": quote.public_id,
        "type": quote.operation,
        "payment": {"type": quote.payment_type, "id": quote.payment_id},
        "from": quote.from_symbol,
        "to": quote.to_symbol,
        "amount": writer(quote.amount),
        "rate": writer(quote.rate),
        "commission": _commission(quote, writer),
        # A number in the example; a float there as well.
        "total": float(quote.total) if is_mixed else writer(quote.total),
        "wallet": quote.wallet,
        "checkout": _checkout(books, quote),
        "lifeSeconds": int(quote.life.total_seconds()),
        "lifeUntilAt": unix(quote.expires_at),
        "createdAt": unix(quote.created_at),
    }


def _commission(quote: Quote, writer: Writer) -> dict[str, Any]:
    return {
        "fromAmount": writer(quote.commission_from),
        "fromTotal": writer(quote.commission_total),
        "discountPercent": "0",
        "percent": short(quote.percent),
    }


def _checkout(books: Books, quote: Quote) -> dict[str, Any] | None:
    found = books.checkouts.find(quote.checkout_id)
    return checkout_in_order_document(found) if found else None


def _transfer(books: Books, order: Order) -> dict[str, str | None]:
    found = books.transfers.find(order.transfer_id)
    return reference(found.id, found.public_id) if found else reference(None, None)


def _reference_of(order: Order | None) -> dict[str, str | None]:
    if order is None:
        return reference(None, None)
    return reference(order.id, order.public_id)


def _insert(
    document: dict[str, Any], before: str, added: dict[str, Any]
) -> dict[str, Any]:
    """Put fields before another one: the order is the document's."""
    result: dict[str, Any] = {}
    for name, value in document.items():
        if name == before:
            result.update(added)
        result[name] = value
    return result
