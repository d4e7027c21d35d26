"""Endpoints of payments."""

from __future__ import annotations

from typing import Any

from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.paging import IdQuerySchema, PageQuerySchema
from checkout_kit.web.api.schemas.payments import PaymentAnswerSchema, PaymentsSchema

_TAG = "Payments"


def get_payment(call: Call) -> Any:
    """Show a payment."""
    return {"payment": call.store.payments.get(call.query["id"], call.now)}


def list_payments(call: Call) -> Any:
    """Show a page of payments, newest first."""
    page = dict(call.query)
    found = call.store.payments.list(call.now, **page)
    return {"count": call.store.payments.count(), **page, "payments": found}


ENDPOINTS = (
    Endpoint(
        "GET",
        "/payment",
        get_payment,
        PaymentAnswerSchema,
        "Read a payment",
        _TAG,
        query=IdQuerySchema,
    ),
    Endpoint(
        "GET",
        "/payments",
        list_payments,
        PaymentsSchema,
        "List payments, newest first",
        _TAG,
        query=PageQuerySchema,
    ),
)
