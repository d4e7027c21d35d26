"""Reading: the API's data types as marshmallow fields, in every form it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from checkout_kit import Currency, CurrencyError, InputError, Money

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?\Z", re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?\Z", re.ASCII
)
_ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z", re.ASCII)
_MAX_TEXT = 2000


def parse_amount(value: Any, *, may_be_negative: bool = False) -> Decimal:
    """Read an exact number: text, a whole number or a plain decimal one.

    :raises ValidationError: for a sign, an exponent, or anything that is no number.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise ValidationError("must be an amount")
    if isinstance(value, int) and value.bit_length() > 64:
        raise ValidationError("must be a plain amount, not negative")
    text = str(value)
    if len(text) > 40 or not _NUMBER.match(text):
        raise ValidationError("must be a plain amount, not negative")
    if text.startswith("-") and not may_be_negative:
        raise ValidationError("must be a plain amount, not negative")
    return Decimal(text)


def parse_currency(value: Any) -> Currency:
    """Read a currency; upper and lower case are the same.

    :raises ValidationError: if it is unknown.
    """
    if not isinstance(value, str) or not re.match(r"[A-Za-z]{3}\Z", value, re.ASCII):
        raise ValidationError("must be a currency of three letters")
    try:
        return Currency.parse(value)
    except CurrencyError:
        raise ValidationError("must be a known currency") from None


class MoneyField(fields.Field[Money]):
    """``{"amount": …, "currency": …}``."""

    may_be_negative = False

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Money:
        if not isinstance(value, Mapping) or not {"amount", "currency"} <= set(value):
            raise ValidationError("must be an amount with its currency")
        currency = parse_currency(value["currency"])
        try:
            amount = parse_amount(value["amount"], may_be_negative=self.may_be_negative)
            return Money(amount, currency)
        except InputError:
            raise ValidationError("has more places than its currency") from None


class Balance(MoneyField):
    """The amount on an account; overdrawn if sold money was taken back."""

    may_be_negative = True


class Number(fields.Field[Decimal]):
    """A number without a currency."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        return parse_amount(value)


class CurrencyCode(fields.Field[str]):
    """A currency's code, in upper case."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        return parse_currency(value).code


class Timestamp(fields.Field[datetime]):
    """A time with offset, Z or neither (then it is UTC), read to aware UTC."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        match = _TIMESTAMP.match(value) if isinstance(value, str) else None
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
    """An id as it comes: an example of the document is a digit short of a UUID.

    Before one goes into a URL it is checked by ``check_id``.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _ID.match(value):
            raise ValidationError("must be an id")
        return value


class Text(fields.Field[str]):
    """Text without control characters, bounded; may be empty."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise ValidationError("must be text")
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise ValidationError("holds a control character")
        return value
