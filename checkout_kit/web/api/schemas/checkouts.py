"""Schemas of checkouts, as they are asked for and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields, post_load

from checkout_kit.services.checkouts import CheckoutRequest
from checkout_kit.web.api.fields import CurrencyName, Json, Nested, RequestSchema, Text
from checkout_kit.web.api.schemas.charges import ChargeSchema, SpelledSchema

_MAX_URL = 2000


class LinksSchema(RequestSchema):
    """Where the page leads: back to the shop, or to its cart."""

    return_url = Text(
        data_key="returnUrl", maximum=_MAX_URL, load_default=None, allow_none=True
    )
    cancel_url = Text(
        data_key="cancelUrl", maximum=_MAX_URL, load_default=None, allow_none=True
    )


class CheckoutRequestSchema(SpelledSchema):
    """A checkout to be made."""

    SPELLINGS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "settlementCurrency": ("settlementAsset",),
        "links": ("pageSettings",),
    }

    charge = Nested(ChargeSchema, required=True)
    settlement_currency = CurrencyName(
        data_key="settlementCurrency", load_default=None, allow_none=True
    )
    webhook = Text(maximum=_MAX_URL, load_default=None, allow_none=True)
    links = Nested(LinksSchema, load_default=None, allow_none=True)
    blockchain_relays = Json(
        data_key="blockchainRelays", load_default=None, allow_none=True
    )
    reference = Text(load_default=None, allow_none=True)
    metadata = Json(load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CheckoutRequest:
        charge, customer_id = data["charge"]
        links = data["links"] or {}
        metadata = dict(data["metadata"] or {})
        if data["blockchain_relays"]:
            metadata["blockchainRelays"] = data["blockchain_relays"]
        return CheckoutRequest(
            charge=charge,
            settlement_currency=data["settlement_currency"],
            return_url=links.get("return_url"),
            cancel_url=links.get("cancel_url"),
            webhook_url=data["webhook"],
            reference=data["reference"],
            metadata=metadata,
            customer={"id": customer_id} if customer_id else {},
        )


class HostedSchema(Schema):
    id = fields.String(required=True)
    url = fields.String(required=True)
