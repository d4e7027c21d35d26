"""The control API's second half: prices, commissions, limits, users, mails, pings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import (
    answer,
    read_body,
    read_decimal,
    read_flag,
    read_number,
    read_text,
)

from .documents.people import user_document
from .kyc_records import ACCEPTED, LEVELS
from .market import FIATS, Asset
from .records import DEPOSIT, OPERATIONS
from .wiring import simulator

_OPERATIONS = (DEPOSIT, *OPERATIONS)


def add_rules(control: Blueprint) -> None:
    """Add these endpoints to the control API."""
    for path, view in (
        ("/prices", set_price),
        ("/commissions", set_commission),
        ("/limits", set_limit),
        ("/users/<user_id>", change_user),
        ("/balances", change_balance),
        ("/sessions/end", end_sessions),
        ("/reset", start_over),
        ("/pings/deliver", deliver_pings),
        ("/pings/replay", replay_pings),
    ):
        control.add_url_rule(path, view_func=view, methods=["POST"])
    control.add_url_rule("/users", view_func=list_users)
    control.add_url_rule("/mails", view_func=list_mails)
    control.add_url_rule("/pings", view_func=list_pings)


def set_price() -> AnyResponse:
    """Set the price of an asset in one fiat currency."""
    body, books = read_body(), simulator().books
    fiat, price = _fiat(read_text(body, "fiat")), read_decimal(body, "price")
    if price is None or price <= 0:
        raise BadRequest("price: must be more than zero.")
    with books.lock:
        asset = _asset(read_text(body, "symbol"))
        books.market.set_price(asset.symbol, fiat, price)
    return answer({"symbol": asset.symbol, "fiat": fiat, "price": str(price)})


def set_commission() -> AnyResponse:
    """Set the commission of an operation, in percent."""
    body, books = read_body(), simulator().books
    operation, percent = read_text(body, "operation"), read_decimal(body, "percent")
    if operation not in books.market.percents:
        known = ", ".join(books.market.percents)
        raise BadRequest(f"operation: must be one of {known}.")
    if percent is None or not 0 <= percent < 100:
        raise BadRequest("percent: must be from 0 to below 100.")
    with books.lock:
        books.market.percents[operation] = percent
    return answer({"operation": operation, "percent": str(percent)})


def set_limit() -> AnyResponse:
    """Open or close an operation of an asset, and set its limits anew."""
    body, books = read_body(), simulator().books
    operation = read_text(body, "operation")
    if operation not in _OPERATIONS:
        raise BadRequest(f"operation: must be one of {', '.join(_OPERATIONS)}.")
    is_open = read_flag(body, "status", True)
    names = ("crypto_min", "crypto_max", "fiat_min", "fiat_max")
    limits = {name: read_decimal(body, name) for name in names}
    with books.lock:
        rule = books.market.rule(_asset(read_text(body, "symbol")).symbol, operation)
        rule.is_open = is_open
        for name, value in limits.items():
            setattr(rule, name, value)
    return answer({"operation": operation, "status": is_open})


def list_users() -> AnyResponse:
    """List all users."""
    return jsonify(users=user_list())


def change_user(user_id: str) -> AnyResponse:
    """Change what the provider thinks of a user; by id or e-mail address."""
    body, books = read_body(), simulator().books
    level = int(read_number(body, "kyc_level", 0))
    if not 0 <= level <= len(LEVELS):
        raise BadRequest(f"kyc_level: must be from 1 to {len(LEVELS)}.")
    with books.lock:
        user = books.user_by_email(user_id) or books.users.get(user_id)
        user.is_active = read_flag(body, "active", user.is_active)
        user.can_trade = read_flag(body, "trading", user.can_trade)
        if "closing" in body:
            is_closing = read_flag(body, "closing")
            user.closing_at = books.clock.now() if is_closing else None
        user.kyc.level = level or user.kyc.level
        user.kyc.status = read_text(body, "kyc_status") or user.kyc.status
        if user.kyc.status == ACCEPTED:
            documents = user.kyc.documents
            user.kyc.documents = dict.fromkeys(documents, ACCEPTED)
        return answer({"user": user_document(user), "kycLevel": user.kyc.level})


def change_balance() -> AnyResponse:
    """Give a user coins, or take some; by default the merchant."""
    body, parts = read_body(), simulator()
    amount = read_decimal(body, "amount")
    if amount is None:
        raise BadRequest("amount: is mandatory.")
    with parts.books.lock:
        user = parts.books.users.get(read_text(body, "user") or parts.merchant.id)
        asset = _asset(read_text(body, "symbol"))
        parts.books.credit(user.id, asset.symbol, amount)
        balance = parts.books.balance(user.id, asset.symbol)
    return answer({"symbol": asset.symbol, "balance": f"{balance:f}"})


def end_sessions() -> AnyResponse:
    """Log everybody out."""
    books = simulator().books
    with books.lock:
        books.sessions.close_all()
    return answer({})


def start_over() -> AnyResponse:
    """Forget everything that ever happened."""
    simulator().start_over()
    return answer({})


def list_mails() -> AnyResponse:
    """Show what was sent by e-mail and SMS, newest first."""
    books = simulator().books
    with books.lock:
        found = [
            {"to": mail.to, "subject": mail.subject, "code": mail.code}
            for mail in reversed(books.mails)
        ]
    return jsonify(mails=found)


def list_pings() -> AnyResponse:
    """Show the log of pings, newest first."""
    return jsonify(pings=[ping.to_json() for ping in simulator().pings.log()])


def deliver_pings() -> AnyResponse:
    """Send what waits."""
    return answer({"pings": [p.to_json() for p in simulator().pings.deliver()]})


def replay_pings() -> AnyResponse:
    """Send everything once more."""
    return answer({"pings": [p.to_json() for p in simulator().pings.replay()]})


def user_list() -> list[dict[str, Any]]:
    """All users, with their KYC level."""
    books = simulator().books
    with books.lock:
        return [
            {**user_document(user), "kycLevel": user.kyc.level} for user in books.users
        ]


def _asset(symbol: str | None) -> Asset:
    found = simulator().books.market.find(symbol or "")
    if found is None:
        raise BadRequest("symbol: must be a coin or token.")
    return found


def _fiat(symbol: str | None) -> str:
    if symbol not in FIATS:
        raise BadRequest(f"fiat: must be one of {', '.join(FIATS)}.")
    return symbol
