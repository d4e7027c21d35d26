"""The market: assets, their prices and history, commissions and limits."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from checkout_kit.simulation import DOLLARS, price_of

from .amounts import cut, over, times
from .records import (
    BUY_WITH_CRYPTO,
    BUY_WITH_FIAT,
    DEPOSIT,
    SELL_TO_CRYPTO,
    SELL_TO_FIAT,
    WITHDRAW,
    WITHDRAW_ICO,
)

COIN, TOKEN = "coin", "token"
FIATS = {"USD": "Usd", "EUR": "Euro", "RON": "Ron", "CHF": "Chf"}
REFERENCE_FIAT = "EUR"
#: The periods of histories, and how many days each reaches back.
PERIODS = {
    "day": 1,
    "week": 7,
    "month": 30,
    "quarter": 91,
    "semester": 182,
    "year": 365,
}
_POINTS = 24
# What one euro is in each fiat currency, for the prices at the start.
_CROSS_RATES = {
    "EUR": Decimal(1),
    "USD": Decimal("1.1"),
    "RON": Decimal("4.8"),
    "CHF": Decimal("1.05"),
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A coin, or a token on a coin's chain."""

    symbol: str
    name: str
    kind: str
    chain: str
    places: int


@dataclass(slots=True)
class Rule:
    """Whether an operation is open for an asset, and between which limits."""

    is_open: bool = True
    crypto_min: Decimal | None = None
    crypto_max: Decimal | None = None
    fiat_min: Decimal | None = None
    fiat_max: Decimal | None = None

    def allows(self, crypto: Decimal, fiat: Decimal | None) -> bool:
        """Tell whether amounts are within the limits."""
        pairs = [(crypto, self.crypto_min, self.crypto_max)]
        if fiat is not None:
            pairs.append((fiat, self.fiat_min, self.fiat_max))
        return all(
            (least is None or amount >= least) and (most is None or amount <= most)
            for amount, least, most in pairs
        )


_ASSETS = (
    Asset("XBT", "Bitcoin", COIN, "XBT", 8),
    Asset("ETH", "Ether", COIN, "ETH", 18),
    Asset("LTC", "Litecoin", COIN, "LTC", 8),
    Asset("IPSX", "IPSX", TOKEN, "ETH", 18),
)
# In euro, as in the document's examples.
_PRICES = {
    "XBT": Decimal(6377),
    "ETH": Decimal("149.75"),
    "LTC": Decimal("40.25"),
    "IPSX": Decimal("0.00006304"),
}
# In percent, as in the examples of quotes and rates.
_PERCENTS = {
    BUY_WITH_FIAT: Decimal(15),
    BUY_WITH_CRYPTO: Decimal(1),
    SELL_TO_FIAT: Decimal(5),
    SELL_TO_CRYPTO: Decimal(1),
    WITHDRAW: Decimal(2),
    WITHDRAW_ICO: Decimal(10),
    "transfer": Decimal(5),
}


class Market:
    """Prices and rules. Whoever calls a method holds the books' lock."""

    def __init__(self) -> None:
        self.assets = {asset.symbol: asset for asset in _ASSETS}
        self.percents = dict(_PERCENTS)
        self._prices = {
            (symbol, fiat): times(price, cross)
            for symbol, price in _PRICES.items()
            for fiat, cross in _CROSS_RATES.items()
        }
        self._rules: dict[tuple[str, str], Rule] = {}

    def find(self, symbol: str) -> Asset | None:
        """Return an asset; bitcoin is called XBT here, and BTC is understood."""
        symbol = symbol.upper()
        return self.assets.get("XBT" if symbol == "BTC" else symbol)

    def price(self, symbol: str, other: str) -> Decimal | None:
        """Return what one of an asset costs in a fiat currency or another asset."""
        if (symbol, other) in self._prices:
            return self._prices[symbol, other]
        if symbol in self.assets and other in self.assets:
            return over(
                self._prices[symbol, REFERENCE_FIAT],
                self._prices[other, REFERENCE_FIAT],
            )
        return None

    def set_price(self, symbol: str, fiat: str, price: Decimal) -> None:
        """Set the price of an asset in one fiat currency."""
        self._prices[symbol, fiat] = price

    def follow(self) -> None:
        """Take the prices that all simulators share, two thousandths dearer."""
        for symbol, fiat in list(self._prices):
            code = "BTC" if symbol == "XBT" else symbol
            if code in DOLLARS:
                self._prices[symbol, fiat] = price_of(code, fiat, per_mille=2)

    def rule(self, symbol: str, operation: str) -> Rule:
        """Return the rule of an operation, which can be changed."""
        return self._rules.setdefault((symbol, operation), Rule())

    def operations_of(self, asset: Asset) -> tuple[str, ...]:
        """List what can be done with an asset, in the document's order."""
        last = WITHDRAW if asset.kind == COIN else WITHDRAW_ICO
        return (
            DEPOSIT,
            BUY_WITH_FIAT,
            SELL_TO_FIAT,
            last,
            BUY_WITH_CRYPTO,
            SELL_TO_CRYPTO,
        )

    def past_price(self, symbol: str, moment: datetime) -> Decimal:
        """Return what an asset is said to have cost; it wandered by two percent."""
        hour = int(moment.timestamp()) // 3600
        step = zlib.crc32(f"{symbol}:{hour}".encode()) % 41
        now = self._prices[symbol, REFERENCE_FIAT]
        places = 5 if now >= 1 else 8
        return cut(times(now, Decimal(980 + step) / 1000), places)

    def history(
        self, symbol: str, period: str, now: datetime
    ) -> list[tuple[Decimal, datetime]]:
        """Return prices of a period, oldest first."""
        step = timedelta(days=PERIODS[period]) / _POINTS
        moments = [now - step * back for back in range(_POINTS, 0, -1)]
        return [(self.past_price(symbol, moment), moment) for moment in moments]
