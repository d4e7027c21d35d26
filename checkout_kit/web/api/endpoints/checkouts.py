"""Endpoints of checkouts: made, committed and read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.credited_payment import payments_of
from checkout_kit.domain.invoice import InvoiceStatus
from checkout_kit.errors import MethodUnavailable
from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.payloads import payload_of
from checkout_kit.web.api.problems import Problem
from checkout_kit.web.api.schemas.checkouts import (
    ChargeRequestSchema,
    CheckoutAnswerSchema,
    CheckoutRequestSchema,
    CheckoutsSchema,
    CommitRequestSchema,
    CommitSchema,
    HostedSchema,
    ValidChargeSchema,
    WhiteLabelSchema,
)
from checkout_kit.web.api.schemas.paging import CheckoutIdQuerySchema, PageQuerySchema

_TAG = "Checkouts"


def create_checkout(call: Call) -> Any:
    """Make a checkout that the shop shows itself, and say what paying costs."""
    # The same operation gives the same checkout, if this has to be done again.
    request = replace(
        call.body, is_hosted=False, idempotency_key=f"api:{call.operation_key}"
    )
    checkout = call.store.checkouts.create(request, call.now)
    quotes = call.store.quoting.list_quotes(checkout)
    return {"id": checkout.id, "payment_methods": quotes}


def commit_checkout(call: Call) -> Any:
    """Make the invoice for the method that the buyer chose."""
    wanted = call.body["asset_code"]
    checkout = call.store.checkouts.get(call.body["checkout_id"], call.now)
    invoice = call.store.invoicing.commit(checkout, _method_id(call, checkout, wanted))
    if invoice.status is InvoiceStatus.INTENDED:
        raise Problem(
            503,
            ["The provider has not answered yet. Send the request again."],
            {"Retry-After": "3"},
        )
    return invoice


def _method_id(call: Call, checkout: Checkout, wanted: str) -> str:
    """Find the method that is meant, the first of those listed with that code."""
    invoice = checkout.invoice
    if invoice and wanted in (invoice.method.id, invoice.method.currency.code):
        return invoice.method.id
    if ":" in wanted:
        return wanted
    for quote in call.store.quoting.list_quotes(checkout):
        if quote.method.currency.code == wanted.upper():
            return quote.method.id
    raise MethodUnavailable(wanted, "it is not offered for this checkout")


def create_hosted(call: Call) -> Any:
    """Make a checkout whose page is ours."""
    checkout = call.store.checkouts.create(call.body, call.now)
    return {"id": checkout.id, "url": call.store.page_url(checkout.token)}


def validate_charge(call: Call) -> Any:
    """Check a charge and say what it comes to; nothing is made of it."""
    charge, _ = call.body["charge"]
    return {"total": charge.total}


def get_checkout(call: Call) -> Any:
    """Show a checkout."""
    checkout = call.store.checkouts.get(call.query["id"], call.now)
    return {"checkout": _shown(call, checkout), "read": checkout}


def list_checkouts(call: Call) -> Any:
    """Show a page of checkouts, newest first."""
    checkouts = call.store.checkouts
    page = dict(call.query)
    found = checkouts.list(call.now, **page)
    shown = [_shown(call, checkout) for checkout in found]
    return {"count": checkouts.count(), **page, "checkouts": shown}


def _shown(call: Call, checkout: Checkout) -> Any:
    hosted = call.store.page_url(checkout.token) if checkout.is_hosted else None
    return {
        "id": checkout.id,
        "created_at": checkout.created_at,
        "state": checkout.state,
        "is_paid": checkout.is_paid,
        "hosted_url": hosted,
        "total": checkout.total,
        "amount_due": checkout.amount_due,
        "expires_at": checkout.expires_at,
        "reference": checkout.reference,
        "payments": payments_of(checkout),
        "payload": payload_of(checkout),
    }


ENDPOINTS = (
    Endpoint(
        "POST",
        "/checkout",
        create_checkout,
        WhiteLabelSchema,
        "Make a checkout that you show yourself",
        _TAG,
        body=CheckoutRequestSchema,
        description="The answer lists what paying costs by each method of each "
        "provider. Commit the one that the buyer chooses.",
        calls_providers=True,
    ),
    Endpoint(
        "POST",
        "/checkout/commit",
        commit_checkout,
        CommitSchema,
        "Commit to a method, for deposit instructions",
        _TAG,
        body=CommitRequestSchema,
        description="`assetCode` is the code of an asset, or a method's own `id` "
        "where several methods have the code. The amount of this answer is the one "
        "to pay. Committing the same method again gives the same instructions.",
        calls_providers=True,
    ),
    Endpoint(
        "POST",
        "/checkout/hosted",
        create_hosted,
        HostedSchema,
        "Make a checkout with a page of ours",
        _TAG,
        body=CheckoutRequestSchema,
        description="Send the buyer to the `url` of the answer.",
    ),
    Endpoint(
        "POST",
        "/checkout/validate-checkout-charge",
        validate_charge,
        ValidChargeSchema,
        "Check a charge, and read its total",
        _TAG,
        body=ChargeRequestSchema,
        is_reading=True,
    ),
    Endpoint(
        "GET",
        "/checkout",
        get_checkout,
        CheckoutAnswerSchema,
        "Read a checkout, its state and payments",
        _TAG,
        query=CheckoutIdQuerySchema,
        shown=lambda result: result["read"],
    ),
    Endpoint(
        "GET",
        "/checkouts",
        list_checkouts,
        CheckoutsSchema,
        "List checkouts, newest first",
        _TAG,
        query=PageQuerySchema,
    ),
)
