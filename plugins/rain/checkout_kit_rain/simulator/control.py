"""The control API under /control: what buyers, blockchains, time and outages do.

Bodies are JSON; the control page sends the same fields as forms and is led back to
where it came from. No authentication, so only this machine may call it.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .clock import to_text
from .documents import account_document, transaction_document
from .errors import bad_request, forbidden, not_found
from .faults import Fault
from .inputs import amount, read_body, text
from .records import Account, Transaction
from .wiring import simulator

control = Blueprint("rain_control", __name__, url_prefix="/control")


@control.before_request
def check_caller() -> None:
    """Refuse other machines, and forms of other sites opened in a local browser."""
    if not current_app.config["SIMULATOR_REMOTE_CONTROL"]:
        try:
            is_local = ipaddress.ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            is_local = False
        if not is_local:
            raise forbidden("The control API answers this machine alone.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise forbidden("The control API answers no other site.")


@control.get("/accounts")
def list_accounts() -> AnyResponse:
    """List the merchant's accounts, deleted ones too, newest first."""
    return jsonify(accounts=account_list())


@control.post("/accounts")
def add_account() -> AnyResponse:
    """Make an account past the API, such as a second one of the same name."""
    body, parts = read_body(), simulator()
    with parts.books.lock:
        made = parts.books.add_account(parts.merchant, text(body, "name"))
        return jsonify(account_document(made, with_deleted=True))


@control.post("/pay")
def pay() -> AnyResponse:
    """Let a buyer send bitcoin to an address."""
    body, parts = _body(), simulator()
    is_confirmed = body.get("confirm", True) not in (False, "false")
    with parts.books.lock:
        deposit = parts.desk.receive(
            text(body, "address"),
            amount(body, "amount", "btc"),
            is_confirmed=is_confirmed,
        )
        document = {
            "transaction": transaction_document(deposit),
            "account": deposit.recipient_account_id,
        }
    return _answer(document)


@control.post("/accounts/<account_id>/confirm")
def confirm_deposits(account_id: str) -> AnyResponse:
    """Let everything that waits on an account be final."""
    parts = simulator()
    with parts.books.lock:
        for deposit in _receipts(parts.books.account(account_id)):
            if deposit.status == "processing":
                parts.desk.confirm_receipt(deposit)
    return _answer({"account": account_id})


@control.post("/accounts/<account_id>/reverse")
def reverse_deposits(account_id: str) -> AnyResponse:
    """Take everything back that came in on an account."""
    parts = simulator()
    with parts.books.lock:
        for deposit in _receipts(parts.books.account(account_id)):
            parts.desk.reverse_receipt(deposit)
    return _answer({"account": account_id})


@control.post("/deposits/<transaction_id>/<any(confirm, reverse):step>")
def move_deposit(transaction_id: str, step: str) -> AnyResponse:
    """Let one deposit be final, or take it back."""
    parts = simulator()
    with parts.books.lock:
        deposit = parts.books.transactions.get(transaction_id)
        if deposit is None or deposit.type != "receive":
            raise not_found("Deposit")
        if step == "confirm":
            parts.desk.confirm_receipt(deposit)
        else:
            parts.desk.reverse_receipt(deposit)
    return _answer({"transaction": transaction_id})


@control.get("/transactions")
def list_transactions() -> AnyResponse:
    """List all transactions, newest first."""
    return jsonify(transactions=transaction_list())


@control.post("/trades/complete")
def complete_trades() -> AnyResponse:
    """Complete every sale and purchase that was confirmed."""
    parts = simulator()
    with parts.books.lock:
        parts.desk.work(force=True)
    return _answer({})


@control.post("/prices")
def set_price() -> AnyResponse:
    """Set the price of a bitcoin."""
    body, books = _body(), simulator().books
    buy = amount(body, "buy", "usd")
    sell = amount(body, "sell", "usd") if body.get("sell") else buy
    if not buy or not sell:
        raise bad_request("A price must be more than zero.")
    with books.lock:
        books.set_price(buy, sell, (buy + sell) / 2)
    return _answer({})


@control.post("/sessions/end")
def end_sessions() -> AnyResponse:
    """Log everybody out."""
    books = simulator().books
    with books.lock:
        books.end_all_sessions()
    return _answer({})


@control.post("/time")
def move_time() -> AnyResponse:
    """Move the clock."""
    clock = simulator().clock
    clock.advance(_number(_body(), "advance", 0))
    return _answer({"time": to_text(clock.now())})


@control.post("/settings")
def change_settings() -> AnyResponse:
    """Set switches."""
    settings = simulator().settings
    settings.change(_body())
    return _answer(settings.to_json())


@control.post("/faults")
def add_fault() -> AnyResponse:
    """Plan a fault for the next requests."""
    body = _body()
    fault = Fault(
        mode=str(body.get("mode", "")),
        times=int(_number(body, "times", 1)),
        path=str(body.get("path") or "").removeprefix("/api/1"),
        method=str(body.get("method") or "").upper(),
        seconds=_number(body, "seconds", 2),
    )
    simulator().faults.add(fault)
    return _answer({"faults": simulator().faults.to_json()})


@control.delete("/faults")
@control.post("/faults/clear")
def clear_faults() -> AnyResponse:
    """Forget all planned faults; forms can't delete, hence the second path."""
    simulator().faults.clear()
    return _answer({"faults": []})


def account_list() -> list[dict[str, Any]]:
    """The merchant's accounts, newest first."""
    parts = simulator()
    with parts.books.lock:
        found = [
            account_document(account, with_deleted=True)
            | {"addresses": [known.address for known in account.addresses]}
            for account in parts.books.accounts.values()
            if account.user_id == parts.merchant.id
        ]
    return found[::-1]


def transaction_list() -> list[dict[str, Any]]:
    """All transactions, newest first."""
    parts = simulator()
    with parts.books.lock:
        parts.desk.work()
        found = [
            transaction_document(t, in_list=True)
            for t in parts.books.transactions.values()
        ]
    return found[::-1]


def _receipts(account: Account) -> list[Transaction]:
    return [
        t
        for t in simulator().books.transactions.values()
        if t.type == "receive" and t.recipient_account_id == account.id
    ]


def _is_form() -> bool:
    return "from_page" in request.args


def _body() -> dict[str, Any]:
    return request.form.to_dict() if _is_form() else read_body()


def _answer(document: dict[str, Any]) -> AnyResponse:
    return redirect("/", 303) if _is_form() else jsonify(document)


def _number(body: dict[str, Any], name: str, default: float) -> float:
    value = body.get(name)
    if value in (None, ""):
        return default
    try:
        number = float(str(value)[:40])
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e9:
        raise bad_request(f"{name}: must be a number.")
    return number
