"""What a platform asks by its own JWT: itself, its users and all that they do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Response

from ..callers import OwnedT, answer, make_blueprint, read_platform
from ..documents.checkouts import platform_checkout_document
from ..documents.orders import platform_order_document, platform_quote_document
from ..documents.platforms import (
    call_document,
    platform_document,
    platform_user_document,
)
from ..documents.transfers import platform_transfer_document
from ..forms import URL, read_form
from ..listing import answer_list, answer_page
from ..people import Platform
from ..tables import Table
from ..wiring import simulator

platforms = make_blueprint("platforms", "/platform/<platform_id>")

_COLOR = re.compile(r"#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})\Z", re.ASCII)
_IEN_TYPES = ("jwt", "hmac")


@platforms.get("")
def get_platform(platform_id: str) -> tuple[Response, int]:
    """Platform Show."""
    platform, books = read_platform(platform_id), simulator().books
    with books.lock:
        return answer(platform_document(books, platform))


@platforms.post("")
def update_platform(platform_id: str) -> tuple[Response, int]:
    """Platform Update."""
    platform, books = read_platform(platform_id), simulator().books
    form = read_form()
    name = form.text("name")
    base_url = form.text("baseUrl", pattern=URL)
    ien_url = form.text("ienUrl", pattern=URL)
    ien_type = form.text("ienType", choices=_IEN_TYPES)
    color_code = form.text("colorCode", pattern=_COLOR)
    form.check()
    with books.lock:
        platform.name, platform.base_url = name, base_url
        platform.ien_url, platform.ien_type = ien_url, ien_type
        platform.color_code = color_code
        return answer(platform_document(books, platform))


@platforms.get("/staff")
def list_staff(platform_id: str) -> tuple[Response, int]:
    """Platform Staff; this chapter's `meta` is spelled with lines."""
    platform = read_platform(platform_id)
    return answer_page(platform.staff, dict, "per_page")


@platforms.get("/user")
def list_users(platform_id: str) -> tuple[Response, int]:
    """Platform Users."""
    platform, books = read_platform(platform_id), simulator().books
    with books.lock:
        ids = _user_ids(platform)
        found = [user for user in books.users if user.id in ids]
        return answer_list(found, lambda u: platform_user_document(platform, u))


@platforms.get("/order")
def list_orders(platform_id: str) -> tuple[Response, int]:
    """Platform Orders."""
    books = simulator().books
    return _list(
        platform_id, books.orders, lambda order: platform_order_document(books, order)
    )


@platforms.get("/quote")
def list_quotes(platform_id: str) -> tuple[Response, int]:
    """Platform Quotes."""
    books = simulator().books
    return _list(
        platform_id, books.quotes, lambda quote: platform_quote_document(books, quote)
    )


@platforms.get("/checkout")
def list_checkouts(platform_id: str) -> tuple[Response, int]:
    """Platform Checkouts."""
    platform, books = read_platform(platform_id), simulator().books
    with books.lock:
        found = [c for c in books.checkouts if c.platform_id == platform.id]
        return answer_list(found, lambda c: platform_checkout_document(books, c))


@platforms.get("/transfer")
def list_transfers(platform_id: str) -> tuple[Response, int]:
    """Platform Transfers."""
    platform, books = read_platform(platform_id), simulator().books
    with books.lock:
        ids = _user_ids(platform)
        found = [t for t in books.transfers if t.by_user_id in ids]
        return answer_list(found, lambda t: platform_transfer_document(books, t))


@platforms.get("/call")
def list_calls(platform_id: str) -> tuple[Response, int]:
    """Platform Calls: here the pings."""
    platform, parts = read_platform(platform_id), simulator()
    sent = [ping for ping in parts.pings.log() if ping.platform_id == platform.id]
    return answer_list(sent[::-1], call_document)


def _list(
    platform_id: str, table: Table[OwnedT], write: Callable[[OwnedT], dict[str, Any]]
) -> tuple[Response, int]:
    """Answer what the platform's users have of one kind."""
    platform = read_platform(platform_id)
    with simulator().books.lock:
        ids = _user_ids(platform)
        found = [record for record in table if record.user_id in ids]
        return answer_list(found, write)


def _user_ids(platform: Platform) -> set[str]:
    return {
        user.id
        for user in simulator().books.users
        if any(link.platform_id == platform.id for link in user.links)
    }
