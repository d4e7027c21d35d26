"""Observing: what accounts and receipts say about one of our invoices; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checkout_kit import (
    Invoice,
    InvoiceSnapshot,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderProtocolError,
    UnmatchedDeposit,
)
from checkout_kit_rain.answers import Account, Transaction, TransactionStatus
from checkout_kit_rain.fees import BTC
from checkout_kit_rain.sales import SalesBook

#: Follows an account's id where a part of its money is confirmed and another is not.
PENDING = ":unconfirmed"


def known_confirmed(invoice: Invoice) -> Money:
    """The most that was ever confirmed on an invoice's own account."""
    peaks = [
        payment.peak_confirmed
        for payment in invoice.payments
        if payment.external_id == invoice.reference and payment.peak_confirmed
    ]
    return max(peaks, default=Money.zero(BTC))


def received_amount(
    account: Account, known: Money, sales: SalesBook, provider: str
) -> Money:
    """How much has come in and stayed, whatever of it was sold since.

    While a sale is under way its bitcoin may or may not have left the balance. What is
    known already is then taken, if it lies between the two readings.

    :raises ProviderProtocolError: if the balance shrank and a sale can't be read.
    """
    sold = sales.of(account.id)
    least = account.balance + sold.completed
    most = least + sold.begun
    if most.amount < 0:
        raise ProviderProtocolError(
            provider, "an account is overdrawn by more than was sold"
        )
    if least < known and (sold.is_unsure or sales.has_strays):
        raise ProviderProtocolError(
            provider, "a balance is lower than before and a sale can't be read"
        )
    return max(least, min(known, most))


def observe_account(
    invoice: Invoice,
    account: Account,
    sales: SalesBook,
    *,
    unconfirmed_is_total: bool = False,
) -> InvoiceSnapshot:
    """Read an invoice's payment off the running balances of its account.

    The payment's id is the account's. Money that is not confirmed yet has it too as
    long as none is confirmed: a payment keeps the time when it was first seen.

    :raises ProviderProtocolError: if the balances can't be understood.
    """
    if account.balance.currency != BTC:
        raise ProviderProtocolError(
            invoice.provider, "an invoice's account is in another currency"
        )
    known = known_confirmed(invoice)
    received = received_amount(account, known, sales, invoice.provider)
    pending = account.unconfirmed
    if unconfirmed_is_total:
        pending = max(pending - max(account.balance, Money.zero(BTC)), Money.zero(BTC))
    details = {
        "balance": account.balance.to_text(),
        "unconfirmedBalance": account.unconfirmed.to_text(),
    }

    def observation(
        amount: Money, status: PaymentStatus, suffix: str = ""
    ) -> PaymentObservation:
        return PaymentObservation(account.id + suffix, amount, status, details=details)

    payments = []
    if received:
        payments.append(observation(received, PaymentStatus.CONFIRMED))
    elif known:
        payments.append(observation(known, PaymentStatus.REVERSED))
    if pending:
        suffix = PENDING if payments else ""
        payments.append(observation(pending, PaymentStatus.DETECTED, suffix))
    return InvoiceSnapshot(payments)


def observe_double(invoice: Invoice, account: Account) -> UnmatchedDeposit | None:
    """Report money on an account that was made twice for an invoice, shown nobody."""
    if not account.balance and not account.unconfirmed:
        return None
    return UnmatchedDeposit(
        account.id,
        "on a second account of an invoice, whose address was never shown",
        amount=account.balance + account.unconfirmed,
        details={"accountName": account.name, "invoice": invoice.id},
    )


def observe_receipts(
    invoice: Invoice, transactions: Sequence[Transaction]
) -> InvoiceSnapshot:
    """Read an invoice's payments off the receipts of its address.

    :raises ProviderProtocolError: for a status that is not in the document.
    """
    return InvoiceSnapshot([_receipt(invoice, found) for found in transactions])


def observe_stray(transaction: Transaction) -> UnmatchedDeposit:
    """Report a receipt that belongs to no address of ours."""
    return UnmatchedDeposit(
        transaction.id,
        "its address belongs to no invoice",
        amount=transaction.amount,
        received_at=transaction.created,
        details=_details(transaction),
    )


def _receipt(invoice: Invoice, transaction: Transaction) -> PaymentObservation:
    amount = transaction.amount
    if transaction.status is None or amount is None or amount.currency != BTC:
        raise ProviderProtocolError(
            invoice.provider,
            "a receipt has an unknown status or is not in bitcoin",
            evidence=str(dict(transaction.raw)),
        )
    is_final = transaction.status is TransactionStatus.COMPLETED
    return PaymentObservation(
        transaction.id,
        amount,
        PaymentStatus.CONFIRMED if is_final else PaymentStatus.DETECTED,
        received_at=transaction.created,
        transaction_id=transaction.transaction_hash or None,
        details=_details(transaction),
    )


def _details(transaction: Transaction) -> dict[str, Any]:
    status = transaction.status.value if transaction.status else "unknown"
    return {"status": status, "address": transaction.address}
