"""The API's endpoints under /vendor: a view parses, asks the books, answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import BadRequest, Unauthorized

from checkout_kit.simulation import target_as_sent

from .books import Account, CryptoWithdrawal, User
from .dialect import API_PREFIX
from .errors import Unprocessable
from .wiring import simulator

api = Blueprint("quoine_exchange_api", __name__, url_prefix=API_PREFIX)

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?\Z", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z0-9]{26,90}\Z", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,8}\Z", re.ASCII)


@api.before_request
def check_authentication() -> None:
    """Refuse requests that nobody signed."""
    parts = simulator()
    target = target_as_sent(request)
    prefix = parts.settings.signed_prefix
    if prefix != "as_sent":
        target = prefix + target[len(API_PREFIX) :]
    g.signer = parts.gate.check(request, target, parts.clock.real())


@api.post("/users/")
def create_user() -> Response:
    """POST /users/."""
    _check_vendor()
    body = _body()
    ext_id = _text(body, "ext_id")
    if ext_id is None:
        raise Unprocessable(ext_id="can't be blank")
    user = simulator().books.create_user(
        ext_id, _text(body, "email"), _text(body, "auth_code")
    )
    return jsonify(_user(user))


@api.put("/users/<int:number>")
def update_user(number: int) -> Response:
    """PUT /users/:id."""
    _check_vendor()
    body = _body()
    user = simulator().books.update_user(
        number, _text(body, "email"), _text(body, "auth_code")
    )
    return jsonify(_user(user))


@api.get("/users/<int:number>/accounts")
def list_accounts(number: int) -> Response:
    """GET /users/:id/accounts."""
    _check_vendor()
    accounts = simulator().books.accounts_of(number)
    return jsonify([_account(account) for account in accounts])


@api.put("/accounts/<int:number>/fund")
def fund_account(number: int) -> Response:
    """PUT /accounts/:id/fund."""
    return _move(number, 1)


@api.put("/accounts/<int:number>/withdraw")
def withdraw_from_account(number: int) -> Response:
    """PUT /accounts/:id/withdraw."""
    return _move(number, -1)


@api.post("/crypto_withdrawals/")
def create_crypto_withdrawal() -> Response:
    """POST /crypto_withdrawals/."""
    user = _check_user()
    body = _body()
    details = body.get("crypto_withdrawal")
    if not isinstance(details, Mapping):
        raise Unprocessable(crypto_withdrawal="can't be blank")
    if user.auth_code is None or _text(body, "auth_code") != user.auth_code:
        raise Unprocessable(auth_code="is invalid")
    address, currency = _text(details, "address"), _text(details, "currency")
    if address is None or not _ADDRESS.match(address):
        raise Unprocessable(address="is invalid")
    if currency not in user.coins:
        raise Unprocessable(currency="is invalid")
    made = simulator().books.send_coins(
        user.id, _amount(details), address, str(currency)
    )
    return jsonify(_withdrawal(made))


@api.get("/crypto_withdrawals/<int:number>")
def get_crypto_withdrawal(number: int) -> Response:
    """GET /crypto_withdrawals/:id."""
    user = _check_user()
    return jsonify(_withdrawal(simulator().books.find_withdrawal(user.id, number)))


@api.get("/crypto_withdrawals")
def list_crypto_withdrawals() -> Response:
    """GET /crypto_withdrawals."""
    user, parts = _check_user(), simulator()
    page = _page() if parts.settings.pages else 1
    size = int(parts.settings.page_size)
    found = parts.books.withdrawals_of(user.id)
    return jsonify(
        models=[_withdrawal(w) for w in found[(page - 1) * size : page * size]],
        current_page=page,
        total_pages=max(-(-len(found) // size), 1),
    )


def _move(number: int, sign: int) -> Response:
    _check_vendor()
    body = _body()
    request_id = _text(body, "request_id")
    if request_id is None:
        raise Unprocessable(request_id="can't be blank")
    parts = simulator()
    account = parts.books.move(
        number, sign * _amount(body), request_id, _text(body, "notes")
    )
    document = _account(account)
    if parts.settings.echoes_request_id:
        document["request_id"] = request_id
    return jsonify(document)


def _check_vendor() -> None:
    if g.signer != simulator().vendor_id:
        raise Unauthorized("This call is signed by Vendor ID and Secret")


def _check_user() -> User:
    if g.signer == simulator().vendor_id:
        raise Unauthorized("This call is signed by User ID and Secret")
    return simulator().books.find_user(int(g.signer))


def _user(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "secret": user.secret,
        "ext_id": user.ext_id,
        "email": user.email,
        "auth_code": user.auth_code,
    }


def _account(account: Account) -> dict[str, Any]:
    balance: object = f"{account.balance:f}"
    style = simulator().settings.balances
    if style == "number":
        balance = float(account.balance)
    elif style == "decimal" and "." not in f"{account.balance:f}":
        balance = f"{account.balance:f}.0"
    return {"id": account.id, "currency": account.currency, "balance": balance}


def _withdrawal(made: CryptoWithdrawal) -> dict[str, Any]:
    # The request's currency is in no answer.
    return {
        "id": made.id,
        "amount": f"{made.amount:f}",
        "address": made.address,
        "state": made.state,
    }


def _body() -> Mapping[str, Any]:
    try:
        body = json.loads(request.get_data() or b"{}", parse_float=Decimal)
    except ValueError:
        raise BadRequest("The body is not JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("The body is not an object")
    return body


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value in (None, ""):
        return None
    if not isinstance(value, str) or len(value) > 500:
        raise Unprocessable(**{name: "is invalid"})
    return value


def _amount(body: Mapping[str, Any]) -> Decimal:
    value = body.get("amount")
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, bool) or not _AMOUNT.match(text) or not Decimal(text):
        raise Unprocessable(amount="is not a number above 0")
    return Decimal(text)


def _page() -> int:
    text = request.args.get("page", "1")
    if not _WHOLE_NUMBER.match(text):
        raise BadRequest("page is not a number")
    return int(text)
