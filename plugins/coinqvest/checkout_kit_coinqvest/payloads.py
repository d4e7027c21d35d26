"""Payloads: charges and checkouts, written as the API takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit import Charge, Currency, Money


def to_asset(currency: Currency) -> str | None:
    """Write a currency as the API does; None if the API can't have it."""
    if currency.issuer is None:
        return currency.code if str(currency) == currency.code else None
    if currency.network != "stellar":
        return None
    return f"{currency.code}:{currency.issuer}"


def from_asset(asset_id: str) -> Currency:
    """Read an asset's id, such as ``XLM:NATIVE`` or ``USD:G…``: a Stellar asset.

    :raises InputError: if it is none.
    """
    code, _, issuer = asset_id.partition(":")
    if asset_id == "XLM:NATIVE":
        return Currency.parse("XLM")
    return Currency.parse(f"{code}:{issuer}@stellar", field_name="asset")


def build_charge(charge: Charge, customer_id: str | None = None) -> dict[str, Any]:
    """Write a charge as POST /checkout takes it; amounts become exact numbers."""
    built: dict[str, Any] = {"currency": to_asset(charge.currency)}
    if customer_id:
        built["customerId"] = customer_id
    built["lineItems"] = [
        {
            "description": item.description,
            "netAmount": item.net_amount,
            "quantity": item.quantity,
            **({"productId": item.product_id} if item.product_id else {}),
        }
        for item in charge.line_items
    ]
    optional: dict[str, list[dict[str, Any]]] = {
        "discountItems": [
            {"description": item.description, "netAmount": item.net_amount}
            for item in charge.discount_items
        ],
        "shippingCostItems": [
            {
                "description": item.description,
                "netAmount": item.net_amount,
                "taxable": item.taxable,
            }
            for item in charge.shipping_cost_items
        ],
        "taxItems": [
            {"name": item.name, "percent": item.percent} for item in charge.tax_items
        ],
    }
    return built | {name: items for name, items in optional.items() if items}


def build_remainder(
    amount_due: Money, description: str, customer_id: str | None = None
) -> dict[str, Any]:
    """Write a charge of one line, for what is left to pay."""
    line = {"description": description, "netAmount": amount_due.amount, "quantity": 1}
    built: dict[str, Any] = {"currency": to_asset(amount_due.currency)}
    if customer_id:
        built["customerId"] = customer_id
    return built | {"lineItems": [line]}


def build_checkout(
    charge: Mapping[str, Any],
    settlement: str,
    *,
    webhook: str | None = None,
    relays: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write the body of POST /checkout and POST /checkout/hosted."""
    body: dict[str, Any] = {"charge": charge, "settlementCurrency": settlement}
    if webhook:
        body["webhook"] = webhook
    if relays:
        body["blockchainRelays"] = dict(relays)
    if links:
        body["links"] = dict(links)
    return body
