"""Settings of the COINQVEST plugin, checked before the app starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
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

DEFAULT_BASE_URL = "https://www.coinqvest.com/api/v1"


@dataclass(frozen=True, slots=True)
class CoinqvestSettings:
    """What a shop tells the plugin.

    ``blockchain_relays`` names the preferred asset issuer per blockchain;
    ``credit_issuers`` the only one that a fiat currency may be credited by.
    ``fresh_minutes`` is how long after its making an invoice is asked for by itself;
    ``overlap_minutes`` how far before its last check the list of payments is read again
    (a payment carries the time when it was sent, and is listed when it is confirmed).
    ``minimums_minutes`` is how long the blockchains' minimum amounts are remembered.
    """

    api_key: str
    api_secret: str = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    auth: str = "digest"
    hosted: bool = False
    blockchain_relays: Mapping[str, str] = field(default_factory=dict, hash=False)
    credit_issuers: Mapping[str, str] = field(default_factory=dict, hash=False)
    customer_id: str | None = None
    connect_timeout: float = 3.0
    read_timeout: float = 6.0
    total_timeout: float = 8.0
    fresh_minutes: int = 60
    overlap_minutes: int = 24 * 60
    minimums_minutes: int = 60
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
    def fresh(self) -> timedelta:
        """How long an invoice is fresh."""
        return timedelta(minutes=self.fresh_minutes)

    @property
    def overlap(self) -> timedelta:
        """How far the list of payments is read again."""
        return timedelta(minutes=self.overlap_minutes)

    @property
    def minimums_lifetime(self) -> timedelta:
        """How long minimum amounts are remembered."""
        return timedelta(minutes=self.minimums_minutes)


_PRINTABLE = validate.Regexp(
    r"[\x21-\x7e]{1,200}\Z", error="must be 1 to 200 ASCII characters without blanks"
)
_ID = validate.Regexp(
    r"[A-Za-z0-9_-]{1,64}\Z", error="must be an id as the API gives it"
)


def _text(expected: str, check: validate.Validator, **options: Any) -> fields.String:
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


def _minutes() -> fields.Integer:
    message = "must be a whole number of minutes from 1 to 44640"
    return fields.Integer(
        strict=True,
        validate=validate.Range(1, 44640, error=message),
        error_messages={"invalid": message, "null": message, "too_large": message},
    )


def _issuers(key: str) -> fields.Dict:
    return fields.Dict(
        keys=_text(key, _ID),
        values=_text(
            "an asset issuer's id as GET /asset-issuers gives it",
            validate.Regexp(r"[\x21-\x7e]{1,200}\Z", error="must be an issuer's id"),
        ),
        error_messages={"invalid": f"must be a dict of {key} → issuer id"},
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


class CoinqvestSettingsSchema(Schema):
    """Loads the plugin's settings to :class:`CoinqvestSettings`.

    Unknown keys are errors. Messages say what is expected, never what was found.
    """

    error_messages = {"unknown": "is not a setting of this plugin"}  # noqa: RUF012

    class Meta:
        unknown = RAISE

    api_key = _text("the API key of your account", _PRINTABLE, required=True)
    api_secret = _text("the API secret of your account", _PRINTABLE, required=True)
    base_url = _text("the API's address", _web_address)  # type: ignore[arg-type]
    auth = _text(
        "digest or basic",
        validate.OneOf(["digest", "basic"], error="must be digest or basic"),
    )
    hosted = _flag()
    blockchain_relays = _issuers("a blockchain id such as ETH")
    credit_issuers = _issuers("a fiat currency such as USD")
    customer_id = _text("a customer's id", _ID, allow_none=True)
    connect_timeout = _seconds()
    read_timeout = _seconds()
    total_timeout = _seconds()
    fresh_minutes = _minutes()
    overlap_minutes = _minutes()
    minimums_minutes = _minutes()
    test_mode = _flag()
    control_url = _text(
        "the simulator's control address",
        _web_address,  # type: ignore[arg-type]
        allow_none=True,
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
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CoinqvestSettings:
        for name in ("blockchain_relays", "credit_issuers"):
            data[name] = MappingProxyType(dict(data.get(name, {})))
        return CoinqvestSettings(**data)
