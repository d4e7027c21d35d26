"""Schemas of exchange rates."""

from __future__ import annotations

from marshmallow import Schema, fields

from checkout_kit.web.api.fields import Amount, CurrencyName, RequestSchema


class ExchangeRateQuerySchema(RequestSchema):
    source = CurrencyName(data_key="sourceAsset", required=True)
    target = CurrencyName(data_key="targetAsset", required=True)
    amount = Amount(load_default=1)


class GlobalRateQuerySchema(RequestSchema):
    quote = CurrencyName(data_key="quoteCurrency", required=True)
    base = CurrencyName(data_key="baseCurrency", required=True)


class GlobalRateSchema(Schema):
    rate = fields.String(data_key="exchangeRate", required=True)


class ExchangeRateSchema(GlobalRateSchema):
    source = fields.String(data_key="sourceAsset", required=True)
    target = fields.String(data_key="targetAsset", required=True)
    source_amount = Amount(data_key="sourceAmount", required=True)
    target_amount = Amount(data_key="targetAmount", required=True)
