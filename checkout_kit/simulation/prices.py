"""Prices: one table for all simulators, so that a page that offers several looks sane.

They are about those of the first months of 2020, which COINQVEST's document quotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType

_EXACT = Context(prec=60)
_THOUSAND = Decimal(1000)

#: What one unit costs in dollars.
DOLLARS: Mapping[str, Decimal] = MappingProxyType(
    {
        "BTC": Decimal("9007.39"),
        "ETH": Decimal("227.20"),
        "LTC": Decimal("65.04"),
        "XLM": Decimal("0.06035"),
        "XRP": Decimal("0.2365"),
        "USD": Decimal(1),
        "EUR": Decimal("1.1000"),
        "CHF": Decimal("1.0350"),
        "JPY": Decimal("0.0092"),
        "RON": Decimal("0.2290"),
    }
)


def price_of(
    code: str, currency: str = "USD", *, per_mille: int = 0, places: int = 2
) -> Decimal:
    """What one unit of an asset costs in a currency.

    :param per_mille: the provider's own spread: how much more, or less, it takes.
    :param places: decimal places of the answer.
    :raises KeyError: if the table does not have it.
    """
    dollars = _EXACT.multiply(DOLLARS[code], (_THOUSAND + per_mille) / _THOUSAND)
    price = _EXACT.divide(dollars, DOLLARS[currency])
    return price.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)
