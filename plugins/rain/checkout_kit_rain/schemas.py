"""Schemas: every answer of the API, read at once into frozen objects.

Fields that nobody asked for are ignored. Where the document contradicts itself, both
readings are accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from checkout_kit_rain.answers import (
    Account,
    AccountAddress,
    Order,
    Price,
    Session,
    Transaction,
    TransactionStatus,
    User,
)
from checkout_kit_rain.reading import (
    Balance,
    CurrencyCode,
    Identifier,
    MoneyField,
    Number,
    Text,
    Timestamp,
)

#: The amounts that a type of transaction must have.
_AMOUNTS: Mapping[str, tuple[str, ...]] = {
    "buy": ("amount", "subtotal", "fee", "total"),
    "sell": ("amount", "subtotal", "fee", "total"),
    "send": ("amount",),
    "receive": ("amount",),
    "request_btc": ("amount",),
    "deposit": ("fiat_amount",),
    "withdrawal": ("fiat_amount",),
    "transfer": ("amount", "fiat_amount"),
}
_STATUSES = {status.value: status for status in TransactionStatus}


def _optional(field: type[fields.Field[Any]]) -> fields.Field[Any]:
    return field(load_default=None, allow_none=True)


class AnswerSchema(Schema):
    """The root of all schemas here: unknown fields are ignored."""

    class Meta:
        unknown = EXCLUDE


class SessionSchema(AnswerSchema):
    id = Identifier(required=True)
    user_id = Identifier(required=True)
    token = Text(required=True)
    created = Timestamp(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Session:
        # It is sent raw in a header.
        if not data["token"] or not all("!" <= c <= "~" for c in data["token"]):
            raise ValidationError("must be a token", "token")
        return Session(**data)


class CountrySchema(AnswerSchema):
    code = _optional(Text)


class UserSchema(AnswerSchema):
    id = Identifier(required=True)
    status = Text(required=True)
    currency = _optional(CurrencyCode)
    full_name = _optional(Text)
    email = _optional(Text)
    email_verified = fields.Boolean(load_default=None, allow_none=True)
    country = fields.Nested(CountrySchema, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> User:
        country = data.pop("country") or {}
        return User(**data, country_code=country.get("code"))


class AccountSchema(AnswerSchema):
    id = Identifier(required=True)
    name = Text(required=True)
    balance = Balance(required=True)
    unconfirmed = MoneyField(data_key="unconfirmed_balance", required=True)
    address = Text(load_default="", allow_none=True)
    created = Timestamp(required=True)
    updated = _optional(Timestamp)
    deleted = _optional(Timestamp)
    user_id = _optional(Identifier)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Account:
        if data["balance"].currency != data["unconfirmed"].currency:
            raise ValidationError("is in another currency", "unconfirmed_balance")
        return Account(**{**data, "address": data["address"] or ""})


class AddressSchema(AnswerSchema):
    id = Identifier(required=True)
    account_id = Identifier(required=True)
    address = Text(required=True)
    created = Timestamp(required=True)
    currency = CurrencyCode(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> AccountAddress:
        if not data["address"]:
            raise ValidationError("is empty", "address")
        return AccountAddress(**data)


class TransactionSchema(AnswerSchema):
    id = Identifier(required=True)
    type = Text(required=True)
    status = Text(required=True)
    created = Timestamp(required=True)
    amount = _optional(MoneyField)
    fiat_amount = _optional(MoneyField)
    subtotal = _optional(MoneyField)
    fee = _optional(MoneyField)
    total = _optional(MoneyField)
    withdraw_account_id = _optional(Identifier)
    deposit_account_id = _optional(Identifier)
    sender_account_id = _optional(Identifier)
    recipient_account_id = _optional(Identifier)
    price_id = _optional(Identifier)
    memo = _optional(Text)
    address = _optional(Text)
    transaction_hash = _optional(Text)

    @post_load(pass_original=True)
    def _make(self, data: dict[str, Any], original: Any, **kwargs: Any) -> Transaction:
        for name in _AMOUNTS.get(data["type"], ()):
            if data[name] is None:
                raise ValidationError("Missing data for required field.", name)
        # An unknown status is kept: only who acts on it must not.
        data["status"] = _STATUSES.get(data["status"])
        return Transaction(**data, raw=dict(original))


class OrderSchema(AnswerSchema):
    id = Identifier(required=True)
    type = Text(required=True)
    side = Text(required=True)
    quantity = Number(required=True)
    price = _optional(Number)
    created = Timestamp(required=True)
    completed = _optional(Timestamp)
    canceled = _optional(Timestamp)
    user_id = _optional(Identifier)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Order:
        return Order(**data)


class PriceSchema(AnswerSchema):
    id = Identifier(required=True)
    created = Timestamp(required=True)
    base_currency = CurrencyCode(required=True)
    ref_currency = CurrencyCode(required=True)
    buy_price = MoneyField(required=True)
    sell_price = MoneyField(required=True)
    spot_price = MoneyField(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Price:
        for name in ("buy_price", "sell_price", "spot_price"):
            if data[name].currency.code != data["ref_currency"]:
                raise ValidationError("is in another currency", name)
            if not data[name]:
                raise ValidationError("must be more than zero", name)
        return Price(**data)
