"""Transfers and deposit addresses."""

from __future__ import annotations

from typing import Any

from ..amounts import minus
from ..books import Books
from ..records import DepositAddress, Transfer
from .numbers import NO_PLATFORM, long, platform_reference, reference, short, unix


def transfer_document(books: Books, transfer: Transfer) -> dict[str, Any]:
    """Write a transfer."""
    return {
        **_ids(transfer),
        **_middle(books, transfer),
        "lifeSeconds": int(transfer.life.total_seconds()),
        "lifeUntilAt": unix(transfer.expires_at),
        "createdAt": unix(transfer.created_at),
    }


def platform_transfer_document(books: Books, transfer: Transfer) -> dict[str, Any]:
    """Write a transfer of a platform's list, which tells what is transferred."""
    return {
        **_ids(transfer),
        "type": transfer.kind,
        "symbol": transfer.symbol,
        **_middle(books, transfer),
        "lifeSeconds": int(transfer.life.total_seconds()),
        "lifeUntilAt": unix(transfer.expires_at),
        "confirmUrl": None,
        "createdAt": unix(transfer.created_at),
    }


def address_document(address: DepositAddress) -> dict[str, Any]:
    """Write a deposit address."""
    return {
        "id": address.id,
        "address": address.address,
        "type": "cold",
        "destination": address.destination,
        "status": "enabled",
        "chain": address.chain,
        "createdAt": unix(address.created_at),
    }


def _ids(transfer: Transfer) -> dict[str, Any]:
    return {
        "id": transfer.id,
        "publicId": transfer.public_id,
        "status": transfer.status,
    }


def _middle(books: Books, transfer: Transfer) -> dict[str, Any]:
    return {
        "amount": long(transfer.amount),
        "total": long(transfer.total),
        "commission": {
            "value": long(minus(transfer.amount, transfer.total)),
            "percent": short(transfer.percent),
        },
        "byUser": _user(books, transfer.by_user_id),
        "fromUser": _user(books, transfer.from_user_id),
        "toUser": _user(books, transfer.to_user_id),
        "fromOrder": _order(books, transfer.from_order_id),
        "toOrder": _order(books, transfer.to_order_id),
        "externalPlatform": platform_reference(books, transfer.platform_id)
        or NO_PLATFORM,
    }


def _user(books: Books, user_id: str) -> dict[str, str]:
    return {"id": user_id, "email": books.users.get(user_id).email}


def _order(books: Books, order_id: str | None) -> dict[str, str | None]:
    found = books.orders.find(order_id)
    return reference(found.id, found.public_id) if found else reference(None, None)
