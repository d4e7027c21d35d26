"""Schemas of prices, assets with their operations, balances and the platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load

from checkout_kit_cryptocoin_pro.answers import (
    Asset,
    Balance,
    Country,
    Limits,
    Operation,
    PaymentGate,
    PlatformDetails,
    Price,
    RatePoint,
)
from checkout_kit_cryptocoin_pro.reading import (
    AnswerSchema,
    Flag,
    Identifier,
    Number,
    Symbol,
    Text,
    Timestamp,
    Whole,
    optional,
    optional_part,
)


class PairSchema(AnswerSchema):
    source = optional(Number, data_key="from")
    target = optional(Number, data_key="to")


class AssetPairSchema(AnswerSchema):
    source = Symbol(required=True, data_key="from")
    target = Symbol(required=True, data_key="to")


class PricePaymentSchema(AnswerSchema):
    fee = optional(Number)
    fee_on_top = optional(Number, data_key="feeOnTop")


class PriceSchema(AnswerSchema):
    operation = Text(required=True)
    rate = Number(required=True)
    raw_rate = optional(Number, data_key="rateRaw")
    commission = optional_part(PairSchema)
    amounts = optional_part(PairSchema)
    assets = fields.Nested(AssetPairSchema, required=True)
    payment = optional_part(PricePaymentSchema)

    @post_load(pass_original=True)
    def _make(self, data: dict[str, Any], original: Any, **kwargs: Any) -> Price:
        if not data["rate"]:
            raise ValidationError("must be more than zero", "rate")
        amounts, commission = data["amounts"] or {}, data["commission"] or {}
        payment = data["payment"] or {}
        return Price(
            operation=data["operation"],
            source=data["assets"]["source"],
            target=data["assets"]["target"],
            rate=data["rate"],
            raw_rate=data["raw_rate"],
            source_amount=amounts.get("source"),
            target_amount=amounts.get("target"),
            source_commission=commission.get("source"),
            target_commission=commission.get("target"),
            fee=payment.get("fee"),
            fee_on_top=payment.get("fee_on_top"),
            raw=dict(original),
        )


class BoundsSchema(AnswerSchema):
    """An absent limit is ``null`` for a user and ``""`` for a platform."""

    least = optional(Number, data_key="min")
    most = optional(Number, data_key="max")


class LimitsSchema(AnswerSchema):
    crypto = optional_part(BoundsSchema)
    fiat = optional_part(BoundsSchema)


class OperationSchema(AnswerSchema):
    is_enabled = Flag(required=True, data_key="status")
    limits = optional_part(LimitsSchema)


class AssetSchema(AnswerSchema):
    name = Text(required=True)
    symbol = Symbol(required=True)
    operations = fields.Raw(load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Asset:
        found = tuple(_operations(data.pop("operations") or {}))
        return Asset(**data, operations=found)


class BalanceAmountSchema(AnswerSchema):
    available = Number(required=True)
    pending = Number(required=True)


class BalanceAmountsSchema(AnswerSchema):
    crypto = fields.Nested(BalanceAmountSchema, required=True)


class BalanceSchema(AnswerSchema):
    name = Text(required=True)
    symbol = Symbol(required=True)
    amounts = fields.Nested(BalanceAmountsSchema, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Balance:
        crypto = data.pop("amounts")["crypto"]
        return Balance(**data, **crypto)


class RatePointSchema(AnswerSchema):
    rate = Number(required=True)
    created = Timestamp(required=True, data_key="createdAt")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> RatePoint:
        return RatePoint(**data)


class CountrySchema(AnswerSchema):
    code = Text(required=True)
    name = Text(required=True)
    phone_code = Whole(required=True, data_key="phoneCode")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Country:
        return Country(**data)


class SwitchSchema(AnswerSchema):
    is_on = Flag(required=True, data_key="status")
    value = optional(Number)


class GateLimitsSchema(AnswerSchema):
    lower = optional_part(SwitchSchema)
    upper = optional_part(SwitchSchema)


class GateSchema(AnswerSchema):
    is_enabled = Flag(required=True, data_key="status")
    name = Text(required=True)
    limits = optional_part(GateLimitsSchema)


class IntegrationsSchema(AnswerSchema):
    checkout = optional_part(SwitchSchema)


class LargestTradeSchema(AnswerSchema):
    buy = Number(required=True)
    sell = Number(required=True)


class LevelSchema(AnswerSchema):
    level = Whole(required=True)
    most = fields.Nested(LargestTradeSchema, required=True, data_key="max")


class FiatReferenceSchema(AnswerSchema):
    fiat = optional(Symbol)


class CoinListSchema(AnswerSchema):
    coins = fields.List(fields.Nested(AssetSchema), load_default=list)


class PlatformSchema(AnswerSchema):
    id = Identifier(required=True)
    name = Text(required=True)
    code = Text(required=True)
    reference = optional_part(FiatReferenceSchema)
    integrations = optional_part(IntegrationsSchema)
    levels = fields.List(fields.Nested(LevelSchema), load_default=list)
    gates = fields.Dict(
        keys=Text(),
        values=fields.List(fields.Nested(GateSchema)),
        data_key="paymentMethods",
        load_default=dict,
    )
    currencies = optional_part(CoinListSchema)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> PlatformDetails:
        checkout = (data["integrations"] or {}).get("checkout") or {}
        gates = tuple(_gate(k, g) for k, found in data["gates"].items() for g in found)
        return PlatformDetails(
            id=data["id"],
            name=data["name"],
            code=data["code"],
            fiat=(data["reference"] or {}).get("fiat"),
            has_checkout=checkout.get("is_on", False),
            largest_purchase={v["level"]: v["most"]["buy"] for v in data["levels"]},
            largest_sale={v["level"]: v["most"]["sell"] for v in data["levels"]},
            gates=gates,
            assets=tuple((data["currencies"] or {}).get("coins", ())),
        )


def _gate(kind: str, gate: Mapping[str, Any]) -> PaymentGate:
    limits = gate["limits"] or {}

    def bound(name: str) -> Any:
        switch = limits.get(name) or {}
        return switch.get("value") if switch.get("is_on") else None

    return PaymentGate(
        kind, gate["name"], gate["is_enabled"], bound("lower"), bound("upper")
    )


def _operations(data: Any) -> Iterator[Operation]:
    """Read ``{"General": [{name: …}], "Particular": {"EUR": [{name: …}]}}``.

    Fiat currencies have an empty list here.
    """
    if not isinstance(data, Mapping):
        return
    yield from _named(data.get("General") or (), None)
    particular = data.get("Particular") or {}
    if not isinstance(particular, Mapping):
        raise ValidationError("must be operations by currency", "operations")
    for fiat, found in particular.items():
        yield from _named(found, str(fiat).upper())


def _named(data: Any, fiat: str | None) -> Iterator[Operation]:
    if not isinstance(data, (list, tuple)):
        raise ValidationError("must be a list of operations", "operations")
    for item in data:
        if not isinstance(item, Mapping):
            raise ValidationError("must be operations by name", "operations")
        for name, described in item.items():
            read = OperationSchema().load(described)
            limits = read["limits"] or {}
            crypto, money = limits.get("crypto") or {}, limits.get("fiat") or {}
            bounds = Limits(
                crypto.get("least"),
                crypto.get("most"),
                money.get("least"),
                money.get("most"),
            )
            yield Operation(str(name), fiat, read["is_enabled"], bounds)
