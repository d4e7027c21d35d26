"""Platforms and what they see of their users."""

from __future__ import annotations

from typing import Any

from ..books import Books
from ..kyc_records import LEVELS, requirements_of
from ..market import REFERENCE_FIAT
from ..people import Platform, User
from ..pings import Ping
from .market import currencies_document
from .numbers import unix


def platform_document(books: Books, platform: Platform) -> dict[str, Any]:
    """Write a platform."""
    return {
        "id": platform.id,
        "name": platform.name,
        "code": platform.code,
        "baseUrl": platform.base_url,
        "ien": {"url": platform.ien_url, "type": platform.ien_type},
        "integrations": {
            "api": {"status": True},
            "partner": {"status": True, "url": f"{platform.base_url}login"},
            "checkout": {"status": True},
            "widget": {"status": True, "url": f"{platform.base_url}order"},
        },
        "colorCode": platform.color_code,
        "reference": {
            "fiat": REFERENCE_FIAT,
            "periodType": "MONTHS",
            "periodValue": "1",
        },
        "levels": [
            {
                "level": number,
                "name": name,
                "required": requirements_of(int(number)),
                "max": {"buy": most, "sell": most},
            }
            for number, name, most in LEVELS
        ],
        "paymentMethods": {
            "bank": [_payment_method(REFERENCE_FIAT)],
            "card": [_payment_method("MobilPay")],
        },
        "currencies": currencies_document(books, None, is_platform=True),
        "createdAt": None,
    }


def platform_user_document(platform: Platform, user: User) -> dict[str, Any]:
    """Write a user as the platform knows him."""
    (link,) = (link for link in user.links if link.platform_id == platform.id)
    return {
        "id": link.user_id,
        "email": link.email,
        "username": link.username,
        "createdAt": unix(link.created_at),
    }


def call_document(ping: Ping) -> dict[str, Any]:
    """Write a call to the platform."""
    return {
        "endpoint": ping.url,
        "verb": "POST",
        "request": ping.body,
        "status": ping.result,
        "response": "",
        "createdAt": unix(ping.created_at),
    }


def _payment_method(name: str) -> dict[str, Any]:
    return {
        "status": True,
        "name": name,
        "limits": {
            "firstMaxOrderValue": 1000,
            "lower": {"status": False, "value": None},
            "upper": {"status": False, "value": None},
        },
    }
