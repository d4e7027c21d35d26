"""Schemas of what the platform trades: assets, issuers, currencies, blockchains."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from checkout_kit_coinqvest.answers import (
    Asset,
    AssetIssuer,
    Blockchain,
    FiatCurrency,
    IssuerName,
    IssuerTerms,
)
from checkout_kit_coinqvest.schemas.fields import (
    AnswerSchema,
    ExactAmount,
    Flag,
    Text,
    optional,
)


class IssuerNameSchema(AnswerSchema):
    id = Text(required=True)
    name = optional(Text, "name")
    is_default = Flag(data_key="default", load_default=False)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> IssuerName:
        return IssuerName(**data)


class IssuerTermsSchema(AnswerSchema):
    is_enabled = Flag(data_key="enabled", required=True)
    least = ExactAmount(data_key="min", required=True)
    highest = optional(ExactAmount, "max")
    fee_fixed = ExactAmount(data_key="feeFixed", required=True)
    fee_percent = ExactAmount(data_key="feePercent", required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> IssuerTerms:
        return IssuerTerms(**data)


class _NamedAssetSchema(AnswerSchema):
    name = optional(Text, "name")


class _NamedBlockchainSchema(AnswerSchema):
    code = Text(data_key="nativeAssetCode", required=True)


class _NamedFiatCurrencySchema(AnswerSchema):
    code = Text(data_key="assetCode", required=True)


class AssetIssuerSchema(AnswerSchema):
    id = Text(required=True)
    name = Text(required=True)
    type = Text(required=True)
    checkouts = fields.Nested(IssuerTermsSchema, required=True)
    withdrawals = fields.Nested(IssuerTermsSchema, required=True)
    domain = optional(Text, "domain")
    address = optional(Text, "address")
    country = optional(Text, "country")
    asset = fields.Nested(_NamedAssetSchema, load_default=None, allow_none=True)
    blockchain = fields.Nested(
        _NamedBlockchainSchema, load_default=None, allow_none=True
    )
    fiat_currency = fields.Nested(
        _NamedFiatCurrencySchema,
        data_key="fiatCurrency",
        load_default=None,
        allow_none=True,
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> AssetIssuer:
        asset = data.pop("asset") or {}
        for name in ("blockchain", "fiat_currency"):
            data[name] = (data[name] or {}).get("code")
        return AssetIssuer(**data, asset_name=asset.get("name"))


class AssetSchema(AnswerSchema):
    id = Text(required=True)
    code = Text(required=True)
    name = Text(required=True)
    type = Text(required=True)
    issuer = fields.Nested(IssuerNameSchema, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Asset:
        return Asset(**data)


class _TradedSchema(AnswerSchema):
    """What fiat currencies and blockchains have in common."""

    name = Text(required=True)
    least_charge = ExactAmount(data_key="minChargeAmount", required=True)
    issuers = fields.List(
        fields.Nested(IssuerNameSchema), data_key="assetIssuers", required=True
    )

    def _tupled(self, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "issuers": tuple(data["issuers"])}


class FiatCurrencySchema(_TradedSchema):
    code = Text(data_key="assetCode", required=True)
    asset_name = optional(Text, "assetName")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> FiatCurrency:
        return FiatCurrency(**self._tupled(data))


class BlockchainSchema(_TradedSchema):
    code = Text(data_key="nativeAssetCode", required=True)
    asset_name = optional(Text, "nativeAssetName")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Blockchain:
        return Blockchain(**self._tupled(data))
