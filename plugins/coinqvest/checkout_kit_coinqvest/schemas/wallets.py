"""Schemas of wallets and withdrawals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load

from checkout_kit_coinqvest.answers import (
    HeldAsset,
    WalletAnswer,
    WithdrawalAnswer,
    WithdrawalState,
)
from checkout_kit_coinqvest.schemas.fields import (
    AnswerSchema,
    ExactAmount,
    Identifier,
    State,
    Text,
    Timestamp,
    optional,
)

#: The list spells two names in another way than the objects themselves do.
_SPELLINGS = {
    "targetBlockchainId": "targetBlockchain",
    "targetFiatCurrencyId": "targetFiatCurrency",
}


class HeldAssetSchema(AnswerSchema):
    id = Text(required=True)
    balance = ExactAmount(required=True)
    issuer_name = optional(Text, "issuerName")
    issuer_domain = optional(Text, "issuerDomain")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> HeldAsset:
        return HeldAsset(**data)


class WalletSchema(AnswerSchema):
    asset_code = Text(data_key="assetCode", required=True)
    type = Text(required=True)
    balance = ExactAmount(required=True)
    assets = fields.List(fields.Nested(HeldAssetSchema), required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> WalletAnswer:
        assets = tuple(data.pop("assets"))
        if len({asset.id for asset in assets}) < len(assets):
            raise ValidationError("names an asset twice", "assets")
        return WalletAnswer(**data, assets=assets)


class WithdrawalSchema(AnswerSchema):
    id = Identifier(required=True)
    type = optional(Text, "type")
    state = State(WithdrawalState, required=True)
    origin = optional(Text, "origin")
    timestamp = Timestamp(required=True)
    source_asset_code = Text(data_key="sourceAssetCode", required=True)
    source_asset_issuer = Text(data_key="sourceAssetIssuer", required=True)
    source_amount = ExactAmount(data_key="sourceAmount", required=True)
    target_asset_code = Text(data_key="targetAssetCode", required=True)
    target_asset_issuer = Text(data_key="targetAssetIssuer", required=True)
    target_amount = ExactAmount(data_key="targetAmount", required=True)
    withdrawal_fee = ExactAmount(data_key="withdrawalFee", required=True)
    target_blockchain = optional(Text, "targetBlockchain")
    target_fiat_currency = optional(Text, "targetFiatCurrency")
    transaction_id = optional(Text, "transactionId")
    target_account = fields.Dict(
        keys=fields.String(), data_key="targetAccount", required=True
    )

    @pre_load
    def _rename(self, data: Any, **kwargs: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        renamed = dict(data)
        for other, name in _SPELLINGS.items():
            if other in renamed:
                renamed.setdefault(name, renamed[other])
        return renamed

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> WithdrawalAnswer:
        if data.pop("type") not in (None, "WITHDRAWAL"):
            raise ValidationError("is a type that is not in the document", "type")
        return WithdrawalAnswer(**data)
