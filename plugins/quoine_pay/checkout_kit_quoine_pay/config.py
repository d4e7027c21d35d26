"""Settings of the Quoine Pay plugin, checked before the app starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
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

DEFAULT_BASE_URL = "https://pay.quoine.com/api/v1"


@dataclass(frozen=True, slots=True)
class QuoinePaySettings:
    """What a shop tells the plugin.

    ``signed_prefix`` replaces the base URL's path where requests are signed; None signs
    the target as it is sent. ``rate_minutes`` is how old an invoice's price may be to
    quote by. ``part_payment_minutes`` is how long a part payment must have stood to
    count as confirmed. ``repeat_after_seconds`` is how long an invoice whose answer was
    lost is waited for before it is made anew.
    """

    user_id: str
    user_secret: str = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    signed_prefix: str | None = None
    content_md5: bool = True
    register_callback: bool = True
    price_requests: bool = True
    rate_minutes: int = 10
    profile_minutes: int = 10
    part_payment_minutes: int = 180
    repeat_after_seconds: int = 60
    connect_timeout: float = 3.0
    read_timeout: float = 6.0
    total_timeout: float = 8.0
    test_mode: bool = False
    control_url: str | None = None

    @property
    def limits(self) -> Limits:
        """The bounds of each call."""
        return Limits(
            connect=self.connect_timeout,
            read=self.read_timeout,
            total=self.total_timeout,
        )

    @property
    def rate_age(self) -> timedelta:
        """How old an invoice's price may be to quote by."""
        return timedelta(minutes=self.rate_minutes)

    @property
    def profile_age(self) -> timedelta:
        """How long the account's currency is remembered."""
        return timedelta(minutes=self.profile_minutes)

    @property
    def part_payment_age(self) -> timedelta:
        """How long a part payment must have stood."""
        return timedelta(minutes=self.part_payment_minutes)

    @property
    def repeat_after(self) -> timedelta:
        """How long an invoice whose answer was lost is waited for."""
        return timedelta(seconds=self.repeat_after_seconds)


_SECRET = validate.Regexp(
    r"[\x21-\x7e]{1,200}\Z", error="must be 1 to 200 ASCII characters without blanks"
)
_USER_ID = validate.Regexp(
    r"[A-Za-z0-9_-]{1,64}\Z", error="must be the User ID of the Settings page"
)
_PREFIX = validate.Regexp(
    r"(/[A-Za-z0-9._~-]{1,64}){0,8}\Z", error="must be a path such as /api, or empty"
)


def _text(expected: str, check: Any, **options: Any) -> fields.String:
    messages: dict[str, Any] = {
        "required": f"is missing: {expected}",
        "null": f"must be {expected}",
    }
    messages["invalid"] = messages["invalid_utf8"] = f"must be {expected}"
    return fields.String(validate=check, error_messages=messages, **options)


def _flag() -> fields.Boolean:
    message = "must be True or False"
    return fields.Boolean(
        truthy={True},
        falsy={False},
        error_messages={"invalid": message, "null": message},
    )


def _seconds() -> fields.Float:
    message = "must be a number of seconds from 0.1 to 60"
    return fields.Float(
        validate=validate.Range(0.1, 60, error=message),
        error_messages={
            "invalid": message,
            "null": message,
            "special": message,
            "too_large": message,
        },
    )


def _whole(unit: str, low: int, high: int) -> fields.Integer:
    message = f"must be a whole number of {unit} from {low} to {high}"
    return fields.Integer(
        strict=True,
        validate=validate.Range(low, high, error=message),
        error_messages={"invalid": message, "null": message, "too_large": message},
    )


def _web_address(value: str) -> None:
    expected = "must be an address such as https://api.example.com/v1"
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


class QuoinePaySettingsSchema(Schema):
    """Loads the plugin's settings to :class:`QuoinePaySettings`.

    Unknown keys are errors. Messages say what is expected, never what was found.
    """

    error_messages = {"unknown": "is not a setting of this plugin"}  # noqa: RUF012

    class Meta:
        unknown = RAISE

    user_id = _text("the User ID of the Settings page", _USER_ID, required=True)
    user_secret = _text("the User Secret of the Settings page", _SECRET, required=True)
    base_url = _text("the API's address", _web_address)
    signed_prefix = _text("a path such as /api", _PREFIX, allow_none=True)
    content_md5 = _flag()
    register_callback = _flag()
    price_requests = _flag()
    rate_minutes = _whole("minutes", 1, 1440)
    profile_minutes = _whole("minutes", 1, 1440)
    part_payment_minutes = _whole("minutes", 0, 10080)
    repeat_after_seconds = _whole("seconds", 0, 1800)
    connect_timeout = _seconds()
    read_timeout = _seconds()
    total_timeout = _seconds()
    test_mode = _flag()
    control_url = _text(
        "the simulator's control address", _web_address, allow_none=True
    )

    @validates_schema
    def _check_together(self, data: dict[str, Any], **kwargs: Any) -> None:
        is_test = data.get("test_mode", False)
        if data.get("control_url") and not is_test:
            raise ValidationError("is only allowed with test_mode", "control_url")
        if data.get("base_url", "https:").startswith("http:") and not is_test:
            raise ValidationError(
                "must be an https:// address; plain http is for test_mode", "base_url"
            )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> QuoinePaySettings:
        return QuoinePaySettings(**data)
