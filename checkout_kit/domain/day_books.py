"""The books of a day: its checkouts taken in one by one, and added up to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.credits import confirmed_credit
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import UnmatchedDeposit
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.report import (
    NO_PROVIDER,
    DayReport,
    ReportLine,
    UnmatchedLine,
)
from checkout_kit.domain.settlement import SettlementOrder, SettlementStatus


@dataclass(slots=True)
class _Sums:
    """One line while it grows."""

    charged: list[Money] = field(default_factory=list)
    paid: list[Money] = field(default_factory=list)
    done: list[Money] = field(default_factory=list)
    received: list[Money] = field(default_factory=list)
    settled: list[Money] = field(default_factory=list)
    fees: list[Money] = field(default_factory=list)
    over: list[Money] = field(default_factory=list)
    under: list[Money] = field(default_factory=list)
    checkouts: int = 0

    def take(self, charged: Money, paid: Money) -> None:
        """Take in what was charged and paid, and by how much the two differ."""
        self.charged.append(charged)
        self.paid.append(paid)
        if paid > charged:
            self.over.append(paid - charged)
        else:
            self.under.append(charged - paid)

    def to_line(self, provider: str, currency: Currency) -> ReportLine:
        """Add up."""
        paid = Money.total(self.paid, currency)
        return ReportLine(
            provider,
            self.checkouts,
            charged=Money.total(self.charged, currency),
            paid=paid,
            over=Money.total(self.over, currency),
            under=Money.total(self.under, currency),
            unsettled=paid - Money.total(self.done, currency),
            received=_per_currency(self.received),
            settled=_per_currency(self.settled),
            fees=_per_currency(self.fees),
        )


class DayBooks:
    """Takes a day's checkouts in, one after the other, and makes the report.

    A checkout that was paid through several providers is shared out: each has charged
    what it was paid, up to the total, and the last one the rest.
    """

    def __init__(self) -> None:
        self._sums: dict[tuple[str, Currency], _Sums] = defaultdict(_Sums)
        self._totals: dict[Currency, _Sums] = defaultdict(_Sums)
        self._problems: list[str] = []

    def add(self, checkout: Checkout, orders: Sequence[SettlementOrder]) -> None:
        """Take one checkout in, with all its settlement orders."""
        self._check(checkout, orders)
        currency = checkout.total.currency
        shares = _shares(checkout)
        closing = list(shares)[-1]
        due = checkout.total
        for provider, paid in shares.items():
            sums = self._sums[provider, currency]
            charged = due if provider == closing else min(paid, due)
            due = due - charged
            sums.take(charged, paid)
        self._sums[closing, currency].checkouts += 1
        providers = {invoice.id: invoice.provider for invoice in checkout.invoices}
        for invoice in checkout.invoices:
            self._sums[invoice.provider, currency].received += [
                payment.amount for payment in _confirmed(invoice.payments)
            ]
        for order in orders:
            if order.result is not None and order.status is SettlementStatus.DONE:
                sums = self._sums[providers[order.invoice_id], currency]
                sums.done.append(order.amount)
                sums.settled.append(order.result.amount)
                if order.result.fee is not None:
                    sums.fees.append(order.result.fee)
        self._add_to_total(checkout, orders)

    def report(
        self,
        day: date,
        *,
        at: datetime,
        is_over: bool,
        unmatched: Iterable[UnmatchedDeposit] = (),
    ) -> DayReport:
        """Make the report; its totals are added up twice, in different ways."""
        lines = tuple(
            self._sums[key].to_line(*key)
            for key in sorted(self._sums, key=lambda key: (str(key[1]), key[0]))
        )
        totals = tuple(
            self._totals[currency].to_line("total", currency)
            for currency in sorted(self._totals, key=str)
        )
        for total in totals:
            parts = [line for line in lines if line.currency == total.currency]
            self._problems += _disagreements(parts, total)
        return DayReport(
            day=day,
            at=at,
            is_over=is_over,
            lines=lines,
            totals=totals,
            unmatched=_unmatched_lines(unmatched),
            problems=tuple(self._problems),
        )

    def _add_to_total(
        self, checkout: Checkout, orders: Sequence[SettlementOrder]
    ) -> None:
        """Add a checkout to its currency's total as a whole, not by its shares."""
        currency = checkout.total.currency
        sums = self._totals[currency]
        paid = Money.round_down(checkout.status.confirmed_credit, currency)
        sums.checkouts += 1
        sums.take(checkout.total, paid)
        for invoice in checkout.invoices:
            sums.received += [p.amount for p in _confirmed(invoice.payments)]
        done = [o for o in orders if o.status is SettlementStatus.DONE and o.result]
        sums.done += [order.amount for order in done]
        sums.settled += [order.result.amount for order in done if order.result]
        sums.fees += [o.result.fee for o in done if o.result and o.result.fee]

    def _check(self, checkout: Checkout, orders: Sequence[SettlementOrder]) -> None:
        for invoice in checkout.invoices:
            credit = confirmed_credit(invoice)
            done = [
                order.amount
                for order in orders
                if order.invoice_id == invoice.id
                and order.status is SettlementStatus.DONE
            ]
            settled = Money.total(done, checkout.total.currency)
            if settled.fraction > credit:
                self._problems.append(
                    f"checkout {checkout.id}: {settled} settled, but only "
                    f"{Money.round_down(credit, settled.currency)} is still paid "
                    f"through {invoice.provider}"
                )


def _shares(checkout: Checkout) -> Mapping[str, Money]:
    """What was paid through each provider, the one that closed the checkout last.

    The exact credits are rounded down once, as a whole; the shares add up to that.
    """
    currency = checkout.total.currency
    credits: dict[str, Fraction] = {}
    last: dict[str, datetime] = {}
    for invoice in checkout.invoices:
        confirmed = _confirmed(invoice.payments)
        if confirmed:
            name, credit = invoice.provider, confirmed_credit(invoice)
            credits[name] = credits.get(name, Fraction(0)) + credit
            newest = max(payment.received_at for payment in confirmed)
            last[name] = max(last.get(name, newest), newest)
    if not credits:
        newest_invoice = checkout.invoice
        provider = newest_invoice.provider if newest_invoice else NO_PROVIDER
        return {provider: Money.zero(currency)}
    shares = {}
    so_far, given = Fraction(0), Money.zero(currency)
    for name in sorted(credits, key=lambda name: (last[name], name)):
        so_far += credits[name]
        shares[name] = Money.round_down(so_far, currency) - given
        given = given + shares[name]
    return shares


def _confirmed(payments: Iterable[Payment]) -> Sequence[Payment]:
    return [p for p in payments if p.status is PaymentStatus.CONFIRMED]


def _per_currency(moneys: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[Currency, Money] = {}
    for money in moneys:
        known = sums.get(money.currency)
        sums[money.currency] = money if known is None else known + money
    return tuple(sums[currency] for currency in sorted(sums, key=str))


def _unmatched_lines(
    deposits: Iterable[UnmatchedDeposit],
) -> tuple[UnmatchedLine, ...]:
    found: dict[str, list[UnmatchedDeposit]] = defaultdict(list)
    for deposit in deposits:
        found[deposit.provider].append(deposit)
    return tuple(
        UnmatchedLine(
            provider,
            len(found[provider]),
            _per_currency(d.amount for d in found[provider] if d.amount is not None),
        )
        for provider in sorted(found)
    )


def _disagreements(parts: Sequence[ReportLine], total: ReportLine) -> Sequence[str]:
    """Where the sum of the lines is not the sum of the checkouts."""
    problems = []
    for name in ("charged", "paid", "unsettled"):
        added: Money = Money.total(
            (getattr(part, name) for part in parts), total.currency
        )
        if added != getattr(total, name):
            problems.append(
                f"{name}: the lines make {added}, the checkouts {getattr(total, name)}"
            )
    for name in ("received", "settled", "fees"):
        per_currency = _per_currency(
            money for part in parts for money in getattr(part, name)
        )
        if per_currency != getattr(total, name):
            problems.append(f"{name}: the lines and the checkouts don't agree")
    for line in (*parts, total):
        if line.charged + line.over - line.under != line.paid:
            problems.append(
                f"{line.provider}: charged, over and under don't make what was paid"
            )
    return problems
