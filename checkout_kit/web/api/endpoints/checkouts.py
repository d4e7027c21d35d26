"""Endpoints of checkouts: made, committed and read."""

from __future__ import annotations

from typing import Any

from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.checkouts import CheckoutRequestSchema, HostedSchema

_TAG = "Checkouts"


def create_hosted(call: Call) -> Any:
    """Make a checkout whose page is ours."""
    checkout = call.store.checkouts.create(call.body, call.now)
    return {"id": checkout.id, "url": call.store.page_url(checkout.token)}


ENDPOINTS = (
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
)
