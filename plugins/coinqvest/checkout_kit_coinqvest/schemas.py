"""Schemas: every answer of the API that is used, read at once into frozen objects.

Fields that nobody asked for are ignored. Where the API document contradicts itself,
both readings are accepted, and so are the spellings of the API's later years.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load

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

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,18}0{0,12})?\Z", re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)\Z",
    re.ASCII,
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)
_MAX_TEXT = 2000


class ExactAmount(fields.Field[Decimal]):
    """An exact amount, as text or number; no sign, no exponent, no NaN."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("must be an amount")
        if isinstance(value, Decimal):
            # Of a number written with an exponent only 1E-7, which is 0.0000001, is
            # as plain as a fraction.
            exponent = value.as_tuple().exponent
            if not isinstance(exponent, int) or not -30 <= exponent <= 0:
                raise ValidationError("must be a plain amount")
            value = format(value, "f")
        text = str(value) if not isinstance(value, int) else _short_text(value)
        if len(text) > 64 or not _AMOUNT.match(text):
            raise ValidationError("must be a plain amount, not negative")
        return Decimal(text)


class Timestamp(fields.Field[datetime]):
    """A W3C time with any offset, read to aware UTC."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        match = _TIMESTAMP.match(value) if isinstance(value, str) else None
        if match is None:
            raise ValidationError("must be a time with its offset")
        day, clock, fraction, offset = match.groups()
        offset = "+00:00" if offset == "Z" else offset
        offset = offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"
        micros = ((fraction or "") + "000000")[:6]
        try:
            # Written out in full: Python 3.10 reads no other ISO form.
            moment = datetime.fromisoformat(f"{day}T{clock}.{micros}{offset}")
            return moment.astimezone(timezone.utc)
        except (ValueError, OverflowError):
            raise ValidationError("must be a time that exists") from None


class Identifier(fields.Field[str]):
    """An id; its length is not checked, for the document's own lengths are wrong."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _ID.match(value):
            raise ValidationError("must be an id")
        return value


class Text(fields.Field[str]):
    """Text without control characters, bounded."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= _MAX_TEXT:
            raise ValidationError("must be text")
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise ValidationError("holds a control character")
        return value


class WholeNumber(fields.Field[int]):
    """A count, as number or as text (the document shows ``"limit":"2"``)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and re.match(r"[0-9]{1,15}\Z", value, re.ASCII):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise ValidationError("must be a whole number")


class State(fields.Field[Any]):
    """One of the states of an enum; any other is an error, never a default."""

    def __init__(self, states: type[Enum], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._states = states

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._states(value)
        except ValueError:
            raise ValidationError("is a state that is not in the document") from None


def _short_text(value: int) -> str:
    if value.bit_length() > 128:
        raise ValidationError("must be a plain amount")
    return str(value)


class AnswerSchema(Schema):
    """The root of all schemas here: unknown fields are ignored."""

    class Meta:
        unknown = EXCLUDE


def _optional(field: type[fields.Field[Any]], name: str) -> fields.Field[Any]:
    return field(data_key=name, load_default=None, allow_none=True)


class OfferedMethodSchema(AnswerSchema):
    asset_code = Text(data_key="assetCode", required=True)
    payment_amount = ExactAmount(data_key="paymentAmount", required=True)
    blockchain = _optional(Text, "blockchain")

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
    memo = _optional(Text, "memo")
    memo_type = _optional(Text, "memoType")
    destination_tag = _optional(WholeNumber, "destinationTag")
    blockchain = _optional(Text, "blockchain")


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
    type = _optional(Text, "type")
    state = State(PaymentState, load_default=None, allow_none=True)
    timestamp = Timestamp(required=True)
    credit_asset_code = Text(data_key="creditAssetCode", required=True)
    credit_asset_issuer = _optional(Text, "creditAssetIssuer")
    credit_amount = ExactAmount(data_key="creditAmount", required=True)
    source_asset_code = Text(data_key="sourceAssetCode", required=True)
    source_asset_issuer = _optional(Text, "sourceAssetIssuer")
    source_amount = ExactAmount(data_key="sourceAmount", required=True)
    source_blockchain = Text(data_key="sourceBlockchain", required=True)
    source_account = _optional(Text, "sourceAccount")
    source_tx_id = _optional(Text, "sourceTxId")
    checkout_id = _optional(Identifier, "checkoutId")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> PaymentAnswer:
        if data.pop("type") not in (None, "PAYMENT"):
            raise ValidationError("is a type that is not in the document", "type")
        return PaymentAnswer(**data)


class PayloadSchema(AnswerSchema):
    webhook = _optional(Text, "webhook")


class CheckoutSchema(_IdSchema):
    timestamp = Timestamp(required=True)
    state = State(CheckoutVerdict, required=True)
    hosted_checkout_url = _optional(Text, "hostedCheckoutUrl")
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


class PageSchema(AnswerSchema):
    """What all lists have; the items are read one by one by the client."""

    count = _optional(WholeNumber, "count")
