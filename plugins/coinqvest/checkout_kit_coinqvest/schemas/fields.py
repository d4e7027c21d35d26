"""Fields: the single values in the API's answers, read exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

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
            moment = moment.astimezone(timezone.utc)
        except (ValueError, OverflowError):
            raise ValidationError("must be a time that exists") from None
        # Beyond, computing with it could overflow, here or in a database.
        if not 2000 <= moment.year < 2200:
            raise ValidationError("must be a time of our days")
        return moment


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


class FreeText(fields.Field[str]):
    """What people wrote: may be empty or of several lines; bounded."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise ValidationError("must be text")
        return value


class Flag(fields.Field[bool]):
    """True or false, and nothing that only looks like it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


class Meta(fields.Field[Any]):
    """A customer's ``meta``: an object in the examples, a string in the tables."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # PHP writes an empty object as [].
        if value == []:
            return {}
        if not isinstance(value, (Mapping, str)):
            raise ValidationError("must be an object or text")
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


def optional(field: type[fields.Field[Any]], name: str) -> fields.Field[Any]:
    """A field that may be null or missing, under the API's name of it."""
    return field(data_key=name, load_default=None, allow_none=True)
