"""Schemas: every answer of the API that is used, read at once into frozen objects.

Fields that nobody asked for are ignored; where the document contradicts itself, both
readings are accepted.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from checkout_kit_quoine_pay.answers import (
    STATUS_SPELLINGS,
    InvoiceAnswer,
    InvoiceStatus,
    ProfileAnswer,
    SystemStatus,
)

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?\Z", re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)\Z",
    re.ASCII,
)
_ADDRESS = re.compile(r"[A-Za-z0-9]{14,100}\Z", re.ASCII)
_CODE = re.compile(r"[A-Za-z]{3}\Z", re.ASCII)
_MAX_TEXT = 2000


class ExactAmount(fields.Field[Decimal]):
    """An exact amount, as text or number; not negative, no NaN.

    Ruby writes small floats as ``1.0e-05``, so a number may have a negative exponent;
    a text may not, and no number a positive one.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("must be an amount")
        if isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            if not isinstance(exponent, int) or not -30 <= exponent <= 0:
                raise ValidationError("must be a plain amount")
            value = format(value, "f")
        elif isinstance(value, int):
            if value.bit_length() > 128:
                raise ValidationError("must be a plain amount")
            value = str(value)
        if not _AMOUNT.match(value):
            raise ValidationError("must be a plain amount, not negative")
        return Decimal(value)


class Timestamp(fields.Field[datetime]):
    """An ISO 8601 time with any offset, read to aware UTC."""

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


class WholeNumber(fields.Field[int]):
    """A count or an id, as a JSON number."""

    def __init__(self, *, at_least: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._at_least = at_least

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("must be a whole number")
        if not self._at_least <= value < 2**63:
            raise ValidationError(f"must be a whole number from {self._at_least} on")
        return value


class Text(fields.Field[str]):
    """Bounded text; what a merchant attached may hold any character."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise ValidationError("must be text")
        return value


class Pattern(fields.Field[str]):
    """Text of one form."""

    def __init__(self, pattern: re.Pattern[str], noun: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._pattern = pattern
        self._noun = noun

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not self._pattern.match(value):
            raise ValidationError(f"must be {self._noun}")
        return value


class State(fields.Field[Any]):
    """One state of an enum, or another spelling of it; any other is an error."""

    def __init__(
        self,
        states: type[Enum],
        spellings: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._states = states
        self._spellings = spellings or {}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and value in self._spellings:
            return self._spellings[value]
        try:
            return self._states(value)
        except ValueError:
            raise ValidationError("is a state that is not in the document") from None


class AnswerSchema(Schema):
    """The root of all schemas here: unknown fields are ignored."""

    class Meta:
        unknown = EXCLUDE


class InvoiceSchema(AnswerSchema):
    id = WholeNumber(at_least=1, required=True)
    system_status = State(SystemStatus, required=True)
    invoice_status = State(InvoiceStatus, STATUS_SPELLINGS, required=True)
    bitcoin_address = Pattern(_ADDRESS, "an address", required=True)
    price = ExactAmount(required=True)
    currency = Pattern(_CODE, "a currency's code", required=True)
    btc_price = ExactAmount(required=True)
    btc_balance = ExactAmount(required=True)
    created_at = Timestamp(required=True)
    expires_at = Timestamp(data_key="expired_at", required=True)
    paid_at = Timestamp(load_default=None, allow_none=True)
    name = Text(load_default=None, allow_none=True)
    data = Text(load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> InvoiceAnswer:
        return InvoiceAnswer(**data)


class MetaSchema(AnswerSchema):
    next_page = WholeNumber(at_least=1, load_default=None, allow_none=True)
    total_pages = WholeNumber(required=True)
    total_count = WholeNumber(required=True)


class PageSchema(AnswerSchema):
    """The list's frame; its items are read one by one by the client."""

    invoices = fields.List(fields.Raw(allow_none=True), required=True)
    meta = fields.Nested(MetaSchema, required=True)


class ProfileSettingsSchema(AnswerSchema):
    payments_callback = Text(load_default=None, allow_none=True)


class ProfileSchema(AnswerSchema):
    id = WholeNumber(at_least=1, required=True)
    currency = Pattern(_CODE, "a currency's code", required=True)
    status = Text(load_default=None, allow_none=True)
    settings = fields.Nested(ProfileSettingsSchema, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ProfileAnswer:
        settings = data.pop("settings") or {}
        callback = settings.get("payments_callback") or None
        return ProfileAnswer(**data, callback=callback)


class CallbackSchema(AnswerSchema):
    status = fields.String(required=True)
    callback = Text(required=True)
