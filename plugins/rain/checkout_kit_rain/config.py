"""Settings of the Rain plugin, checked before the app starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from checkout_kit.http import Limits

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"
_CENTS = re.compile(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,2})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class RainSettings:
    """What a shop tells the plugin.

    ``invoice_by`` says whether an invoice is an account of its own or an address of
    ``account_id``. ``fee_paid_by``, ``fee_percent``, ``minimum_fee`` (dollars) and
    ``fee_rounding`` describe the exchange's fee on a sale, ``sale_price`` which of its
    two prices a sale is written at.
    """

    email: str
    password: str = field(repr=False)
    base_url: str
    invoice_by: str = "account"
    account_id: str | None = None
    fiat_account_id: str | None = None
    fee_paid_by: str = "buyer"
    fee_percent: Decimal = Decimal(1)
    minimum_fee: Decimal = Decimal(0)
    fee_rounding: str = "up"
    sale_price: str = "lower"
    sale_fields: str = "documented"
    price_lifetime: float = 300.0
    max_price_age: float | None = None
    withdraw: bool = False
    unconfirmed_is_total: bool = False
    connect_timeout: float = 3.0
    read_timeout: float = 4.0
    total_timeout: float = 4.5
    test_mode: bool = False
    control_url: str | None = None

    @property
    def limits(self) -> Limits:
        """The bounds of each call; logging in anew makes two of one."""
        return Limits(
            connect=self.connect_timeout,
            read=self.read_timeout,
            total=self.total_timeout,
            # GET /accounts has one element for each invoice that was ever made.
            max_bytes=16_000_000,
        )

    @property
    def lifetime(self) -> timedelta:
        """How long a quote may be used."""
        return timedelta(seconds=self.price_lifetime)


def _text(expected: str, check: Any = None, **options: Any) -> fields.String:
    messages: dict[str, Any] = {
        "required": f"is missing: {expected}",
        "null": f"must be {expected}",
    }
    messages["invalid"] = messages["invalid_utf8"] = f"must be {expected}"
    return fields.String(validate=check, error_messages=messages, **options)


def _choice(*choices: str) -> fields.String:
    expected = " or ".join(choices)
    return _text(expected, validate.OneOf(choices, error=f"must be {expected}"))


def _flag() -> fields.Boolean:
    message = "must be True or False"
    return fields.Boolean(
        truthy={True},
        falsy={False},
        error_messages={"invalid": message, "null": message},
    )


def _seconds(least: float, most: float, **options: Any) -> fields.Float:
    message = f"must be a number of seconds from {least:g} to {most:g}"
    names = ("invalid", "null", "special", "too_large")
    return fields.Float(
        validate=validate.Range(least, most, error=message),
        error_messages=dict.fromkeys(names, message),
        **options,
    )


class _ExactNumber(fields.Field[Decimal]):
    """A number with two places at most, given as text: never a float."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("must be a number given as text, such as '1.00'")
        if not _CENTS.match(str(value)[:20]):
            raise ValidationError("must be a number given as text, such as '1.00'")
        return Decimal(value)


def _at_most_half(value: Decimal) -> None:
    if value > 50:
        raise ValidationError("must be a percentage from 0 to 50")


def _web_address(value: str) -> None:
    expected = "must be an address such as https://api.example.com/api/1"
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("https", "http") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        raise ValidationError(expected) from None
    if not valid or not value.isascii() or any(ord(c) <= 32 for c in value):
        raise ValidationError(expected)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValidationError(f"{expected}, without user name, query or fragment")


def _account_id() -> fields.String:
    expected = "an account's id as GET /accounts gives it"
    check = validate.Regexp(_UUID, error=f"must be {expected}")
    return _text(expected, check, allow_none=True)


class RainSettingsSchema(Schema):
    """Loads the plugin's settings to :class:`RainSettings`.

    Unknown keys are errors. Messages say what is expected, never what was found.
    """

    error_messages = {"unknown": "is not a setting of this plugin"}  # noqa: RUF012

    class Meta:
        unknown = RAISE

    email = _text(
        "the e-mail address that you log in with",
        validate.Regexp(
            r"[!-?A-~]{1,100}@[!-?A-~]{1,100}\Z", error="must be an e-mail address"
        ),
        required=True,
    )
    password = _text(
        "the password that you log in with",
        validate.Length(1, 200, error="must be of 1 to 200 characters"),
        required=True,
    )
    base_url = _text("the API's address with /api/1", _web_address, required=True)
    invoice_by = _choice("account", "address")
    account_id = _account_id()
    fiat_account_id = _account_id()
    fee_paid_by = _choice("buyer", "merchant")
    fee_percent = _ExactNumber(validate=_at_most_half)
    minimum_fee = _ExactNumber()
    fee_rounding = _choice("up", "half_up")
    sale_price = _choice("lower", "buy", "sell")
    sale_fields = _choice("documented", "tutorial")
    price_lifetime = _seconds(10, 3600)
    max_price_age = _seconds(10, 30 * 86400, allow_none=True)
    withdraw = _flag()
    unconfirmed_is_total = _flag()
    connect_timeout = _seconds(0.1, 60)
    read_timeout = _seconds(0.1, 60)
    total_timeout = _seconds(0.1, 60)
    test_mode = _flag()
    control_url = _text("the simulator's address", _web_address, allow_none=True)

    @validates_schema
    def _check_together(self, data: dict[str, Any], **kwargs: Any) -> None:
        is_test = data.get("test_mode", False)
        if data.get("control_url") and not is_test:
            raise ValidationError("is only allowed with test_mode", "control_url")
        if data.get("base_url", "https:").startswith("http:") and not is_test:
            raise ValidationError(
                "must be an https:// address; plain http is for test_mode", "base_url"
            )
        if data.get("invoice_by") == "address" and not data.get("account_id"):
            raise ValidationError(
                "is missing: with invoice_by 'address' all invoices share it",
                "account_id",
            )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> RainSettings:
        return RainSettings(**data)
