"""Schemas of checkouts, as they are asked for and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields, post_load

from checkout_kit.domain.states import CheckoutState
from checkout_kit.services.checkout_request import CheckoutRequest
from checkout_kit.web.api.fields import (
    Amount,
    CurrencyName,
    Json,
    Nested,
    RequestSchema,
    SpelledSchema,
    Text,
    Timestamp,
)
from checkout_kit.web.api.schemas.charges import ChargeSchema
from checkout_kit.web.api.schemas.paging import PageSchema
from checkout_kit.web.api.schemas.payments import PaymentSchema

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
    checkout_id = fields.String(data_key="checkoutId", attribute="id", dump_only=True)
    url = fields.String(required=True)


class PaymentMethodSchema(Schema):
    """One way to pay, by the id that commits it, and what it costs."""

    id = fields.String(attribute="method.id", required=True)
    asset_code = fields.String(
        data_key="assetCode", attribute="method.currency.code", required=True
    )
    blockchain = fields.Function(
        lambda quote: quote.method.network_name or quote.method.name,
        required=True,
        metadata={"type": "string"},
    )
    payment_amount = Amount(data_key="paymentAmount", attribute="amount", required=True)


class WhiteLabelSchema(Schema):
    id = fields.String(required=True)
    checkout_id = fields.String(data_key="checkoutId", attribute="id", dump_only=True)
    payment_methods = fields.List(
        fields.Nested(PaymentMethodSchema), data_key="paymentMethods", required=True
    )


class CommitRequestSchema(SpelledSchema):
    """Which method of which checkout, by its asset's code or by its own id."""

    SPELLINGS: ClassVar[Mapping[str, tuple[str, ...]]] = {"checkoutId": ("id",)}

    checkout_id = Text(data_key="checkoutId", maximum=64, required=True)
    asset_code = Text(data_key="assetCode", required=True)


class DepositInstructionsSchema(Schema):
    blockchain = fields.String(attribute="network", required=True)
    asset_code = fields.String(
        data_key="assetCode", attribute="amount.currency.code", required=True
    )
    amount = Amount(required=True)
    address = fields.String(required=True)
    memo = fields.String(required=True, allow_none=True)
    memo_type = fields.String(data_key="memoType", required=True, allow_none=True)
    destination_tag = fields.String(
        data_key="destinationTag", required=True, allow_none=True
    )
    payment_uri = fields.String(data_key="paymentUri", required=True, allow_none=True)


class CommitSchema(Schema):
    """Where to pay: deposit instructions, or a page of the provider."""

    instructions = fields.Nested(
        DepositInstructionsSchema,
        data_key="depositInstructions",
        required=True,
        allow_none=True,
    )
    redirect_url = fields.String(data_key="redirectUrl", required=True, allow_none=True)
    expires_at = Timestamp(data_key="expirationTime", required=True)
    checkout_id = fields.String(data_key="checkoutId", required=True)
    id = fields.String(attribute="checkout_id", dump_only=True)


class CheckoutSchema(Schema):
    id = fields.String(required=True)
    created_at = Timestamp(data_key="timestamp", required=True)
    state = fields.Enum(CheckoutState, by_value=True, required=True)
    is_paid = fields.Boolean(data_key="isPaid", required=True)
    hosted_url = fields.String(
        data_key="hostedCheckoutUrl", required=True, allow_none=True
    )
    total = Amount(required=True)
    amount_due = Amount(data_key="amountDue", required=True)
    expires_at = Timestamp(data_key="expirationTime", required=True)
    reference = fields.String(required=True, allow_none=True)
    payments = fields.List(fields.Nested(PaymentSchema), required=True)
    payload = fields.Dict(required=True)


class CheckoutAnswerSchema(Schema):
    checkout = fields.Nested(CheckoutSchema, required=True)


class CheckoutsSchema(PageSchema):
    checkouts = fields.List(fields.Nested(CheckoutSchema), required=True)


class ChargeRequestSchema(RequestSchema):
    charge = Nested(ChargeSchema, required=True)


class ValidChargeSchema(Schema):
    total = Amount(required=True)
    decimals = fields.Integer(attribute="total.currency.decimals", required=True)
