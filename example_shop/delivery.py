"""Delivery: where the shop ships to, what that costs and how it is taxed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from checkout_kit import Charge, ShippingCostItem, TaxItem


@dataclass(frozen=True, slots=True)
class Country:
    """One country that the shop ships to; the tax rates are made up for the demo."""

    code: str
    name: str
    shipping: Decimal
    free_from: Decimal
    is_shipping_taxed: bool
    tax_name: str
    tax_percent: Decimal

    def shipping_for(self, goods: Charge) -> ShippingCostItem:
        """Say what it costs to ship these goods here, after their discount."""
        is_free = goods.net.amount >= self.free_from
        return ShippingCostItem(
            f"Shipping to {self.name}",
            Decimal(0) if is_free else self.shipping,
            taxable=self.is_shipping_taxed,
        )

    @property
    def taxes(self) -> tuple[TaxItem, ...]:
        """The tax on an order that is sent here, if any."""
        if not self.tax_percent:
            return ()
        return (TaxItem(self.tax_name, self.tax_percent),)


def _country(
    code: str,
    name: str,
    shipping: str,
    free_from: str,
    tax: tuple[str, str],
    *,
    taxed: bool = True,
) -> Country:
    return Country(
        code,
        name,
        Decimal(shipping),
        Decimal(free_from),
        taxed,
        tax[0],
        Decimal(tax[1]),
    )


_COUNTRIES = (
    _country("US", "United States", "8", "120", ("Sales tax", "0.0725"), taxed=False),
    _country("CA", "Canada", "12", "150", ("GST", "0.05")),
    _country("GB", "United Kingdom", "14", "150", ("VAT", "0.2")),
    _country("DE", "Germany", "14", "150", ("VAT", "0.19")),
    _country("FR", "France", "14", "150", ("VAT", "0.2")),
    _country("CH", "Switzerland", "18", "180", ("VAT", "0.081")),
    _country("JP", "Japan", "22", "200", ("Consumption tax", "0.1"), taxed=False),
    _country("HK", "Hong Kong", "22", "200", ("", "0"), taxed=False),
)

COUNTRIES: Mapping[str, Country] = {country.code: country for country in _COUNTRIES}
HOME = COUNTRIES["US"]
