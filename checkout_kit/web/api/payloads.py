"""Payloads: a checkout's order, written as it would be submitted again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit.domain.asset_id import asset_id
from checkout_kit.domain.charge import Charge
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import format_decimal

#: Kept among the shop's own values, for it is the shop's own wish.
RELAYS = "blockchainRelays"


def payload_of(checkout: Checkout) -> Mapping[str, Any]:
    """Write what was submitted; fields that were left out are left out."""
    metadata = dict(checkout.metadata)
    relays = metadata.pop(RELAYS, None)
    links = {"cancelUrl": checkout.cancel_url, "returnUrl": checkout.return_url}
    return _given(
        charge=_charge(checkout.charge, checkout.customer.get("id")),
        settlementCurrency=_name(checkout.settlement_currency),
        webhook=checkout.webhook_url,
        blockchainRelays=relays,
        links=_given(**links) or None,
        reference=checkout.reference,
        metadata=metadata or None,
    )


def _charge(charge: Charge, customer_id: object) -> Mapping[str, Any]:
    return _given(
        customerId=customer_id,
        currency=_name(charge.currency),
        lineItems=[
            _given(
                description=item.description,
                netAmount=format_decimal(item.net_amount),
                quantity=item.quantity,
                productId=item.product_id,
            )
            for item in charge.line_items
        ],
        discountItems=[
            {
                "description": item.description,
                "netAmount": format_decimal(item.net_amount),
            }
            for item in charge.discount_items
        ]
        or None,
        shippingCostItems=[
            {
                "description": item.description,
                "netAmount": format_decimal(item.net_amount),
                "taxable": item.taxable,
            }
            for item in charge.shipping_cost_items
        ]
        or None,
        taxItems=[
            {"name": item.name, "percent": format_decimal(item.percent)}
            for item in charge.tax_items
        ]
        or None,
    )


def _name(currency: Currency) -> str:
    name = str(currency)
    # A code that stands for one currency alone is a name, too.
    return name if currency.is_fiat or name == currency.code else asset_id(currency)


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
