"""Schemas of quotes, orders, deposit addresses and buyers' checkouts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load

from checkout_kit_cryptocoin_pro.answers import (
    Checkout,
    CheckoutStatus,
    DepositAddress,
    Order,
    OrderStatus,
    Quote,
    QuoteStatus,
)
from checkout_kit_cryptocoin_pro.reading import (
    AnswerSchema,
    Flag,
    Identifier,
    Link,
    Number,
    Symbol,
    Text,
    Timestamp,
    Whole,
    optional,
    optional_part,
)

_ORDER_STATUSES = {status.value: status for status in OrderStatus}
_QUOTE_STATUSES = {status.value: status for status in QuoteStatus}
_CHECKOUT_STATUSES = {status.value: status for status in CheckoutStatus}


class ReferenceSchema(AnswerSchema):
    id = optional(Identifier)


class CheckoutReferenceSchema(ReferenceSchema):
    request = optional(Text, data_key="requestId")


class QuoteReferenceSchema(ReferenceSchema):
    checkout = optional_part(CheckoutReferenceSchema)


class PaymentSchema(AnswerSchema):
    method = optional(Text)
    id = optional(Identifier)
    is_proven = optional(Flag, data_key="proofUploaded")


class OrderCommissionSchema(AnswerSchema):
    amount = optional(Number)


class OrderSchema(AnswerSchema):
    id = Identifier(required=True)
    status = Text(required=True)
    operation = Text(required=True, data_key="typeOperationName")
    created = Timestamp(required=True, data_key="createdAt")
    source = optional(Symbol, data_key="fromSymbol")
    source_amount = optional(Number, data_key="fromAmount")
    target = optional(Symbol, data_key="toSymbol")
    target_amount = optional(Number, data_key="toAmount")
    rate = optional(Number)
    wallet = optional(Text)
    tx_id = optional(Text, data_key="txId")
    public_id = optional(Text, data_key="publicId")
    payment = optional_part(PaymentSchema)
    commissions = optional_part(OrderCommissionSchema)
    quote = optional_part(QuoteReferenceSchema)
    parent = fields.Nested(
        ReferenceSchema, data_key="parentOrder", load_default=None, allow_none=True
    )
    child = fields.Nested(
        ReferenceSchema, data_key="childOrder", load_default=None, allow_none=True
    )
    user = optional_part(ReferenceSchema)
    kyc_level_required = optional(Whole, data_key="kycLevelRequired")

    @post_load(pass_original=True)
    def _make(self, data: dict[str, Any], original: Any, **kwargs: Any) -> Order:
        payment = data.pop("payment") or {}
        quote = data.pop("quote") or {}
        checkout = quote.get("checkout") or {}
        # An unknown status is kept: only who acts on it must not.
        data["status"] = _ORDER_STATUSES.get(data["status"].upper())
        return Order(
            **data_without(data, "commissions", "parent", "child", "user"),
            commission=(data["commissions"] or {}).get("amount"),
            payment_method=payment.get("method"),
            payment_id=payment.get("id"),
            is_proven=payment.get("is_proven"),
            quote_id=quote.get("id"),
            checkout_id=checkout.get("id"),
            request_id=checkout.get("request"),
            parent_id=(data["parent"] or {}).get("id"),
            child_id=(data["child"] or {}).get("id"),
            user_id=(data["user"] or {}).get("id"),
            raw=dict(original),
        )


class QuoteCommissionSchema(AnswerSchema):
    source = optional(Number, data_key="fromAmount")
    target = optional(Number, data_key="fromTotal")


class QuoteSchema(AnswerSchema):
    id = Identifier(required=True)
    status = optional(Text)
    operation = Text(required=True, data_key="typeOperationName")
    source = Symbol(required=True, data_key="from")
    target = Symbol(required=True, data_key="to")
    amount = Number(required=True)
    rate = Number(required=True)
    total = Number(required=True)
    expires_at = Timestamp(required=True, data_key="lifeUntilAt")
    created = optional(Timestamp, data_key="createdAt")
    commission = optional_part(QuoteCommissionSchema)
    order = optional_part(ReferenceSchema)
    wallet = optional(Text)
    confirm_url = optional(Link, data_key="confirmUrl")

    @post_load(pass_original=True)
    def _make(self, data: dict[str, Any], original: Any, **kwargs: Any) -> Quote:
        commission = data.pop("commission") or {}
        order = data.pop("order") or {}
        data["status"] = _QUOTE_STATUSES.get((data["status"] or "").lower())
        return Quote(
            **data,
            source_commission=commission.get("source"),
            target_commission=commission.get("target"),
            order_id=order.get("id"),
            raw=dict(original),
        )


class DepositAddressSchema(AnswerSchema):
    id = Identifier(required=True)
    address = Text(required=True)
    chain = Symbol(required=True)
    destination = Text(required=True)
    status = Text(required=True)
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> DepositAddress:
        if not data["address"]:
            raise ValidationError("is empty", "address")
        return DepositAddress(**data)


class CheckoutUserSchema(AnswerSchema):
    id = Identifier(required=True)


class CheckoutSchema(AnswerSchema):
    id = Identifier(required=True)
    status_text = Text(required=True, data_key="status")
    step = optional(Text)
    request_id = optional(Text, data_key="requestId")
    payment_type = optional(Text, data_key="paymentType")
    user = fields.Nested(CheckoutUserSchema, required=True)
    created = Timestamp(required=True, data_key="createdAt")
    expires_at = optional(Timestamp, data_key="expiredAt")
    url = optional(Link)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Checkout:
        status = _CHECKOUT_STATUSES.get(data["status_text"].lower())
        return Checkout(
            **data_without(data, "user"), user_id=data["user"]["id"], status=status
        )


def data_without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What was loaded, without the parts that are taken apart."""
    return {name: value for name, value in data.items() if name not in names}
