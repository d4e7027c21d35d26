"""Schemas of what can be charged and paid in: assets, currencies, blockchains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import Schema, fields

from checkout_kit.web.api.fields import (
    Amount,
    CurrencyName,
    RequestSchema,
    SpelledSchema,
    Text,
)

_TYPES = ("CRYPTO", "FIAT")


class IssuerNameSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    path = fields.String(required=True)


class DefaultIssuerSchema(IssuerNameSchema):
    default = fields.Boolean(required=True)


class AssetSchema(Schema):
    id = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True, metadata={"enum": _TYPES})
    settlement = fields.Boolean(required=True)
    issuer = fields.Nested(IssuerNameSchema, required=True)


class AssetAnswerSchema(Schema):
    asset = fields.Nested(AssetSchema, required=True)


class AssetsSchema(Schema):
    assets = fields.List(fields.Nested(AssetSchema), required=True)


class IssuerTermsSchema(Schema):
    """The terms of a provider are in its quotes; nothing is added to them."""

    enabled = fields.Boolean(required=True)
    min = Amount(required=True)
    max = Amount(required=True, allow_none=True)
    fee_fixed = Amount(data_key="feeFixed", required=True)
    fee_percent = Amount(data_key="feePercent", required=True)


class NamedAssetSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    path = fields.String(required=True)


class NamedBlockchainSchema(Schema):
    code = fields.String(data_key="nativeAssetCode", required=True)
    name = fields.String(required=True)
    path = fields.String(required=True)


class NamedFiatCurrencySchema(Schema):
    code = fields.String(data_key="assetCode", required=True)
    name = fields.String(required=True)
    path = fields.String(required=True)


class AssetIssuerSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    domain = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    country = fields.String(required=True, allow_none=True)
    type = fields.String(required=True, metadata={"enum": _TYPES})
    checkouts = fields.Nested(IssuerTermsSchema, required=True)
    withdrawals = fields.Nested(IssuerTermsSchema, required=True)
    asset = fields.Nested(NamedAssetSchema, required=True)
    blockchain = fields.Nested(NamedBlockchainSchema, required=True, allow_none=True)
    fiat_currency = fields.Nested(
        NamedFiatCurrencySchema,
        data_key="fiatCurrency",
        required=True,
        allow_none=True,
    )


class AssetIssuerAnswerSchema(Schema):
    issuer = fields.Nested(AssetIssuerSchema, data_key="assetIssuer", required=True)


class AssetIssuersSchema(Schema):
    issuers = fields.List(
        fields.Nested(AssetIssuerSchema), data_key="assetIssuers", required=True
    )


class FiatCurrencySchema(Schema):
    name = fields.String(required=True)
    code = fields.String(data_key="assetCode", required=True)
    asset_name = fields.String(data_key="assetName", attribute="name", dump_only=True)
    least = Amount(data_key="minChargeAmount", required=True)
    issuers = fields.List(
        fields.Nested(DefaultIssuerSchema), data_key="assetIssuers", required=True
    )


class FiatCurrencyAnswerSchema(Schema):
    currency = fields.Nested(FiatCurrencySchema, data_key="fiatCurrency", required=True)


class FiatCurrenciesSchema(Schema):
    currencies = fields.List(
        fields.Nested(FiatCurrencySchema), data_key="fiatCurrencies", required=True
    )


class CurrenciesSchema(Schema):
    """Today's spelling of the list of fiat currencies."""

    currencies = fields.List(fields.Nested(FiatCurrencySchema), required=True)


class BlockchainSchema(Schema):
    name = fields.String(required=True)
    code = fields.String(data_key="nativeAssetCode", required=True)
    native_name = fields.String(data_key="nativeAssetName", required=True)
    least = Amount(data_key="minChargeAmount", required=True)
    issuers = fields.List(
        fields.Nested(DefaultIssuerSchema), data_key="assetIssuers", required=True
    )


class BlockchainAnswerSchema(Schema):
    blockchain = fields.Nested(BlockchainSchema, required=True)


class BlockchainsSchema(Schema):
    blockchains = fields.List(fields.Nested(BlockchainSchema), required=True)


class NetworksSchema(Schema):
    """Today's spelling of the list of blockchains."""

    networks = fields.List(
        fields.Nested(BlockchainSchema), attribute="blockchains", required=True
    )


class AssetIdQuerySchema(RequestSchema):
    id = CurrencyName(required=True)


class AssetCodeQuerySchema(SpelledSchema):
    """The code of a currency; the document calls it `id` in one place."""

    SPELLINGS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "assetCode": ("id", "nativeAssetCode")
    }

    code = Text(data_key="assetCode", required=True, maximum=64)
