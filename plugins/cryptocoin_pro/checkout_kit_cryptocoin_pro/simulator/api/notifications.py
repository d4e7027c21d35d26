"""Notifications: standing ones from the state of things, and news."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from ..callers import current_user, make_user_blueprint
from ..documents.people import notification_document
from ..errors import unable
from ..listing import answer_page, fits
from ..people import Notification, User
from ..records import AVAILABLE, PAYMENT_WAITING
from ..wiring import simulator

notifications = make_user_blueprint("notifications")

# This chapter's spelling, whatever the switch says.
_SPELLING = "perPage"


@notifications.get("/notifications/permanently")
def list_standing() -> Response:
    """Notification Permanently."""
    books, user = simulator().books, current_user()
    with books.lock:
        found = [
            {
                "type": "permanently",
                "category": category,
                "code": code,
                "message": message,
            }
            for category, code, message, is_so in _standing(user)
            if is_so
        ]
    return jsonify(data=found, meta={"total": len(found)})


@notifications.get("/notifications/temporary")
@notifications.get("/notifications/temporary/<notification_id>")
def list_news(notification_id: str | None = None) -> tuple[Response, int]:
    """Notification Temporary, all or one."""
    with simulator().books.lock:
        found = [
            news
            for news in _newest_first()
            if notification_id in (None, news.id)
            and fits("type", "unread" if news.read_at is None else "read")
        ]
        if notification_id is not None and not found:
            raise unable()
        return answer_page(found, notification_document, _SPELLING)


@notifications.post("/notifications/temporary/mark-as-read")
def mark_as_read() -> tuple[Response, int]:
    """Notification Temporary Mark As Read."""
    books = simulator().books
    with books.lock:
        found = _newest_first()
        for news in found:
            news.read_at = news.read_at or books.clock.now()
        return answer_page(found, notification_document, _SPELLING)


def _newest_first() -> list[Notification]:
    return current_user().notifications[::-1]


def _standing(user: User) -> list[tuple[str, str, str, Any]]:
    books = simulator().books
    unread = sum(news.read_at is None for news in user.notifications)
    phone = user.kyc.phone
    own_quotes = [q.status for q in books.quotes if q.user_id == user.id]
    own_orders = [o.status for o in books.orders if o.user_id == user.id]
    closing = "Your account is in pending self deleting."
    unread_text = f"You have {unread} unread notifications."
    unverified = "Your phone number is not verified."
    waiting = "You have orders with pending payment waiting."

    def lacks(records: Any) -> bool:
        return all(record.user_id != user.id for record in records)

    return [
        ("notification", "notifications_unread", unread_text, unread),
        ("user", "self_deleted_at", closing, user.closing_at),
        ("kyc", "phone_unverified", unverified, not (phone and phone.is_verified)),
        (
            "quote",
            "quote_available",
            "You have available quotes.",
            AVAILABLE in own_quotes,
        ),
        ("order", "order_payment_waiting", waiting, PAYMENT_WAITING in own_orders),
        (
            "wallet",
            "wallet_unavailable",
            "No crypto wallet available for use.",
            lacks(books.wallets),
        ),
        (
            "card",
            "card_unavailable",
            "No credit card available for use.",
            lacks(books.cards),
        ),
        (
            "bank",
            "bank_unavailable",
            "No bank account available for use.",
            lacks(books.banks),
        ),
    ]
