"""Observing: orders as the kit's payments; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
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
from checkout_kit.http import JsonError, Redactor, dump_json
from checkout_kit_cryptocoin_pro.answers import Order, OrderStatus
from checkout_kit_cryptocoin_pro.invoicing import same_address
from checkout_kit_cryptocoin_pro.refusals import SECRET_PATTERNS
from checkout_kit_cryptocoin_pro.symbols import exactly, is_same, to_currency
from checkout_kit_cryptocoin_pro.visits import Purchase, Visits

#: A deposit that is that much older than its invoice was not made for it.
_OLDER = timedelta(minutes=10)
_DEPOSITS = {
    # It names our address: something is on its way.
    OrderStatus.PAYMENT_WAITING: PaymentStatus.DETECTED,
    OrderStatus.PROCESSING_PAYMENT: PaymentStatus.DETECTED,
    OrderStatus.APPROVED: PaymentStatus.CONFIRMED,
    OrderStatus.REJECTED: PaymentStatus.REVERSED,
}


def raw_text(raw: Any) -> str:
    """The answer that something was read from, without the tokens of its links."""
    try:
        return Redactor(patterns=SECRET_PATTERNS)(dump_json(raw).decode())
    except JsonError:
        return type(raw).__name__


def status_of(provider: str, order: Order) -> OrderStatus:
    """The status of an order that decides about money.

    :raises ProviderProtocolError: if it is not in the document.
    """
    if order.status is not None:
        return order.status
    raise ProviderProtocolError(
        provider,
        f"a {order.operation} order has a status that is not in the document",
        evidence=raw_text(order.raw),
    )


def is_deposit_of(order: Order, invoice: Invoice) -> bool:
    """Whether a deposit went to an invoice's address.

    One without an address is known by the transaction that it was seen with before.
    """
    if order.operation != "deposit":
        return False
    if order.wallet:
        instructions = invoice.instructions
        return instructions is not None and same_address(
            order.wallet, instructions.address
        )
    known = {payment.transaction_id for payment in invoice.payments}
    return order.tx_id is not None and order.tx_id in known


def observe_stray(invoice: Invoice, order: Order) -> UnmatchedDeposit | None:
    """Report a deposit on an invoice's address that can't be for it."""
    if not is_same(order.target, invoice.amount.currency):
        reason = "it is of another asset than the invoice whose address it went to"
    elif order.created < invoice.created_at - _OLDER:
        reason = "it is older than the invoice whose address it went to"
    else:
        return None
    currency = to_currency(order.target or "")
    number = order.target_amount
    return UnmatchedDeposit(
        order.id,
        reason,
        amount=exactly(number, currency) if currency and number is not None else None,
        received_at=order.created,
        details=_details(order),
    )


def observe_deposits(
    invoice: Invoice, orders: Sequence[Order], *, is_complete: bool
) -> InvoiceSnapshot:
    """Read an invoice's payments off the deposits on its address.

    :raises ProviderProtocolError: for a status or amount that is not as documented.
    """
    payments = [
        PaymentObservation(
            order.id,
            _amount(invoice, order),
            _DEPOSITS[status_of(invoice.provider, order)],
            received_at=order.created,
            transaction_id=order.tx_id or None,
            details=_details(order),
        )
        for order in orders
    ]
    return InvoiceSnapshot(payments, is_complete=is_complete)


def observe_visits(invoice: Invoice, visits: Visits) -> InvoiceSnapshot:
    """Read an invoice's payments off what buyers did on the provider's page.

    A checkout that is ``finished`` is not paid: the order has to be approved, and so
    has the one that sends its coins to the merchant.

    :raises ProviderProtocolError: for a status or amount that is not as documented.
    """
    payments = []
    words = [f"checkout {c.status_text}" for c in visits.checkouts]
    wants_proof = False
    for purchase in visits.purchases:
        order = purchase.order
        status = status_of(invoice.provider, order)
        words.append(f"order {status.value}")
        if status is OrderStatus.PAYMENT_WAITING:
            wants_proof = wants_proof or can_prove(order)
            continue
        found = _purchase_status(invoice, purchase, status)
        if purchase.withdrawal is not None:
            _check_wallet(invoice, purchase.withdrawal)
            sent = status_of(invoice.provider, purchase.withdrawal)
            words.append(f"withdrawal {sent.value}")
        payments.append(
            PaymentObservation(
                order.id,
                _amount(invoice, order),
                found,
                received_at=order.created,
                transaction_id=_transaction(purchase),
                details=_purchase_details(invoice, purchase),
            )
        )
    return InvoiceSnapshot(
        payments,
        provider_state=", ".join(words) or "not opened",
        is_complete=visits.is_complete,
        wants_proof=wants_proof,
    )


def can_prove(order: Order) -> bool:
    """Whether a proof of payment may help: an assumption, as no field says so."""
    waits = order.status is OrderStatus.PAYMENT_WAITING
    return waits and order.payment_method == "bank" and order.is_proven is not True


def _purchase_status(
    invoice: Invoice, purchase: Purchase, status: OrderStatus
) -> PaymentStatus:
    if status is OrderStatus.REJECTED:
        return PaymentStatus.REVERSED
    if status is not OrderStatus.APPROVED:
        return PaymentStatus.DETECTED
    withdrawal = purchase.withdrawal
    if withdrawal is None:
        # A second order that is named but not listed may still fail.
        is_sent = purchase.order.child_id is None
    else:
        is_sent = status_of(invoice.provider, withdrawal) is OrderStatus.APPROVED
    return PaymentStatus.CONFIRMED if is_sent else PaymentStatus.DETECTED


def _check_wallet(invoice: Invoice, withdrawal: Order) -> None:
    wallet = str(invoice.provider_data.get("wallet") or "")
    if withdrawal.wallet and wallet and not same_address(withdrawal.wallet, wallet):
        raise ProviderProtocolError(
            invoice.provider,
            "what a buyer bought is sent to another wallet than the merchant's",
            evidence=raw_text(withdrawal.raw),
        )


def _transaction(purchase: Purchase) -> str | None:
    withdrawal = purchase.withdrawal
    return (withdrawal.tx_id if withdrawal else purchase.order.tx_id) or None


def _amount(invoice: Invoice, order: Order) -> Money:
    amount = None
    if is_same(order.target, invoice.amount.currency) and order.target_amount:
        amount = exactly(order.target_amount, invoice.amount.currency)
    if amount is None:
        raise ProviderProtocolError(
            invoice.provider,
            "an order's amount is missing, or finer than its asset",
            evidence=raw_text(order.raw),
        )
    return amount


def _purchase_details(invoice: Invoice, purchase: Purchase) -> dict[str, Any]:
    details = _details(purchase.order)
    withdrawal = purchase.withdrawal
    if withdrawal is not None:
        details["withdrawal"] = withdrawal.id
        if withdrawal.target_amount is not None:
            arrived = exactly(withdrawal.target_amount, invoice.amount.currency)
            details["arrived"] = arrived.to_text() if arrived is not None else None
    if purchase.order.source_amount is not None:
        details["charged"] = f"{purchase.order.source_amount.normalize():f}"
    return details


def _details(order: Order) -> dict[str, Any]:
    return {
        "status": order.status.value if order.status else "unknown",
        "order": order.public_id,
        "asset": order.target,
    }
