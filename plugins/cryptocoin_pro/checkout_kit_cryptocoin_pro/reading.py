"""Reading: the API's data types as marshmallow fields, in every form it shows."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,2})?\Z", re.ASCII)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?\Z", re.ASCII
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)
_SYMBOL = re.compile(r"[A-Za-z0-9]{1,12}\Z", re.ASCII)
_MAX_TEXT = 4000
#: The end of the year 9999, the last that Python's times reach.
_LAST_SECOND = 253_402_300_799


class AnswerSchema(Schema):
    """Reads what the plugin needs and leaves out what the API has besides."""

    class Meta:
        unknown = EXCLUDE


class Number(fields.Field[Decimal]):
    """An exact number: text or a JSON number, of up to 60 places or with an exponent.

    Empty text stands for none, as ``null`` does in other answers.
    """

    def __init__(self, *, may_be_negative: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._may_be_negative = may_be_negative

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Read empty text as none, where none is allowed."""
        if value == "" and self.allow_none:
            return None
        return super().deserialize(value, *args, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("must be a number")
        if isinstance(value, int) and value.bit_length() > 100:
            raise ValidationError("must be a number within bounds")
        text = str(value)
        if len(text) > 100 or not _NUMBER.match(text):
            raise ValidationError("must be a plain number")
        if text.startswith("-") and not self._may_be_negative:
            raise ValidationError("must not be negative")
        return Decimal(text)


class Timestamp(fields.Field[datetime]):
    """A time in Unix seconds, or (at log-in) in ISO form; read to aware UTC."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        if isinstance(value, int) and not isinstance(value, bool):
            if not 0 <= value <= _LAST_SECOND:
                raise ValidationError("must be a time within bounds")
            return datetime.fromtimestamp(value, timezone.utc)
        match = _ISO.match(value) if isinstance(value, str) else None
        if match is None:
            raise ValidationError("must be a time")
        day, clock, fraction, offset = match.groups()
        offset = "+00:00" if offset in (None, "Z") else offset
        micros = ((fraction or "") + "000000")[:6]
        try:
            # Written out in full: Python 3.10 reads no other ISO form.
            moment = datetime.fromisoformat(f"{day}T{clock}.{micros}{offset}")
            return moment.astimezone(timezone.utc)
        except (ValueError, OverflowError):
            raise ValidationError("must be a time that exists") from None


class Identifier(fields.Field[str]):
    """An id: a UUID, or a number in some examples."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**18 else ""
        if not isinstance(value, str) or not _ID.match(value):
            raise ValidationError("must be an id")
        return value


class Symbol(fields.Field[str]):
    """The provider's symbol of an asset or currency, in upper case."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _SYMBOL.match(value):
            raise ValidationError("must be a symbol")
        return value.upper()


class Text(fields.Field[str]):
    """Text without control characters, bounded; may be empty."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise ValidationError("must be text")
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise ValidationError("holds a control character")
        return value


class Link(fields.Field[str]):
    """A web address, without the line breaks, blanks and ``*`` of the examples.

    It may hold a token: it belongs into no log and no repr.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > 10 * _MAX_TEXT:
            raise ValidationError("must be a link")
        return re.sub(r"[\s*]", "", value)


class Flag(fields.Field[bool]):
    """True or false."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


class Whole(fields.Field[int]):
    """A whole number, as such or as text."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and re.match(r"[0-9]{1,9}\Z", value, re.ASCII):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("must be a whole number")
        if not 0 <= value < 10**12:
            raise ValidationError("must be a whole number within bounds")
        return value


def optional(kind: type[fields.Field[Any]], **options: Any) -> fields.Field[Any]:
    """A field that may be missing or null, and then is None."""
    return kind(load_default=None, allow_none=True, **options)


def optional_part(schema: type[Schema]) -> fields.Nested:
    """An object that may be missing or null, and then is None."""
    return fields.Nested(schema, load_default=None, allow_none=True)
