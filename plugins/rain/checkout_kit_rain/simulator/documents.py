"""Documents: records as the API's JSON, in the order of the document's examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .records import PLACES, Account, Address, Order, Price, Session, Transaction, User
from .times import to_text


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount of money; nothing is `"0"`, as in most of the examples."""
    text = "0" if not amount else f"{amount:.{PLACES[currency]}f}"
    return {"amount": text, "currency": currency}


def session_document(session: Session, *, with_offset: bool) -> dict[str, Any]:
    """The answers of signup and login; the latter's time has no zone."""
    created = to_text(session.created, 1 if with_offset else None)
    return {
        "id": session.id,
        "created": created if with_offset else created.removesuffix("Z"),
        "token": session.token,
        "user_id": session.user_id,
    }


def user_document(user: User, *, with_document_type: bool) -> dict[str, Any]:
    """The user; `document_type` is in the answer of GET alone."""
    document: dict[str, Any] = {
        "id": user.id,
        "created": to_text(user.created),
        "status": "pending",
        "full_name": user.full_name,
        "first_name": "",
        "last_name": "",
        "email": user.email,
        "username": "",
        "email_verified": False,
        "phone_number": None,
        "phone_number_verified": None,
        "address_provided": None,
        "address_document_provided": None,
        "document_type": None,
        "national_id_front_document_provided": None,
        "national_id_back_document_provided": None,
        "passport_document_provided": None,
        "currency": "usd",
        "country": {
            "code": user.country.lower(),
            "phone_country_code": 1,
            "currency": "usd",
        },
    }
    if not with_document_type:
        del document["document_type"]
    return document


def account_document(account: Account, *, with_deleted: bool) -> dict[str, Any]:
    """An account; its own `currency` is always `btc`, as in the document."""
    document: dict[str, Any] = {
        "id": account.id,
        "created": to_text(account.created, 1),
        # Five digits, as in the examples.
        "updated": to_text(account.updated, 1).replace("0+", "+"),
    }
    if with_deleted:
        document["deleted"] = to_text(account.deleted, 1) if account.deleted else None
    return document | {
        "name": account.name,
        "currency": "btc",
        "balance": money(account.balance, account.currency),
        "unconfirmed_balance": money(account.unconfirmed, account.currency),
        "address": account.address,
        "user_id": account.user_id,
    }


def address_document(address: Address) -> dict[str, Any]:
    """An address of an account."""
    return {
        "id": address.id,
        "account_id": address.account_id,
        "address": address.address,
        "created": to_text(address.created),
        "currency": "btc",
    }


def transaction_document(
    transaction: Transaction, *, in_list: bool = False
) -> dict[str, Any]:
    """A transaction with the fields of its type."""
    t = transaction
    document: dict[str, Any] = {
        "id": t.id,
        "created": to_text(t.created),
        "type": t.type,
        "status": t.status,
        "memo": t.memo,
        "amount": money(t.amount, t.currency),
    }
    if t.type in ("buy", "sell"):
        document |= {
            "subtotal": money(t.subtotal, "usd"),
            "fee": money(t.fee, "usd"),
            "total": money(t.total, "usd"),
            "withdraw_account_id": t.withdraw_account_id,
        }
        # Single sells lack it in the document, the list has it.
        if t.type == "buy" or in_list:
            document["deposit_account_id"] = t.deposit_account_id
        return document | {"price_id": t.price_id}
    document["fiat_amount"] = money(t.fiat_amount, "usd")
    if t.type == "deposit":
        return document | {"deposit_account_id": t.deposit_account_id}
    if t.type == "withdrawal":
        return document | {"withdraw_account_id": t.withdraw_account_id}
    if t.type == "transfer":
        return document | {
            "sender_id": t.user_id,
            "sender_account_id": t.sender_account_id,
            "recipient_id": t.recipient_id,
            "recipient_account_id": t.recipient_account_id,
        }
    if t.type == "request_btc":
        del document["memo"]
        return document | {
            "email_address": t.email_address,
            "recipient_id": t.user_id,
            "recipient_account_id": t.recipient_account_id,
        }
    document["email_address"] = ""
    if t.type == "send":
        document |= {"sender_id": t.user_id, "sender_account_id": t.sender_account_id}
    else:
        document["recipient_account_id"] = t.recipient_account_id
    return document | {
        "network": "bitcoin",
        "address": t.address,
        "transaction_hash": t.transaction_hash,
        "block_explorer_url": f"https://explorer.example.com/tx/{t.transaction_hash}",
    }


def order_document(order: Order) -> dict[str, Any]:
    """An order; a new one has a time of completion already, as in the document."""
    return {
        "id": order.id,
        "created": to_text(order.created, 1),
        "completed": to_text(order.created, 1),
        "canceled": to_text(order.canceled or order.created, 1),
        "type": order.type,
        "side": order.side,
        "quantity": f"{order.quantity:f}",
        "price": f"{order.price:f}" if order.price is not None else None,
        "user_id": order.user_id,
    }


def price_document(price: Price) -> dict[str, Any]:
    """A price."""
    return {
        "id": price.id,
        "created": to_text(price.created),
        "base_currency": "btc",
        "ref_currency": "usd",
        "buy_price": money(price.buy, "usd"),
        "sell_price": money(price.sell, "usd"),
        "spot_price": money(price.spot, "usd"),
    }
