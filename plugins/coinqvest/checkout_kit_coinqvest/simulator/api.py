"""The API's endpoints under /api/v1: a view parses, asks the ledger, answers."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, jsonify, request

from checkout_kit.simulation import is_stale

from .arguments import answer_page, read_argument
from .auth import check_request
from .charges import parse_body, parse_checkout_request
from .dialect import API_PREFIX
from .documents import to_quotes_document
from .errors import BadRequest
from .wiring import simulator

api = Blueprint("coinqvest_api", __name__, url_prefix=API_PREFIX)

_PUBLIC = frozenset({"/ping", "/time"})


@api.before_request
def check_authentication() -> None:
    """Refuse requests to protected endpoints without valid authentication."""
    path = request.path[len(API_PREFIX) :]
    if path in _PUBLIC:
        return
    check_request(
        simulator().credentials,
        headers=request.headers,
        path=path,
        method=request.method,
        body=request.get_data(),
        now=simulator().clock.unix(),
    )


@api.get("/ping")
def ping() -> Response:
    """GET /ping."""
    return jsonify(success=True)


@api.get("/time")
def time() -> Response:
    """GET /time."""
    return jsonify(time=simulator().clock.unix())


@api.get("/auth-test")
def auth_test() -> Response:
    """GET /auth-test."""
    return jsonify(success=True)


@api.post("/checkout")
def create_checkout() -> Response:
    """POST /checkout."""
    wanted = parse_checkout_request(request.get_data())
    return jsonify(to_quotes_document(simulator().ledger.create_checkout(wanted)))


@api.post("/checkout/hosted")
def create_hosted_checkout() -> Response:
    """POST /checkout/hosted."""
    wanted = parse_checkout_request(request.get_data())
    base = simulator().base_url or request.host_url
    checkout = simulator().ledger.create_checkout(wanted, hosted_base=base)
    return jsonify(id=checkout.id, url=checkout.hosted_url)


@api.post("/checkout/commit")
def commit_checkout() -> Response:
    """POST /checkout/commit."""
    body = parse_body(request.get_data())
    checkout_id, asset = body.get("checkoutId"), body.get("assetCode")
    reasons = []
    if not isinstance(checkout_id, str) or not checkout_id:
        reasons.append("checkoutId: is mandatory.")
    if not isinstance(asset, str) or not asset:
        reasons.append("assetCode: is mandatory.")
    if reasons:
        raise BadRequest(*reasons)
    return jsonify(simulator().ledger.commit_checkout(str(checkout_id), str(asset)))


@api.get("/checkout")
def get_checkout() -> Response:
    """GET /checkout."""
    document = simulator().listing.checkout(read_argument("id"), is_stale=is_stale())
    return jsonify(checkout=document)


@api.get("/checkouts")
def get_checkouts() -> Response:
    """GET /checkouts."""
    return answer_page(
        "checkouts", partial(simulator().listing.checkouts, is_stale=is_stale())
    )


@api.get("/payment")
def get_payment() -> Response:
    """GET /payment."""
    document = simulator().listing.payment(read_argument("id"), is_stale=is_stale())
    return jsonify(payment=document)


@api.get("/payments")
def get_payments() -> Response:
    """GET /payments."""
    return answer_page(
        "payments", partial(simulator().listing.payments, is_stale=is_stale())
    )
