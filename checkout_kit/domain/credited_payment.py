"""Credited payments: what a payment means to the merchant."""

from __future__ import annotations

from dataclasses import dataclass

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.credits import payment_credit
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.states import CheckoutState

#: States in which nobody has to look at what was paid.
_SETTLED = frozenset(
    {
        CheckoutState.COMPLETED,
        CheckoutState.DELAYED_COMPLETED,
        CheckoutState.RESOLVED,
    }
)


@dataclass(frozen=True, slots=True)
class CreditedPayment:
    """A payment with the invoice and the checkout that it is for."""

    checkout: Checkout
    invoice: Invoice
    payment: Payment

    @property
    def credit(self) -> Money:
        """What it pays off, in the charge's currency, rounded down; zero if it went."""
        currency = self.checkout.charge.currency
        if self.payment.status is PaymentStatus.REVERSED:
            return Money.zero(currency)
        return Money.round_down(payment_credit(self.invoice, self.payment), currency)

    @property
    def is_resolved(self) -> bool:
        """Whether it is sure, and its checkout neither short, over, nor in doubt."""
        return (
            self.payment.status is PaymentStatus.CONFIRMED
            and not self.payment.is_shrunk
            and self.checkout.state in _SETTLED
        )


def payments_of(checkout: Checkout) -> list[CreditedPayment]:
    """A checkout's payments, newest first."""
    found = [
        CreditedPayment(checkout, invoice, payment)
        for invoice in checkout.invoices
        for payment in invoice.payments
    ]
    found.sort(key=lambda entry: entry.payment.id, reverse=True)
    found.sort(key=lambda entry: entry.payment.received_at, reverse=True)
    return found
