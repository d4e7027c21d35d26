"""Schemas of payments."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from checkout_kit.domain.asset_id import asset_id, blockchain_code
from checkout_kit.domain.credited_payment import CreditedPayment
from checkout_kit.web.api.fields import Amount, Timestamp
from checkout_kit.web.api.schemas.paging import PageSchema

STATES = ("RESOLVED", "UNRESOLVED")


class PaymentSchema(Schema):
    id = fields.String(required=True, attribute="payment.id")
    type = fields.Constant("PAYMENT", required=True)
    state = fields.Method("_state", required=True, metadata={"enum": STATES})
    timestamp = Timestamp(required=True, attribute="payment.received_at")
    credit_code = fields.String(
        data_key="creditAssetCode", attribute="credit.currency.code", required=True
    )
    credit_issuer = fields.Function(
        lambda entry: asset_id(entry.credit.currency),
        data_key="creditAssetIssuer",
        required=True,
        metadata={"type": "string"},
    )
    credit_amount = Amount(data_key="creditAmount", attribute="credit", required=True)
    source_code = fields.String(
        data_key="sourceAssetCode",
        attribute="payment.amount.currency.code",
        required=True,
    )
    source_issuer = fields.Function(
        lambda entry: asset_id(entry.payment.amount.currency),
        data_key="sourceAssetIssuer",
        required=True,
        metadata={"type": "string"},
    )
    source_amount = Amount(
        data_key="sourceAmount", attribute="payment.amount", required=True
    )
    source_blockchain = fields.Function(
        lambda entry: blockchain_code(entry.payment.amount.currency),
        data_key="sourceBlockchain",
        required=True,
        metadata={"type": "string"},
    )
    source_account = fields.Function(
        lambda entry: _text(entry.payment.details.get("sourceAccount")),
        data_key="sourceAccount",
        required=True,
        metadata={"type": ["string", "null"]},
    )
    source_tx_id = fields.String(
        data_key="sourceTxId",
        attribute="payment.transaction_id",
        required=True,
        allow_none=True,
    )
    customer_id = fields.Function(
        lambda entry: _text(entry.checkout.customer.get("id")),
        data_key="customerId",
        required=True,
        metadata={"type": ["string", "null"]},
    )
    checkout_id = fields.String(
        data_key="checkoutId", attribute="checkout.id", required=True
    )

    def _state(self, entry: CreditedPayment) -> str:
        return STATES[0] if entry.is_resolved else STATES[1]


class PaymentAnswerSchema(Schema):
    payment = fields.Nested(PaymentSchema, required=True)


class PaymentsSchema(PageSchema):
    payments = fields.List(fields.Nested(PaymentSchema), required=True)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
