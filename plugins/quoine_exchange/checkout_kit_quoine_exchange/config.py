"""Settings of the Quoine Exchange plugin, checked before the app starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, post_load, validates_schema

from checkout_kit import WithdrawalStatus
from checkout_kit.http import Limits
from checkout_kit_quoine_exchange.setting_fields import (
    account_ids,
    channel_kinds,
    coin_codes,
    fernet_keys,
    file_path,
    flag,
    host_name,
    is_installed,
    pairs,
    pattern,
    seconds,
    web_address,
    whole_number,
    withdrawal_states,
)

DEFAULT_BASE_URL = "https://api.quoine.com/vendor"
#: The channels of the document, by the names that this plugin gives them.
CHANNEL_KINDS = ("market_data", "product", "price_ladders", "executions")
#: The one state of a withdrawal that the document names.
DEFAULT_STATES: Mapping[str, WithdrawalStatus] = MappingProxyType(
    {"pending": WithdrawalStatus.PENDING}
)


@dataclass(frozen=True, slots=True)
class QuoineExchangeSettings:
    """What a shop tells the plugin.

    ``user_id`` is the merchant's user, whose accounts are funded; ``accounts`` pins one
    for a currency; ``coins`` are what that user sends. ``signed_prefix`` replaces the
    base URL's path where requests are signed; None signs the target as it is sent.
    ``repeat_after_seconds`` is how long a
    movement of money whose answer was lost is waited for before it is judged. ``pairs``
    names the products whose rates are followed: ``BTC/USD`` → product id.
    ``rate_seconds`` is how old a price may be; a connection that nobody asked for so
    many ``idle_seconds`` is closed.
    """

    vendor_id: str
    vendor_secret: str = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    signed_prefix: str | None = None
    content_md5: bool = True
    user_id: int | None = None
    accounts: Mapping[str, int] = field(default_factory=dict)
    coins: tuple[str, ...] = ()
    users_file: Path | None = None
    users_key: tuple[str, ...] = field(default=(), repr=False)
    repeat_after_seconds: int = 60
    withdrawal_states: Mapping[str, WithdrawalStatus] = field(
        default_factory=lambda: DEFAULT_STATES
    )
    pairs: Mapping[str, int] = field(default_factory=dict)
    rate_channels: tuple[str, ...] = ("product", "price_ladders", "executions")
    rate_seconds: float = 60.0
    rate_wait_seconds: float = 5.0
    idle_seconds: float = 300.0
    pusher_key: str | None = field(default=None, repr=False)
    pusher_cluster: str | None = None
    pusher_host: str | None = None
    pusher_port: int = 443
    pusher_secure: bool = True
    connect_timeout: float = 3.0
    read_timeout: float = 6.0
    total_timeout: float = 8.0
    test_mode: bool = False

    @property
    def limits(self) -> Limits:
        """The bounds of each call."""
        return Limits(
            connect=self.connect_timeout,
            read=self.read_timeout,
            total=self.total_timeout,
        )

    @property
    def repeat_after(self) -> timedelta:
        """How long a movement whose answer was lost is waited for."""
        return timedelta(seconds=self.repeat_after_seconds)

    @property
    def rate_age(self) -> timedelta:
        """How old a price may be."""
        return timedelta(seconds=self.rate_seconds)


class QuoineExchangeSettingsSchema(Schema):
    """Loads the plugin's settings to :class:`QuoineExchangeSettings`.

    Unknown keys are errors. Messages say what is expected, never what was found.
    """

    error_messages = {"unknown": "is not a setting of this plugin"}  # noqa: RUF012

    class Meta:
        unknown = RAISE

    vendor_id = pattern(
        r"[A-Za-z0-9_-]{1,64}\Z", "the Vendor ID that Quoine gave you", required=True
    )
    vendor_secret = pattern(
        r"[\x21-\x7e]{1,200}\Z", "the Vendor Secret that Quoine gave you", required=True
    )
    base_url = web_address()
    signed_prefix = pattern(
        r"(/[A-Za-z0-9._~-]{1,64}){0,8}\Z",
        "a path such as /vendor, or empty",
        allow_none=True,
    )
    content_md5 = flag()
    user_id = whole_number("Quoine's id of the merchant's user", 1, 2**63 - 1)
    accounts = account_ids()
    coins = coin_codes()
    users_file = file_path()
    users_key = fernet_keys()
    repeat_after_seconds = whole_number("a number of seconds", 10, 1800)
    withdrawal_states = withdrawal_states()
    pairs = pairs()
    rate_channels = channel_kinds(CHANNEL_KINDS)
    rate_seconds = seconds(1, 3600)
    rate_wait_seconds = seconds(0, 60)
    idle_seconds = seconds(10, 86400)
    pusher_key = pattern(
        r"[A-Za-z0-9_-]{1,100}\Z", "the Pusher key that Quoine gave you"
    )
    pusher_cluster = pattern(r"[a-z0-9-]{1,20}\Z", "a cluster of Pusher such as ap1")
    pusher_host = host_name()
    pusher_port = whole_number("a port", 1, 65535)
    pusher_secure = flag()
    connect_timeout = seconds(0.1, 60)
    read_timeout = seconds(0.1, 60)
    total_timeout = seconds(0.1, 60)
    test_mode = flag()

    @validates_schema(skip_on_field_errors=True)
    def _check_together(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("base_url", "https:").startswith("http:"):
            if not data.get("test_mode", False):
                raise ValidationError(
                    "must be an https:// address; plain http is for test_mode",
                    "base_url",
                )
        for one, other in (
            ("users_file", "users_key"),
            ("users_key", "users_file"),
            ("coins", "users_file"),
            ("pusher_key", "pairs"),
            ("pairs", "pusher_key"),
        ):
            if data.get(one) and not data.get(other):
                raise ValidationError(f"is missing: {one} needs it", other)
        if not data.get("pusher_secure", True) and not data.get("test_mode", False):
            raise ValidationError("may only be False in test_mode", "pusher_secure")
        for name in ("accounts", "coins"):
            if data.get(name) and not data.get("user_id"):
                raise ValidationError(f"is missing: {name} needs it", "user_id")
        if data.get("pusher_cluster") and data.get("pusher_host"):
            raise ValidationError("is given too; one of both is enough", "pusher_host")

    @validates_schema(skip_on_field_errors=True)
    def _check_extra(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("pusher_key") and not is_installed("pysher"):
            raise ValidationError(
                "needs the extra quoine_exchange: "
                "pip install 'checkout-kit[quoine_exchange]'",
                "pusher_key",
            )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> QuoineExchangeSettings:
        return QuoineExchangeSettings(**data)
