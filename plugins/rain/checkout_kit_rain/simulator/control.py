"""The control API under /control: what buyers, blockchains, time and outages do.

Time, outages and switches are what `checkout_kit.simulation` has for all.
"""

from __future__ import annotations

from typing import Any

from flask import jsonify
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import answer, create_control, read_body, read_flag

from .documents import account_document, transaction_document
from .errors import not_found
from .inputs import amount, text
from .records import Account, Transaction
from .wiring import simulator

control = create_control()


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
    body, parts = read_body(), simulator()
    is_confirmed = read_flag(body, "confirm", True)
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
    return answer(document)


@control.post("/accounts/<account_id>/confirm")
def confirm_deposits(account_id: str) -> AnyResponse:
    """Let everything that waits on an account be final."""
    parts = simulator()
    with parts.books.lock:
        for deposit in _receipts(parts.books.account(account_id)):
            if deposit.status == "processing":
                parts.desk.confirm_receipt(deposit)
    return answer({"account": account_id})


@control.post("/accounts/<account_id>/reverse")
def reverse_deposits(account_id: str) -> AnyResponse:
    """Take everything back that came in on an account."""
    parts = simulator()
    with parts.books.lock:
        for deposit in _receipts(parts.books.account(account_id)):
            parts.desk.reverse_receipt(deposit)
    return answer({"account": account_id})


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
    return answer({"transaction": transaction_id})


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
    return answer({})


@control.post("/prices")
def set_price() -> AnyResponse:
    """Set the price of a bitcoin."""
    body, books = read_body(), simulator().books
    buy = amount(body, "buy", "usd")
    sell = amount(body, "sell", "usd") if body.get("sell") else buy
    if not buy or not sell:
        raise BadRequest("A price must be more than zero.")
    with books.lock:
        books.set_price(buy, sell, (buy + sell) / 2)
    return answer({})


@control.post("/sessions/end")
def end_sessions() -> AnyResponse:
    """Log everybody out."""
    books = simulator().books
    with books.lock:
        books.end_all_sessions()
    return answer({})


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
