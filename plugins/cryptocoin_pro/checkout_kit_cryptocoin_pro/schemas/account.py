"""Schemas of sessions, profiles, KYC, banks, cards and wallets."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load

from checkout_kit_cryptocoin_pro.answers import (
    Bank,
    Card,
    ExternalWallet,
    Kyc,
    Phone,
    Profile,
    Session,
)
from checkout_kit_cryptocoin_pro.reading import (
    AnswerSchema,
    Flag,
    Identifier,
    Number,
    Symbol,
    Text,
    Timestamp,
    Whole,
    optional,
    optional_part,
)


class SessionSchema(AnswerSchema):
    token = Text(required=True, data_key="id")
    lifetime = Whole(required=True, data_key="ttl")
    user_id = Identifier(required=True, data_key="userId")
    created = optional(Timestamp)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Session:
        if not 16 <= len(data["token"]) <= 1000 or not data["token"].isascii():
            raise ValidationError("is no token", "id")
        return Session(**data)


class KycAmountsSchema(AnswerSchema):
    buy = optional(Number)
    sell = optional(Number)


class KycSchema(AnswerSchema):
    status = optional(Text)
    level = Whole(required=True)
    required = optional(Text)
    amounts = optional_part(KycAmountsSchema)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Kyc:
        amounts = data.pop("amounts") or {}
        return Kyc(**data, bought=amounts.get("buy"), sold=amounts.get("sell"))


class PhoneSchema(AnswerSchema):
    number = Text(required=True, data_key="phone")
    status = Whole(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Phone:
        return Phone(**data)


class BankSchema(AnswerSchema):
    id = Identifier(required=True)
    status = Text(required=True)
    name = Text(required=True, data_key="bankName")
    iban = Text(required=True)
    swift = Text(required=True)
    currency = Symbol(required=True)
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Bank:
        return Bank(**data)


class CardSchema(AnswerSchema):
    id = Identifier(required=True)
    status = Text(required=True)
    alias = Text(required=True)
    holder_name = Text(required=True, data_key="holderName")
    expiration_date = Text(required=True, data_key="expirationDate")
    last_four_digits = Text(required=True, data_key="lastFourDigits")
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Card:
        return Card(**data)


class WalletSchema(AnswerSchema):
    id = Identifier(required=True)
    status = Text(required=True)
    alias = Text(required=True)
    address = Text(required=True)
    coin = Symbol(required=True)
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ExternalWallet:
        return ExternalWallet(**data)


class ProfileSchema(AnswerSchema):
    """A user is ``uuid`` in his profile, ``id`` elsewhere."""

    id = Identifier(required=True)
    is_active = Flag(required=True, data_key="isActive")
    may_trade = Flag(required=True, data_key="tradeStatus")
    email = optional(Text)
    closes_at = optional(Timestamp, data_key="selfDeletedAt")
    kyc = optional_part(KycSchema)
    wallets = fields.List(fields.Nested(WalletSchema), load_default=list)
    cards = fields.List(fields.Nested(CardSchema), load_default=list)
    banks = fields.List(fields.Nested(BankSchema), load_default=list)
    created = optional(Timestamp, data_key="createdAt")

    @pre_load
    def _name(self, data: Any, **kwargs: Any) -> Any:
        if "uuid" in data and "id" not in data:
            return {**data, "id": data["uuid"]}
        return data

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Profile:
        for name in ("wallets", "cards", "banks"):
            data[name] = tuple(data[name])
        return Profile(**data)
