"""Schemas of withdrawals."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from checkout_kit.domain.asset_id import asset_id
from checkout_kit.domain.target_account import (
    network_of,
    read_target_account,
    write_target_account,
)
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.services.withdrawals import WithdrawalWish
from checkout_kit.web.api.fields import (
    Amount,
    CurrencyName,
    Json,
    RequestSchema,
    Text,
    Timestamp,
)
from checkout_kit.web.api.schemas.paging import PageSchema


class WithdrawalRequestSchema(RequestSchema):
    """A withdrawal to be made; where it goes depends on its network."""

    source_asset = Text(data_key="sourceAsset", maximum=300, required=True)
    source_amount = Amount(data_key="sourceAmount", required=True)
    target_network = Text(data_key="targetNetwork", maximum=12, required=True)
    target_asset = CurrencyName(
        data_key="targetAsset", load_default=None, allow_none=True
    )
    target_account = Json(data_key="targetAccount", required=True)
    least_received = Amount(
        data_key="leastReceived", load_default=None, allow_none=True
    )
    relay = Text(load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> WithdrawalWish:
        asset, network = data["target_asset"], data["target_network"].upper()
        if asset is None and network == "XLM":
            asset = _source_on_stellar(data["source_asset"])
        target = read_target_account(network, data["target_account"], asset)
        return WithdrawalWish(
            wallet=data["source_asset"],
            amount=data["source_amount"],
            target=target,
            least_received=data["least_received"],
            options={"relay": data["relay"]} if data["relay"] else {},
            origin="API",
        )


class WithdrawalIdSchema(RequestSchema):
    withdrawal_id = Text(data_key="withdrawalId", maximum=128, required=True)


class WithdrawalSchema(Schema):
    id = fields.String(required=True)
    type = fields.Constant("WITHDRAWAL", required=True)
    state = fields.Enum(WithdrawalState, by_value=True, required=True)
    origin = fields.String(required=True, metadata={"enum": ["UI", "API"]})
    timestamp = Timestamp(attribute="created_at", required=True)
    source_code = fields.String(
        data_key="sourceAssetCode",
        attribute="request.amount.currency.code",
        required=True,
    )
    source_issuer = fields.Function(
        lambda order: asset_id(order.request.amount.currency),
        data_key="sourceAssetIssuer",
        required=True,
        metadata={"type": "string"},
    )
    source_amount = Amount(
        data_key="sourceAmount", attribute="request.amount", required=True
    )
    target_code = fields.String(
        data_key="targetAssetCode",
        attribute="request.target.currency.code",
        required=True,
    )
    target_issuer = fields.Function(
        lambda order: _issuer(order),
        data_key="targetAssetIssuer",
        required=True,
        metadata={"type": "string"},
    )
    target_amount = Amount(
        data_key="targetAmount", attribute="received", required=True, allow_none=True
    )
    fee = Amount(data_key="withdrawalFee", required=True, allow_none=True)
    blockchain = fields.Function(
        lambda order: _blockchain(order),
        data_key="targetBlockchain",
        required=True,
        metadata={"type": ["string", "null"]},
    )
    blockchain_id = fields.Function(
        lambda order: _blockchain(order),
        data_key="targetBlockchainId",
        metadata={"type": ["string", "null"]},
    )
    fiat_currency = fields.Function(
        lambda order: _fiat(order),
        data_key="targetFiatCurrency",
        required=True,
        metadata={"type": ["string", "null"]},
    )
    fiat_currency_id = fields.Function(
        lambda order: _fiat(order),
        data_key="targetFiatCurrencyId",
        metadata={"type": ["string", "null"]},
    )
    transaction_id = fields.Function(
        lambda order: order.result.transaction_id if order.result else None,
        data_key="transactionId",
        required=True,
        metadata={"type": ["string", "null"]},
    )
    target_account = fields.Function(
        lambda order: write_target_account(order.request.target),
        data_key="targetAccount",
        required=True,
        metadata={"type": "object"},
    )
    expires_at = Timestamp(data_key="expirationTime", required=True)
    provider = fields.String(required=True)
    problem = fields.Function(
        lambda order: _problem(order),
        required=True,
        metadata={"type": ["string", "null"]},
    )


class WithdrawalAnswerSchema(Schema):
    withdrawal = fields.Nested(WithdrawalSchema, required=True)


class WithdrawalsSchema(PageSchema):
    withdrawals = fields.List(fields.Nested(WithdrawalSchema), required=True)


def _source_on_stellar(source: str) -> Any:
    """What the recipient is credited in where no asset is named: the source asset."""
    try:
        return CurrencyName().deserialize(source.rpartition("/")[2])
    except ValidationError:
        raise ValidationError(
            "is missing, and sourceAsset is no asset of the Stellar network",
            "targetAsset",
        ) from None


def _issuer(order: WithdrawalOrder) -> str:
    named = order.result.details.get("targetAssetIssuer") if order.result else None
    return str(named) if named else asset_id(order.request.target.currency)


def _blockchain(order: WithdrawalOrder) -> str | None:
    target = order.request.target
    return None if target.currency.is_fiat else network_of(target)


def _fiat(order: WithdrawalOrder) -> str | None:
    currency = order.request.target.currency
    return currency.code if currency.is_fiat else None


def _problem(order: WithdrawalOrder) -> str | None:
    """That there is one; what a provider said is not for the caller's eyes."""
    if order.problem is None:
        return None
    if order.state is WithdrawalState.FAILED and order.committed_at is None:
        return order.problem
    return "See `flask checkout withdrawals`."
