"""Quoting: what to pay, by the provider's prices, which contain its commission."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from checkout_kit import (
    Clock,
    Currency,
    Money,
    PaymentMethod,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    Quote,
)
from checkout_kit.http import JsonError, dump_json
from checkout_kit_cryptocoin_pro.account import AccountView
from checkout_kit_cryptocoin_pro.answers import Price
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings
from checkout_kit_cryptocoin_pro.symbols import to_symbol

# Prices are asked for side by side: one after the other they would take too long.
_AT_ONCE = 4
#: A price's amounts may differ by this part from what its rate says.
TOLERANCE = Fraction(1, 10**6)


@dataclass(frozen=True, slots=True)
class Acquisition:
    """So many coins for the merchant, for so much of the buyer's money."""

    amount: Money
    charged: Money
    rate: Decimal


class Quoter:
    """Prices what is due, by every method. Moves no money."""

    def __init__(
        self, client: CryptocoinProClient, settings: CryptocoinProSettings, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def quote(
        self, methods: Sequence[PaymentMethod], due: Money, view: AccountView
    ) -> Sequence[Quote]:
        """Quote each method that is within its limits.

        :raises ProviderError: if no price could be asked for.
        """
        assets = dict.fromkeys((m.currency, bool(m.variant)) for m in methods)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            outcomes = [
                pool.submit(self._price, asset, due, buys) for asset, buys in assets
            ]
        priced, errors = {}, []
        for key, outcome in zip(assets, outcomes, strict=True):
            try:
                priced[key] = outcome.result()
            except ProviderError as err:
                errors.append(err)
        if errors and not any(priced.values()):
            raise errors[0]
        quotes = []
        for method in methods:
            found = priced.get((method.currency, bool(method.variant)))
            quote = self._to_quote(method, due, found, view)
            quotes += [quote] if quote is not None else []
        return quotes

    def _price(
        self, asset: Currency, due: Money, buys: bool
    ) -> Money | Acquisition | None:
        try:
            return self._purchase(asset, due) if buys else self._sale(asset, due)
        except ProviderRefused as err:
            # "Operation not available!": this asset is not traded just now.
            if err.status == 405:
                return None
            raise

    def _sale(self, asset: Currency, due: Money) -> Money:
        """So many coins bring what is due, once they are sold."""
        symbol, fiat = to_symbol(asset), due.currency.code
        price = self._client.rates.sell(symbol, fiat, to_amount=due.amount)
        source, target = self._check(price, "sell_to_fiat")
        if target != due.fraction:
            raise self._odd("is for another amount than was asked for", price)
        if abs(source * Fraction(price.rate) - target) > target * TOLERANCE:
            raise self._odd("does not keep to its own rate", price)
        return Money.round_up(source, asset)

    def _purchase(self, asset: Currency, due: Money) -> Acquisition:
        """So many coins for the merchant, and what a buyer pays for them."""
        symbol, fiat = to_symbol(asset), due.currency
        if self._settings.fee_paid_by == "merchant":
            price = self._client.rates.buy(fiat.code, symbol, from_amount=due.amount)
            source, target = self._check_purchase(price)
            if source != due.fraction:
                raise self._odd("is for another amount than was asked for", price)
            return Acquisition(Money.round_down(target, asset), due, price.rate)
        amount = self._sale(asset, due)
        price = self._client.rates.buy(fiat.code, symbol, to_amount=amount.amount)
        source, target = self._check_purchase(price)
        if target != amount.fraction:
            raise self._odd("is for another amount than was asked for", price)
        return Acquisition(amount, Money.round_up(source, fiat), price.rate)

    def _check_purchase(self, price: Price) -> tuple[Fraction, Fraction]:
        source, target = self._check(price, "buy_with_fiat")
        if abs(target * Fraction(price.rate) - source) > source * TOLERANCE:
            raise self._odd("does not keep to its own rate", price)
        return source, target

    def _check(self, price: Price, operation: str) -> tuple[Fraction, Fraction]:
        source, target = price.source_amount, price.target_amount
        if price.operation != operation or not source or not target:
            raise self._odd("is of another operation, or lacks an amount", price)
        if price.fee or price.fee_on_top:
            raise self._odd("has a fee that the document does not explain", price)
        return Fraction(source), Fraction(target)

    def _to_quote(
        self,
        method: PaymentMethod,
        due: Money,
        found: Money | Acquisition | None,
        view: AccountView,
    ) -> Quote | None:
        expires_at = self._clock.now() + self._settings.lifetime
        if isinstance(found, Money) and view.allows_sale(found, due):
            # The amount is ours alone: the API is told none.
            return Quote(method, due, found, expires_at, is_firm=True)
        if (
            isinstance(found, Acquisition)
            and found.amount
            and view.allows_purchase(method.variant, found.amount, found.charged)
        ):
            return Quote(
                method,
                due,
                found.amount,
                expires_at,
                is_firm=True,
                charged=found.charged,
                reference={"rate": f"{found.rate:f}"},
            )
        return None

    def _odd(self, problem: str, price: Price) -> ProviderProtocolError:
        try:
            text = dump_json(price.raw).decode()
        except JsonError:
            text = ""
        return ProviderProtocolError(
            self._client.provider, f"a price {problem}", evidence=text
        )
