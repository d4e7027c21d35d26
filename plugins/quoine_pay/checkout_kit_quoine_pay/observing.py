"""Observing: what an invoice of the API says of one of ours; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checkout_kit import (
    Invoice,
    InvoiceSnapshot,
    Money,
    Payment,
    PaymentObservation,
    PaymentStatus,
    ProviderProtocolError,
)
from checkout_kit_quoine_pay.amounts import to_amount_due, to_balance, to_price
from checkout_kit_quoine_pay.answers import InvoiceAnswer, SystemStatus
from checkout_kit_quoine_pay.finality import Finality, derive_finality, is_seen


def observe(
    invoice: Invoice, answer: InvoiceAnswer, now: datetime, part_age: timedelta
) -> InvoiceSnapshot:
    """Read the one payment of an invoice: its address's running balance.

    :param part_age: how long a part payment must have stood to count as confirmed.
    :raises ProviderProtocolError: if the answer is about something else than was
        agreed, or contradicts itself about money.
    """
    check_agreement(invoice, answer)
    balance = to_balance(invoice.provider, answer.btc_balance)
    finality = derive_finality(answer)
    before = _before(invoice)
    details = _details(answer, balance, before, now)
    status, amount = _judge(invoice, answer, finality, balance, before)
    if (
        status is PaymentStatus.DETECTED
        and _is_unsaid(invoice, answer, finality, balance)
        and datetime.fromisoformat(details["since"]) + part_age <= now
    ):
        status = PaymentStatus.CONFIRMED
    state = f"{answer.system_status.value} ({answer.invoice_status.value})"
    if not amount.amount:
        return InvoiceSnapshot(seen=_is_on_its_way(answer), provider_state=state)
    payment = PaymentObservation(
        external_id=str(answer.id),
        amount=amount,
        status=status,
        received_at=answer.paid_at,
        details=details,
    )
    return InvoiceSnapshot((payment,), provider_state=state)


def check_agreement(invoice: Invoice, answer: InvoiceAnswer) -> None:
    """Refuse an answer that is not about the invoice that was made.

    :raises ProviderProtocolError: naming what differs.
    """
    agreed = {
        "id": str(answer.id) == invoice.reference,
        "bitcoin_address": invoice.instructions is not None
        and answer.bitcoin_address == invoice.instructions.address,
        "data": answer.data in (None, invoice.operation_key),
        "price": _price(invoice, answer) == invoice.covers,
        "btc_price": to_amount_due(invoice.provider, answer.btc_price)
        == invoice.amount,
    }
    differing = [name for name, is_same in agreed.items() if not is_same]
    if differing:
        raise ProviderProtocolError(
            invoice.provider,
            f"an invoice is not the one that was made: {', '.join(differing)}",
            evidence=f"id {answer.id}, expected {invoice.reference}",
        )


def _price(invoice: Invoice, answer: InvoiceAnswer) -> Money:
    return to_price(invoice.provider, answer.price, answer.currency)


def _judge(
    invoice: Invoice,
    answer: InvoiceAnswer,
    finality: Finality,
    balance: Money,
    before: Payment | None,
) -> tuple[PaymentStatus, Money]:
    if finality is Finality.CREDITED:
        # Full payment was converted; whether the balance stays after the sale is not
        # documented, so a lower one is no money that went back.
        return PaymentStatus.CONFIRMED, max(balance, invoice.amount)
    if finality is Finality.CONFIRMED:
        if not balance.amount:
            raise ProviderProtocolError(
                invoice.provider, "an invoice is confirmed without any balance"
            )
        return PaymentStatus.CONFIRMED, balance
    if finality is Finality.REVERSED:
        known = before.amount if before is not None else balance
        return PaymentStatus.REVERSED, max(balance, known)
    if not balance.amount and before is not None and before.peak_confirmed is not None:
        return PaymentStatus.REVERSED, before.amount
    return PaymentStatus.DETECTED, balance


def _is_unsaid(
    invoice: Invoice, answer: InvoiceAnswer, finality: Finality, balance: Money
) -> bool:
    """Whether no status will ever tell that this money is confirmed."""
    is_part = balance.amount < invoice.amount.amount
    is_late = answer.system_status is SystemStatus.EXPIRED
    return finality is Finality.UNSAID and not is_seen(answer) and (is_part or is_late)


def _is_on_its_way(answer: InvoiceAnswer) -> bool:
    return answer.system_status is not SystemStatus.INVALID and is_seen(answer)


def _details(
    answer: InvoiceAnswer, balance: Money, before: Payment | None, now: datetime
) -> Mapping[str, Any]:
    text = balance.to_text()
    since = now.isoformat()
    if before is not None and before.details.get("balance") == text:
        since = str(before.details.get("since", since))
    return {
        "balance": text,
        "since": since,
        "systemStatus": answer.system_status.value,
        "invoiceStatus": answer.invoice_status.value,
    }


def _before(invoice: Invoice) -> Payment | None:
    """What was last known of the invoice's one payment."""
    found = (p for p in invoice.payments if p.external_id == invoice.reference)
    return next(found, None)
