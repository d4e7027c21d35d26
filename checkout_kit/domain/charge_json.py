"""The JSON form of charges, and the text form of their currencies, each way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from checkout_kit.domain.charge import (
    Charge,
    DiscountItem,
    LineItem,
    ShippingCostItem,
    TaxItem,
)
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import format_decimal


def currency_to_text(currency: Currency) -> str:
    """Write a currency with its decimals, which its canonical text may not tell."""
    return f"{currency}/{currency.decimals}"


@lru_cache(maxsize=1024)
def currency_from_text(text: str) -> Currency:
    """Read what :func:`currency_to_text` wrote."""
    name, _, decimals = text.partition("/")
    parsed = Currency.parse(name)
    return Currency(parsed.code, parsed.network, parsed.issuer, int(decimals))


def charge_to_json(charge: Charge) -> dict[str, Any]:
    """Write a charge in the spelling of COINQVEST's API."""
    return {
        "currency": currency_to_text(charge.currency),
        "lineItems": [
            {
                "description": item.description,
                "netAmount": format_decimal(item.net_amount),
                "quantity": item.quantity,
                "productId": item.product_id,
            }
            for item in charge.line_items
        ],
        "discountItems": [
            {
                "description": item.description,
                "netAmount": format_decimal(item.net_amount),
            }
            for item in charge.discount_items
        ],
        "shippingCostItems": [
            {
                "description": item.description,
                "netAmount": format_decimal(item.net_amount),
                "taxable": item.taxable,
            }
            for item in charge.shipping_cost_items
        ],
        "taxItems": [
            {"name": item.name, "percent": format_decimal(item.percent)}
            for item in charge.tax_items
        ],
    }


def charge_from_json(data: Mapping[str, Any]) -> Charge:
    """Read what :func:`charge_to_json` wrote."""
    return Charge(
        currency=currency_from_text(data["currency"]),
        line_items=[
            LineItem(
                item["description"],
                item["netAmount"],
                item["quantity"],
                item["productId"],
            )
            for item in data["lineItems"]
        ],
        discount_items=[
            DiscountItem(item["description"], item["netAmount"])
            for item in data["discountItems"]
        ],
        shipping_cost_items=[
            ShippingCostItem(item["description"], item["netAmount"], item["taxable"])
            for item in data["shippingCostItems"]
        ],
        tax_items=[TaxItem(item["name"], item["percent"]) for item in data["taxItems"]],
    )
