"""Schemas of checkouts and payments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load

from checkout_kit_coinqvest.answers import (
    CheckoutAnswer,
    CheckoutObject,
    CheckoutVerdict,
    CommitAnswer,
    HostedAnswer,
    OfferedMethod,
    PaymentAnswer,
    PaymentState,
)
from checkout_kit_coinqvest.schemas.fields import (
    AnswerSchema,
    ExactAmount,
    Identifier,
    State,
    Text,
    Timestamp,
    WholeNumber,
    optional,
)


class OfferedMethodSchema(AnswerSchema):
    asset_code = Text(data_key="assetCode", required=True)
    payment_amount = ExactAmount(data_key="paymentAmount", required=True)
    blockchain = optional(Text, "blockchain")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> OfferedMethod:
        return OfferedMethod(**data)


class _IdSchema(AnswerSchema):
    """Accepts both names of a checkout's id: ``id`` and ``checkoutId``."""

    id = Identifier(required=True)

    @pre_load
    def _rename(self, data: Any, **kwargs: Any) -> Any:
        if isinstance(data, Mapping) and "id" not in data and "checkoutId" in data:
            return {**data, "id": data["checkoutId"]}
        return data


class CheckoutAnswerSchema(_IdSchema):
    payment_methods = fields.List(
        fields.Nested(OfferedMethodSchema), data_key="paymentMethods", required=True
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CheckoutAnswer:
        return CheckoutAnswer(data["id"], tuple(data["payment_methods"]))


class HostedAnswerSchema(_IdSchema):
    url = Text(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> HostedAnswer:
        if not data["url"].startswith(("https://", "http://")):
            raise ValidationError("must be a web address", "url")
        return HostedAnswer(**data)


class DepositInstructionsSchema(AnswerSchema):
    asset_code = Text(data_key="assetCode", required=True)
    amount = ExactAmount(required=True)
    address = Text(required=True)
    memo = optional(Text, "memo")
    memo_type = optional(Text, "memoType")
    destination_tag = optional(WholeNumber, "destinationTag")
    blockchain = optional(Text, "blockchain")


class CommitAnswerSchema(AnswerSchema):
    instructions = fields.Nested(
        DepositInstructionsSchema, data_key="depositInstructions", required=True
    )
    expiration_time = Timestamp(data_key="expirationTime", required=True)
    checkout_id = Identifier(data_key="checkoutId", required=True)

    @pre_load
    def _rename(self, data: Any, **kwargs: Any) -> Any:
        if isinstance(data, Mapping) and "checkoutId" not in data and "id" in data:
            return {**data, "checkoutId": data["id"]}
        return data

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CommitAnswer:
        return CommitAnswer(**data.pop("instructions"), **data)


class PaymentSchema(AnswerSchema):
    id = Identifier(required=True)
    type = optional(Text, "type")
    state = State(PaymentState, load_default=None, allow_none=True)
    timestamp = Timestamp(required=True)
    credit_asset_code = Text(data_key="creditAssetCode", required=True)
    credit_asset_issuer = optional(Text, "creditAssetIssuer")
    credit_amount = ExactAmount(data_key="creditAmount", required=True)
    source_asset_code = Text(data_key="sourceAssetCode", required=True)
    source_asset_issuer = optional(Text, "sourceAssetIssuer")
    source_amount = ExactAmount(data_key="sourceAmount", required=True)
    source_blockchain = Text(data_key="sourceBlockchain", required=True)
    source_account = optional(Text, "sourceAccount")
    source_tx_id = optional(Text, "sourceTxId")
    checkout_id = optional(Identifier, "checkoutId")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> PaymentAnswer:
        if data.pop("type") not in (None, "PAYMENT"):
            raise ValidationError("is a type that is not in the document", "type")
        return PaymentAnswer(**data)


class PayloadSchema(AnswerSchema):
    webhook = optional(Text, "webhook")


class CheckoutSchema(_IdSchema):
    timestamp = Timestamp(required=True)
    state = State(CheckoutVerdict, required=True)
    hosted_checkout_url = optional(Text, "hostedCheckoutUrl")
    payments = fields.List(fields.Nested(PaymentSchema), required=True)
    payload = fields.Nested(PayloadSchema, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CheckoutObject:
        payload = data.pop("payload") or {}
        payments = tuple(data.pop("payments"))
        for payment in payments:
            if payment.checkout_id not in (None, data["id"]):
                raise ValidationError("belongs to another checkout", "payments")
        return CheckoutObject(**data, payments=payments, webhook=payload.get("webhook"))
