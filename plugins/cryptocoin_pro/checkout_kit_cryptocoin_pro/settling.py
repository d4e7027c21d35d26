"""Settling: selling what an invoice brought, or reporting what went to the wallet."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from checkout_kit import (
    Clock,
    Invoice,
    Money,
    Operation,
    PaymentStatus,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    Settlement,
)
from checkout_kit_cryptocoin_pro.answers import Order, OrderStatus, Quote
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings
from checkout_kit_cryptocoin_pro.confirming import QuoteConfirmer
from checkout_kit_cryptocoin_pro.observing import raw_text, status_of
from checkout_kit_cryptocoin_pro.quoting import TOLERANCE
from checkout_kit_cryptocoin_pro.symbols import is_same, to_symbol

_SELL = "sell_to_fiat"


class SaleRejected(ProviderRefused):
    """Raised when the provider rejected a sale; an operator has to look at it."""


class Settler:
    """Turns coins into fiat on the merchant's bank account. **Moves money.**"""

    def __init__(
        self, client: CryptocoinProClient, settings: CryptocoinProSettings, clock: Clock
    ) -> None:
        self._client = client
        self._bank_id = settings.bank_id
        self._clock = clock
        self._sales = QuoteConfirmer(client, clock, settings.bank_id)

    def settle(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Settlement | None:
        """Sell what came in; None while the provider is at it.

        A refusal does not end it: money may have moved, or be there later.

        :raises SaleRejected: if the order that was made of it was rejected.
        :raises ProviderError: if it has to be tried again, or looked at.
        """
        if invoice.method.variant:
            return self._report(invoice, amount, earlier)
        try:
            return self._sell(invoice, operation, amount, earlier)
        except (SaleRejected, ProviderAuthError):
            raise
        except ProviderRefused as err:
            raise ProviderError(err.provider, err.problem) from err

    def _report(
        self, invoice: Invoice, amount: Money, earlier: Sequence[Settlement]
    ) -> Settlement | None:
        """Tell what went to the merchant's own wallet. Moves nothing."""
        confirmed = [p for p in invoice.payments if p.status is PaymentStatus.CONFIRMED]
        if not confirmed:
            return None
        asset = invoice.amount.currency
        arrived = Money.total(
            (
                Money(str(p.details.get("arrived") or p.amount.to_text()), asset)
                for p in confirmed
            ),
            asset,
        )
        bought = Money.total((p.amount for p in confirmed), asset)
        told = Money.total((s.amount for s in earlier), asset)
        kept = Money.total((s.fee for s in earlier if s.fee is not None), asset)
        zero = Money.zero(asset)
        return Settlement(
            f"{invoice.reference}:{len(earlier) + 1}",
            max(arrived - told, zero),
            fee=max(bought - arrived - kept, zero),
            settled_at=self._clock.now(),
            details={"settles": amount.to_text()},
        )

    def _sell(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Settlement | None:
        share = self._share(invoice, operation, amount, earlier)
        if share is None:
            return None
        details = {"sold": share.to_text(), "settles": amount.to_text()}
        if not share:
            # An earlier sale took this along.
            return Settlement(
                f"{invoice.reference}:{len(earlier) + 1}",
                Money.zero(amount.currency),
                details=details,
            )
        order = self._sales.carry_out(
            operation, lambda: self._offer(share, amount.currency.code)
        )
        self._check_order(order, share, amount)
        status = status_of(self._client.provider, order)
        if status is OrderStatus.REJECTED:
            raise SaleRejected(
                self._client.provider,
                f"rejected the sale {order.public_id or order.id}: look there whether "
                "the coins are back, and sell them by hand",
            )
        if status is not OrderStatus.APPROVED:
            return None
        brought = Fraction(order.target_amount or 0)
        fee = order.commission
        return Settlement(
            order.id,
            # The API tells fractions of a cent, which no bank pays.
            Money.round_down(brought, amount.currency),
            fee=Money.round_half_up(Fraction(fee), amount.currency)
            if fee is not None
            else None,
            settled_at=self._clock.now(),
            details={**details, "brought": f"{order.target_amount:f}"},
        )

    def _share(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Money | None:
        """The share of this settlement, frozen at its first attempt."""
        known = operation.recall("share")
        if known is not None:
            return Money(str(known["sold"]), invoice.amount.currency)
        share = share_to_sell(invoice, amount, earlier)
        if share is not None:
            operation.record("share", {"sold": share.to_text()})
        return share

    def _offer(self, share: Money, fiat: str) -> Quote:
        """Make a quote that is not confirmed, and check what it will bring."""
        quote = self._client.quotes.create(
            _SELL,
            amount=share.amount,
            symbol=to_symbol(share.currency),
            payment_symbol=fiat,
            payment_method=self._bank_id,
        )
        if (
            quote.operation != _SELL
            or not is_same(quote.source, share.currency)
            or quote.target != fiat
            or Fraction(quote.amount) != share.fraction
        ):
            raise self._odd("is for another sale than was asked for", quote)
        total = Fraction(quote.total)
        if abs(Fraction(quote.amount) * Fraction(quote.rate) - total) > (
            total * TOLERANCE
        ):
            raise self._odd("does not keep to its own rate", quote)
        if not total or quote.expires_at <= self._clock.now():
            raise self._odd("brings nothing, or is over already", quote)
        return quote

    def _check_order(self, order: Order, share: Money, amount: Money) -> None:
        if (
            order.operation == _SELL
            and is_same(order.source, share.currency)
            and is_same(order.target, amount.currency)
            and order.source_amount is not None
            and Fraction(order.source_amount) == share.fraction
            and order.target_amount
        ):
            return
        raise ProviderProtocolError(
            self._client.provider,
            "an order is for another sale than was confirmed",
            evidence=raw_text(order.raw),
        )

    def _odd(self, problem: str, quote: Quote) -> ProviderProtocolError:
        return ProviderProtocolError(
            self._client.provider, f"a quote {problem}", evidence=raw_text(quote.raw)
        )


def share_to_sell(
    invoice: Invoice, amount: Money, earlier: Sequence[Settlement]
) -> Money | None:
    """How many coins this settlement is for; None if they are not there (yet).

    Counted from the beginning, so that no rounding adds up. What would leave less than
    a cent behind takes it along.
    """
    asset = invoice.amount.currency
    came = Money.total(
        (p.amount for p in invoice.payments if p.status is PaymentStatus.CONFIRMED),
        asset,
    )
    sold, settled = Money.zero(asset), amount
    for settlement in earlier:
        sold += Money(str(settlement.details["sold"]), asset)
        settled += Money(str(settlement.details["settles"]), amount.currency)
    rate = invoice.covers.fraction / invoice.amount.fraction
    wanted = Money.round_up(settled.fraction / rate, asset)
    if wanted > came:
        return None
    if (came - wanted).fraction * rate < Money.smallest(amount.currency).fraction:
        wanted = came
    return max(wanted - sold, Money.zero(asset))
