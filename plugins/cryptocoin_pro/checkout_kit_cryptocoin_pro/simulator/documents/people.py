"""Users: as others see them, and their own profile."""

from __future__ import annotations

from typing import Any

from ..books import Books
from ..people import Notification, User
from .accounts import bank_document, card_document, wallet_document
from .kyc import kyc_document
from .numbers import unix


def user_document(user: User) -> dict[str, Any]:
    """Write a user as checkouts, orders and quotes show him."""
    return {"id": user.id, **_person(user)}


def created_user_document(user: User) -> dict[str, Any]:
    """Write a new user, whose id is called `uuid` here."""
    return {"uuid": user.id, **_person(user)}


def _person(user: User) -> dict[str, Any]:
    return {
        "isActive": user.is_active,
        "tradeStatus": user.can_trade,
        "email": user.email,
        "options": {"language": user.language, "theme": user.theme},
        "meta": {"source": user.source, "passwordSet": user.password is not None},
        "selfDeletedAt": unix(user.closing_at),
        "createdAt": unix(user.created_at),
    }


def profile_document(books: Books, user: User, access: str) -> dict[str, Any]:
    """Write everything of a user."""
    wallets = [w for w in books.wallets if w.user_id == user.id]
    cards = [c for c in books.cards if c.user_id == user.id]
    banks = [b for b in books.banks if b.user_id == user.id]
    return {
        **created_user_document(user),
        "kyc": kyc_document(user, access, is_profile=True),
        "wallets": [wallet_document(wallet) for wallet in wallets],
        "cards": [card_document(card) for card in cards],
        "banks": [bank_document(bank) for bank in banks],
        "externalPlatforms": [
            {
                "code": platform.code,
                "name": platform.name,
                "active": True,
                "url": platform.base_url,
                "createdAt": unix(link.created_at),
            }
            for link in user.links
            for platform in [books.platforms.get(link.platform_id)]
        ],
    }


def notification_document(notification: Notification) -> dict[str, Any]:
    """Write what a user was told."""
    return {
        "id": notification.id,
        "title": notification.title,
        "message": notification.message,
        "category": notification.category,
        "code": notification.code,
        "meta": notification.meta,
        "createdAt": unix(notification.created_at),
        "readAt": unix(notification.read_at),
    }
