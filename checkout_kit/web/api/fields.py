"""Fields: the single values in requests and answers, read exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load

from checkout_kit.domain.asset_id import parse_asset
from checkout_kit.domain.charge import check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money, format_decimal, parse_decimal
from checkout_kit.errors import InputError

#: What every field says when it is missing.
MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "is missing",
    "null": "must not be null",
}
_LIST_MESSAGES = {**MESSAGES, "invalid": "must be an array"}
_OBJECT_MESSAGES = {"type": "must be an object"}
_WHOLE = re.compile(r"-?[0-9]{1,18}\Z", re.ASCII)


class RequestSchema(Schema):
    """What a request holds; fields that nobody asked for are ignored."""

    error_messages = _OBJECT_MESSAGES

    class Meta:
        unknown = EXCLUDE


class SpelledSchema(RequestSchema):
    """Takes fields under the names that they had, or got later, too."""

    #: Other names of a field, by the one that is used here.
    SPELLINGS: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @pre_load
    def _spell(self, data: Any, **kwargs: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        read = dict(data)
        for name, others in self.SPELLINGS.items():
            for other in others:
                if other not in read:
                    continue
                value = read.pop(other)
                if read.setdefault(name, value) != value:
                    raise ValidationError(
                        f"says something else than {name}, which is the same", other
                    )
        return read


class Text(fields.String):
    """Plain text of one line."""

    default_error_messages = MESSAGES

    def __init__(self, *, maximum: int = 200, blank: bool = False, **kwargs: Any):
        kwargs.setdefault("metadata", {}).setdefault("maxLength", maximum)
        super().__init__(**kwargs)
        self._maximum = maximum
        self._blank = blank

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            return check_text("", value, maximum=self._maximum, blank=self._blank)
        except InputError as err:
            raise ValidationError(err.problem) from None


class Amount(fields.Field[Decimal]):
    """An exact number, as text or as a JSON number; written as text."""

    default_error_messages = MESSAGES

    def __init__(self, **kwargs: Any) -> None:
        metadata = kwargs.setdefault("metadata", {})
        metadata.setdefault("type", ["string", "number"])
        metadata.setdefault("example", "10.00")
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        try:
            return parse_decimal(value)
        except InputError as err:
            raise ValidationError(err.problem) from None

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.to_text() if isinstance(value, Money) else format_decimal(value)


class WholeNumber(fields.Integer):
    """A whole number, also where it comes as text."""

    default_error_messages = MESSAGES

    def __init__(self, minimum: int, maximum: int, **kwargs: Any) -> None:
        metadata = kwargs.setdefault("metadata", {})
        metadata.update(minimum=minimum, maximum=maximum)
        super().__init__(**kwargs)
        self._minimum = minimum
        self._maximum = maximum

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, str) and _WHOLE.match(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("must be a whole number")
        if not self._minimum <= value <= self._maximum:
            raise ValidationError(f"must be from {self._minimum} to {self._maximum}")
        return value


class Flag(fields.Boolean):
    """True or false, and nothing that only looks like it."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


class Timestamp(fields.DateTime):
    """A W3C time in UTC, to the second."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.astimezone(timezone.utc).isoformat(timespec="seconds")


class Json(fields.Dict):
    """A JSON object of the caller's own."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("must be an object")
        return dict(value)


class CurrencyName(fields.Field[Currency]):
    """A currency by its code or asset id: ``USD``, ``BTC``, ``XLM:NATIVE``."""

    default_error_messages = MESSAGES

    def __init__(self, **kwargs: Any) -> None:
        metadata = kwargs.setdefault("metadata", {})
        metadata.update(type="string", maxLength=128, example="USD")
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Currency:
        if not isinstance(value, str):
            raise ValidationError("must be text")
        try:
            return parse_asset(value)
        except InputError as err:
            raise ValidationError(err.problem) from None


class Nested(fields.Nested):
    """An object inside another."""

    default_error_messages = MESSAGES


class Items(fields.List[Any]):
    """A list of objects, read to a tuple; an empty one by default."""

    default_error_messages = _LIST_MESSAGES

    def __init__(self, schema: type[Schema], **kwargs: Any) -> None:
        if not kwargs.get("required"):
            kwargs.setdefault("load_default", ())
            kwargs.setdefault("allow_none", True)
        super().__init__(Nested(schema), **kwargs)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Read the list; null is an empty one where it may be left out."""
        return super().deserialize(value, *args, **kwargs) or ()
