"""Schemas: the API's answers, read exactly or refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from checkout_kit_quoine_exchange.answers import (
    AccountAnswer,
    CryptoWithdrawalAnswer,
    CryptoWithdrawalPage,
    MovementAnswer,
    UserAnswer,
)

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?\Z", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9]{2,10}\Z", re.ASCII)
_ADDRESS = re.compile(r"[\x21-\x7e]{10,200}\Z", re.ASCII)
_SECRET = re.compile(r"[\x21-\x7e]{1,500}\Z", re.ASCII)


class ExactAmount(fields.Field[Decimal]):
    """An exact amount, as text or as a plain JSON number; not negative, no NaN."""

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


class WholeNumber(fields.Field[int]):
    """An id or a count, as a JSON number."""

    def __init__(self, *, at_least: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._at_least = at_least

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("must be a whole number")
        if not self._at_least <= value < 2**63:
            raise ValidationError(f"must be a whole number from {self._at_least} on")
        return value


class Text(fields.Field[str]):
    """Bounded text, of one form where one is given."""

    def __init__(self, form: re.Pattern[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._form = form

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= 500:
            raise ValidationError("must be text")
        if self._form is not None and not self._form.match(value):
            raise ValidationError("must be text of another form")
        return value


class AnswerSchema(Schema):
    """The root of all schemas here: unknown fields are ignored."""

    class Meta:
        unknown = EXCLUDE


class UserSchema(AnswerSchema):
    id = WholeNumber(required=True)
    secret = Text(_SECRET, required=True)
    ext_id = Text(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> UserAnswer:
        return UserAnswer(**data)


class AccountSchema(AnswerSchema):
    id = WholeNumber(required=True)
    currency = Text(_CODE, required=True)
    balance = ExactAmount(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> AccountAnswer:
        return AccountAnswer(**data)


class MovementSchema(AnswerSchema):
    id = WholeNumber(required=True)
    currency = Text(_CODE, required=True)
    balance = ExactAmount(required=True)
    # In the examples, and in no table.
    request_id = Text(load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> MovementAnswer:
        return MovementAnswer(**data)


class CryptoWithdrawalSchema(AnswerSchema):
    id = WholeNumber(required=True)
    amount = ExactAmount(required=True)
    address = Text(_ADDRESS, required=True)
    state = Text(required=True)
    # In the request, and in no example of an answer.
    currency = Text(_CODE, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CryptoWithdrawalAnswer:
        return CryptoWithdrawalAnswer(**data)


class CryptoWithdrawalPageSchema(AnswerSchema):
    models = fields.List(
        fields.Nested(CryptoWithdrawalSchema), required=True, data_key="models"
    )
    current_page = WholeNumber(required=True)
    total_pages = WholeNumber(at_least=0, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CryptoWithdrawalPage:
        return CryptoWithdrawalPage(tuple(data.pop("models")), **data)
