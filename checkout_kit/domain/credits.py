"""Credits: which payments count, and what each pays off; exact, never rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.payment import Payment, PaymentStatus

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Credit:
    """A payment that counts, and what it is worth in the charge's currency."""

    invoice: Invoice
    payment: Payment
    worth: Fraction

    @property
    def is_confirmed(self) -> bool:
        """Whether the payment stays, as far as the provider knows."""
        return self.payment.status is PaymentStatus.CONFIRMED


def credits_of(invoice: Invoice) -> Sequence[Credit]:
    """The payments of an invoice that count."""
    return [
        Credit(invoice, payment, payment_credit(invoice, payment))
        for payment in invoice.payments
        if _counts(invoice, payment)
    ]


def confirmed_credit(invoice: Invoice) -> Fraction:
    """What an invoice's confirmed payments pay off, in the charge's currency."""
    return sum((c.worth for c in credits_of(invoice) if c.is_confirmed), NOTHING)


def payment_credit(invoice: Invoice, payment: Payment) -> Fraction:
    """What one payment pays off, in the charge's currency; exact, never rounded."""
    if payment.credited is not None:
        return payment.credited.fraction
    # Whoever sends exactly what was asked for has paid off exactly what it covers.
    if payment.amount.amount == invoice.amount.amount:
        return invoice.covers.fraction
    return invoice.covers.fraction * payment.amount.fraction / invoice.amount.fraction


def _counts(invoice: Invoice, payment: Payment) -> bool:
    # Money of another asset is never credited, whoever let it in.
    if payment.amount.currency != invoice.amount.currency:
        return False
    if payment.credited and payment.credited.currency != invoice.covers.currency:
        return False
    # A deposit that was only detected and is listed no more may have been replaced.
    if payment.status is PaymentStatus.DETECTED:
        return not invoice.is_missing(payment)
    return payment.status is PaymentStatus.CONFIRMED


def is_gone(invoice: Invoice, payment: Payment) -> bool:
    """Whether money that was confirmed once is credited less, or no more."""
    return payment.is_shrunk or (
        payment.peak_confirmed is not None and not _counts(invoice, payment)
    )
