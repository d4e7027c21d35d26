"""Settings of the CryptoCoin.pro plugin, checked before the app starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, post_load, validates_schema

from checkout_kit.http import Limits
from checkout_kit_cryptocoin_pro.setting_fields import (
    choice,
    choices,
    email_address,
    flag,
    pem_key,
    seconds,
    text,
    uuid,
    wallets,
    web_address,
    whole_number,
)

#: Assets that the provider takes and the kit knows: ours → the provider's symbol.
SYMBOLS: Mapping[str, str] = MappingProxyType(
    {"BTC": "XBT", "ETH": "ETH", "LTC": "LTC"}
)
PAYMENT_TYPES = ("bank", "card")
_DEFAULT_ASSETS = ("BTC", "ETH")


@dataclass(frozen=True, slots=True)
class CryptocoinProSettings:
    """What a shop tells the plugin.

    ``assets`` are taken on addresses of the merchant's account and sold to fiat, which
    is paid to ``bank_id``. ``redirect_wallets`` are the merchant's own: the buyer pays
    on the provider's page by one of ``redirect_methods``, and the coins go there.
    """

    base_url: str
    email: str
    password: str | None = field(default=None, repr=False)
    platform_id: str | None = None
    private_key: str | None = field(default=None, repr=False)
    assets: tuple[str, ...] = _DEFAULT_ASSETS
    bank_id: str | None = None
    redirect_wallets: Mapping[str, str] = field(default_factory=dict)
    redirect_methods: tuple[str, ...] = PAYMENT_TYPES
    checkout_url: str | None = None
    guest_email: str | None = None
    fee_paid_by: str = "buyer"
    attempts: int = 3
    kyc_level: int = 1
    price_lifetime: float = 300.0
    link_lifetime: float = 3600.0
    token_lifetime: float = 60.0
    account_lifetime: float = 60.0
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
            # Orders and checkouts are listed whole: the document names no paging.
            max_bytes=16_000_000,
        )

    @property
    def lifetime(self) -> timedelta:
        """How long a quote may be used."""
        return timedelta(seconds=self.price_lifetime)


class CryptocoinProSettingsSchema(Schema):
    """Loads the plugin's settings to :class:`CryptocoinProSettings`.

    Unknown keys are errors. Messages say what is expected, never what was found.
    """

    error_messages = {"unknown": "is not a setting of this plugin"}  # noqa: RUF012

    class Meta:
        unknown = RAISE

    base_url = web_address("the API's address with /api/v1", required=True)
    email = email_address("the merchant's e-mail address there", required=True)
    password = text("the password that you log in with", 200, allow_none=True)
    platform_id = uuid("the platform's id", allow_none=True)
    private_key = pem_key(allow_none=True)
    assets = choices(*SYMBOLS)
    bank_id = uuid("the id of the bank account that sales are paid to", allow_none=True)
    redirect_wallets = wallets(*SYMBOLS)
    redirect_methods = choices(*PAYMENT_TYPES)
    checkout_url = web_address("the address of the provider's page", allow_none=True)
    guest_email = email_address("an e-mail address", allow_none=True)
    fee_paid_by = choice("buyer", "merchant")
    attempts = whole_number(1, 10)
    kyc_level = whole_number(0, 5)
    price_lifetime = seconds(10, 3600)
    link_lifetime = seconds(60, 86400)
    token_lifetime = seconds(10, 300)
    account_lifetime = seconds(0, 3600)
    connect_timeout = seconds(0.1, 60)
    read_timeout = seconds(0.1, 60)
    total_timeout = seconds(0.1, 60)
    test_mode = flag()
    control_url = web_address("the simulator's address", allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def _check_credentials(self, data: dict[str, Any], **kwargs: Any) -> None:
        if (data.get("platform_id") is None) != (data.get("private_key") is None):
            missing = "private_key" if data.get("platform_id") else "platform_id"
            raise ValidationError("is missing: each needs the other", missing)
        if data.get("platform_id") is None:
            if data.get("password") is None:
                raise ValidationError(
                    "is missing: log in by it, or by a password", "platform_id"
                )
            if data.get("redirect_wallets"):
                raise ValidationError(
                    "is missing: the redirect is signed for it", "platform_id"
                )

    @validates_schema(skip_on_field_errors=True)
    def _check_methods(self, data: dict[str, Any], **kwargs: Any) -> None:
        assets = data.get("assets", _DEFAULT_ASSETS)
        if assets and data.get("bank_id") is None:
            raise ValidationError("is missing: sales are paid to it", "bank_id")
        if data.get("redirect_wallets"):
            if not data.get("checkout_url"):
                raise ValidationError(
                    "is missing: buyers are sent there", "checkout_url"
                )
        elif not assets:
            raise ValidationError(
                "must name an asset, where there are no redirect_wallets", "assets"
            )

    @validates_schema(skip_on_field_errors=True)
    def _check_addresses(self, data: dict[str, Any], **kwargs: Any) -> None:
        is_test = data.get("test_mode", False)
        if data.get("control_url") and not is_test:
            raise ValidationError("is only allowed with test_mode", "control_url")
        for name in ("base_url", "checkout_url"):
            if (data.get(name) or "").startswith("http:") and not is_test:
                raise ValidationError(
                    "must be an https:// address; plain http is for test_mode", name
                )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> CryptocoinProSettings:
        return CryptocoinProSettings(**data)
