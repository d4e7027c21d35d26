"""Finality: how sure the API's two words on an invoice make its money; pure."""

from __future__ import annotations

from enum import IntEnum

from checkout_kit_quoine_pay.answers import InvoiceAnswer, InvoiceStatus, SystemStatus


class Finality(IntEnum):
    """How sure it is that the money stays; the higher the surer."""

    #: Seen, and never confirmed: it will not come any more.
    REVERSED = -1
    #: Nothing is said of it, which is also what is said of a part payment.
    UNSAID = 0
    DETECTED = 1
    CONFIRMED = 2
    #: Sold, and credited to the merchant.
    CREDITED = 3


_BY_SYSTEM_STATUS = {
    SystemStatus.ACCOUNT_CREATED: Finality.UNSAID,
    SystemStatus.READY: Finality.UNSAID,
    SystemStatus.UNCONFIRMED: Finality.DETECTED,
    SystemStatus.CONFIRMED: Finality.CONFIRMED,
    SystemStatus.CAPTURED: Finality.CREDITED,
    SystemStatus.COMPLETE: Finality.CREDITED,
    SystemStatus.EXPIRED: Finality.UNSAID,
    SystemStatus.INVALID: Finality.REVERSED,
}
# The most that the other word allows.
_BY_INVOICE_STATUS = {
    InvoiceStatus.AWAITED: Finality.UNSAID,
    InvoiceStatus.DETECTED: Finality.DETECTED,
    InvoiceStatus.CONFIRMED: Finality.CREDITED,
    InvoiceStatus.EXPIRED: Finality.UNSAID,
}


def derive_finality(answer: InvoiceAnswer) -> Finality:
    """Say how sure the money is; where the two words differ, the less sure counts."""
    return min(
        _BY_SYSTEM_STATUS[answer.system_status],
        _BY_INVOICE_STATUS[answer.invoice_status],
    )


def is_seen(answer: InvoiceAnswer) -> bool:
    """Whether either word says that a payment is on its way, or there."""
    return (
        _BY_SYSTEM_STATUS[answer.system_status] >= Finality.DETECTED
        or _BY_INVOICE_STATUS[answer.invoice_status] >= Finality.DETECTED
    )
