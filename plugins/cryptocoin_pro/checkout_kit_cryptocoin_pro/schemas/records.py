"""Schemas of transfers, notifications, log-ins, and what a platform can look up."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from checkout_kit_cryptocoin_pro.answers import (
    AccessToken,
    ApiCall,
    Notification,
    PlatformUser,
    SecurityRecord,
    StaffMember,
    Transfer,
)
from checkout_kit_cryptocoin_pro.reading import (
    AnswerSchema,
    Flag,
    Identifier,
    Number,
    Symbol,
    Text,
    Timestamp,
    optional,
)
from checkout_kit_cryptocoin_pro.schemas.trading import ReferenceSchema, data_without


class TransferUserSchema(AnswerSchema):
    id = Identifier(required=True)


class TransferCommissionSchema(AnswerSchema):
    value = Number(required=True)


class TransferSchema(AnswerSchema):
    id = Identifier(required=True)
    public_id = optional(Text, data_key="publicId")
    status = Text(required=True)
    symbol = optional(Symbol)
    amount = Number(required=True)
    total = Number(required=True)
    commission = fields.Nested(TransferCommissionSchema, required=True)
    sender = fields.Nested(TransferUserSchema, required=True, data_key="fromUser")
    recipient = fields.Nested(TransferUserSchema, required=True, data_key="toUser")
    sent = fields.Nested(
        ReferenceSchema, data_key="fromOrder", load_default=None, allow_none=True
    )
    received = fields.Nested(
        ReferenceSchema, data_key="toOrder", load_default=None, allow_none=True
    )
    expires_at = optional(Timestamp, data_key="lifeUntilAt")
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Transfer:
        parts = ("commission", "sender", "recipient", "sent", "received")
        return Transfer(
            **data_without(data, *parts),
            commission=data["commission"]["value"],
            sender_id=data["sender"]["id"],
            recipient_id=data["recipient"]["id"],
            sending_order_id=(data["sent"] or {}).get("id"),
            receiving_order_id=(data["received"] or {}).get("id"),
        )


class NotificationSchema(AnswerSchema):
    id = optional(Identifier)
    title = optional(Text)
    message = Text(required=True)
    category = Text(required=True)
    code = Text(required=True)
    about = fields.Nested(
        ReferenceSchema, data_key="meta", load_default=None, allow_none=True
    )
    created = optional(Timestamp, data_key="createdAt")
    read_at = optional(Timestamp, data_key="readAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Notification:
        about = data.pop("about") or {}
        return Notification(**data, order_id=about.get("id"))


class SecurityRecordSchema(AnswerSchema):
    code = Text(required=True)
    name = Text(required=True)
    by = Text(required=True)
    ip = optional(Text)
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SecurityRecord:
        return SecurityRecord(**data)


class AccessTokenSchema(AnswerSchema):
    type = Text(required=True)
    is_ours = Flag(required=True, data_key="you")
    token = Text(required=True)
    last_used_at = optional(Timestamp, data_key="lastUsedAt")
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> AccessToken:
        return AccessToken(**data)


class StaffMemberSchema(AnswerSchema):
    id = Identifier(required=True)
    user_id = Identifier(required=True, data_key="userId")
    is_active = Flag(required=True, data_key="isActive")
    role = Text(required=True)
    email = Text(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> StaffMember:
        return StaffMember(**data)


class PlatformUserSchema(AnswerSchema):
    id = Identifier(required=True)
    email = Text(required=True)
    username = optional(Text)
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> PlatformUser:
        return PlatformUser(**data)


class ApiCallSchema(AnswerSchema):
    endpoint = Text(required=True)
    verb = Text(required=True)
    status = Text(required=True)
    # Whole bodies, line breaks and all.
    request = fields.String(load_default="", allow_none=True)
    response = fields.String(load_default="", allow_none=True)
    created = optional(Timestamp, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ApiCall:
        return ApiCall(**data)
