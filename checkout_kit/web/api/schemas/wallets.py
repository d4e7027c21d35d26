"""Schemas of wallets."""

from __future__ import annotations

from marshmallow import Schema, fields

from checkout_kit.web.api.fields import RequestSchema, Text


class HeldAssetSchema(Schema):
    """One asset at one provider; its id is what a withdrawal names.

    A balance that the provider has no way to tell is null.
    """

    id = fields.String(required=True)
    provider = fields.String(required=True)
    issuer_name = fields.String(data_key="issuerName", required=True)
    issuer_domain = fields.String(
        data_key="issuerDomain", required=True, allow_none=True
    )
    balance = fields.String(required=True, allow_none=True)
    path = fields.String(required=True)


class WalletSchema(Schema):
    """All that goes by one code; the balance is the sum of what its assets tell."""

    asset_code = fields.String(data_key="assetCode", required=True)
    type = fields.String(required=True, metadata={"enum": ["CRYPTO", "FIAT"]})
    balance = fields.String(required=True)
    assets = fields.List(fields.Nested(HeldAssetSchema), required=True)


class WalletsSchema(Schema):
    """``unavailable`` names the providers that are missing from all sums."""

    wallets = fields.List(fields.Nested(WalletSchema), required=True)
    unavailable = fields.List(fields.String(), required=True)


class WalletAnswerSchema(Schema):
    wallet = fields.Nested(WalletSchema, required=True)
    unavailable = fields.List(fields.String(), required=True)


class WalletQuerySchema(RequestSchema):
    asset_code = Text(data_key="assetCode", maximum=12, required=True)
