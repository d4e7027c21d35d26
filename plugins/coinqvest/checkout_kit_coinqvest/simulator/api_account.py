"""The API's endpoints of wallets, withdrawals and customers."""

from __future__ import annotations

from flask import Response, jsonify, request

from checkout_kit.simulation import is_stale

from .api import api
from .arguments import answer_page, read_argument
from .charges import parse_body
from .errors import BadRequest
from .wiring import simulator


@api.get("/wallets")
def get_wallets() -> Response:
    """GET /wallets."""
    return jsonify(wallets=simulator().wallets.list_all())


@api.get("/wallet")
def get_wallet() -> Response:
    """GET /wallet."""
    return jsonify(wallet=simulator().wallets.get(read_argument("assetCode")))


@api.post("/withdrawal")
def create_withdrawal() -> Response:
    """POST /withdrawal."""
    body = parse_body(request.get_data())
    return jsonify(withdrawal=simulator().withdrawals.create(body))


@api.post("/withdrawal/commit")
def commit_withdrawal() -> Response:
    """POST /withdrawal/commit."""
    withdrawal_id = parse_body(request.get_data()).get("withdrawalId")
    if not isinstance(withdrawal_id, str) or not withdrawal_id:
        raise BadRequest("withdrawalId: is mandatory.")
    return jsonify(withdrawal=simulator().withdrawals.commit(withdrawal_id))


@api.get("/withdrawal")
def get_withdrawal() -> Response:
    """GET /withdrawal."""
    wanted = read_argument("id")
    found = simulator().withdrawals.get(wanted, is_stale=is_stale())
    return jsonify(withdrawal=found)


@api.get("/withdrawals")
def get_withdrawals() -> Response:
    """GET /withdrawals."""
    return answer_page("withdrawals", simulator().withdrawals.page)


@api.get("/customers")
def get_customers() -> Response:
    """GET /customers."""
    return answer_page("customers", simulator().customers.page)


@api.post("/customer")
def create_customer() -> Response:
    """POST /customer."""
    given = parse_body(request.get_data()).get("customer")
    return jsonify(customerId=simulator().customers.create(given))


@api.get("/customer")
def get_customer() -> Response:
    """GET /customer."""
    return jsonify(customer=simulator().customers.get(read_argument("id")))


@api.put("/customer")
def update_customer() -> Response:
    """PUT /customer."""
    simulator().customers.update(parse_body(request.get_data()).get("customer"))
    return jsonify(success=True)


@api.delete("/customer")
def delete_customer() -> Response:
    """DELETE /customer."""
    simulator().customers.delete(parse_body(request.get_data()).get("id"))
    return jsonify(success=True)
