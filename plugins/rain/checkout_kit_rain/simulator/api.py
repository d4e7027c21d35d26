"""The API under /api/1: sessions, the user, accounts, addresses and prices."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from .dialect import API_PREFIX
from .documents import (
    account_document,
    address_document,
    price_document,
    session_document,
    transaction_document,
    user_document,
)
from .errors import bad_request, forbidden, not_found, unauthorized
from .inputs import amount, read_body, text
from .records import User
from .wiring import simulator

api = Blueprint("rain_api", __name__, url_prefix=API_PREFIX)

_PUBLIC = frozenset({"rain_api.sign_up", "rain_api.log_in", "rain_api.get_price"})


def check_session() -> None:
    """Refuse requests without a valid token; it is sent raw, without a scheme."""
    if request.endpoint in _PUBLIC:
        return
    token = request.headers.get("Authorization")
    if not token:
        raise unauthorized()
    parts = simulator()
    with parts.books.lock:
        g.user = parts.books.user_by_token(token)
        parts.desk.work()


def current_user() -> User:
    """The user of this request's session."""
    user: User = g.user
    return user


def check_admin() -> None:
    """Refuse whoever is no administrator.

    :raises SimulatorError: with status 403.
    """
    if not current_user().is_admin:
        raise forbidden("Only administrative users can call this method")


api.before_request(check_session)


@api.post("/signup")
def sign_up() -> Response:
    """POST /signup."""
    body, books = read_body(), simulator().books
    if body.get("terms_of_service_accepted") is not True:
        raise bad_request("terms_of_service_accepted must be true")
    with books.lock:
        user = books.sign_up(
            text(body, "email"),
            text(body, "password"),
            text(body, "full_name"),
            text(body, "country"),
        )
        return jsonify(session_document(books.log_in(user), with_offset=True))


@api.post("/login")
def log_in() -> Response:
    """POST /login."""
    body, books = read_body(), simulator().books
    with books.lock:
        user = books.user_by_password(text(body, "email"), text(body, "password"))
        return jsonify(session_document(books.log_in(user), with_offset=False))


@api.get("/user")
def get_user() -> Response:
    """GET /user."""
    return jsonify(user_document(current_user(), with_document_type=True))


@api.patch("/user")
def update_user() -> Response:
    """PATCH /user; its example has no body at all."""
    body, user = read_body(), current_user()
    with simulator().books.lock:
        if body:
            user.full_name = text(body, "full_name")
        return jsonify(user_document(user, with_document_type=False))


@api.get("/logout")
def log_out() -> Response:
    """GET /logout: an empty text."""
    books = simulator().books
    with books.lock:
        books.end_session(request.headers["Authorization"])
    return Response("", content_type="text/plain; charset=utf-8")


@api.get("/accounts")
def list_accounts() -> Response:
    """GET /accounts."""
    books, user = simulator().books, current_user()
    with books.lock:
        found = [
            account_document(account, with_deleted=False)
            for account in books.accounts.values()
            if account.user_id == user.id and account.deleted is None
        ]
    return jsonify(found)


@api.post("/accounts")
def create_account() -> Response:
    """POST /accounts."""
    name, books = text(read_body(), "name"), simulator().books
    with books.lock:
        account = books.add_account(current_user(), name)
        return jsonify(account_document(account, with_deleted=True))


@api.get("/accounts/<account_id>")
def get_account(account_id: str) -> Response:
    """GET /accounts/{id}."""
    books = simulator().books
    with books.lock:
        account = books.account(account_id, current_user())
        return jsonify(account_document(account, with_deleted=False))


@api.patch("/accounts/<account_id>")
def update_account(account_id: str) -> Response:
    """PATCH /accounts/{id}."""
    name, books = text(read_body(), "name"), simulator().books
    with books.lock:
        account = books.account(account_id, current_user())
        account.name = name
        books.touch(account)
        return jsonify(account_document(account, with_deleted=True))


@api.delete("/accounts/<account_id>")
def delete_account(account_id: str) -> Response:
    """DELETE /accounts/{id}; one that holds money is kept."""
    books = simulator().books
    with books.lock:
        account = books.account(account_id, current_user())
        if account.balance or account.unconfirmed:
            raise bad_request("The account is not empty")
        account.deleted = books.clock.now()
        return jsonify(account_document(account, with_deleted=True))


@api.get("/accounts/<account_id>/addresses")
def list_addresses(account_id: str) -> Response:
    """GET /accounts/{id}/addresses."""
    books = simulator().books
    with books.lock:
        account = books.account(account_id, current_user())
        return jsonify([address_document(address) for address in account.addresses])


@api.post("/accounts/<account_id>/addresses")
def create_address(account_id: str) -> Response:
    """POST /accounts/{id}/addresses; without a body, one is made."""
    body, books = read_body(), simulator().books
    given = text(body, "bitcoin_address") if body else None
    with books.lock:
        account = books.account(account_id, current_user())
        return jsonify(address_document(books.add_address(account, given)))


@api.get("/accounts/<account_id>/addresses/<address_id>")
def get_address(account_id: str, address_id: str) -> Response:
    """GET /accounts/{id}/addresses/{id}."""
    books = simulator().books
    with books.lock:
        for address in books.account(account_id, current_user()).addresses:
            if address.id == address_id:
                return jsonify(address_document(address))
    raise not_found("Address")


@api.get("/accounts/<account_id>/transactions")
def list_transactions(account_id: str) -> Response:
    """GET /accounts/{id}/transactions."""
    books = simulator().books
    with books.lock:
        account = books.account(account_id, current_user())
        found = [
            transaction_document(t, in_list=True)
            for t in books.transactions.values()
            if t.touches(account.id)
        ]
    return jsonify(found)


@api.get("/accounts/<account_id>/transactions/<transaction_id>")
def get_transaction(account_id: str, transaction_id: str) -> Response:
    """GET /accounts/{id}/transactions/{id}."""
    books = simulator().books
    with books.lock:
        account = books.account(account_id, current_user())
        found = books.transactions.get(transaction_id)
        if found is None or not found.touches(account.id):
            raise not_found("Transaction")
        return jsonify(transaction_document(found))


@api.get("/prices/<product>")
def get_price(product: str) -> Response:
    """GET /prices/:product; needs no session."""
    if product.upper() != "BTCUSD":
        raise not_found("Product")
    books = simulator().books
    with books.lock:
        return jsonify(price_document(books.prices[-1]))


@api.post("/prices")
def create_price() -> Response:
    """POST /prices, for administrators."""
    check_admin()
    body, books = read_body(), simulator().books
    pair = (text(body, "base_currency").lower(), text(body, "ref_currency").lower())
    if pair != ("btc", "usd"):
        raise bad_request("Only btc in usd is supported")
    names = ("buy_price", "sell_price", "spot_price")
    buy, sell, spot = (amount(body, name, "usd") for name in names)
    with books.lock:
        return jsonify(price_document(books.set_price(buy, sell, spot)))
