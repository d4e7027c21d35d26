"""Settling: what Quoine credited for an invoice by itself; pure."""

from __future__ import annotations

from collections.abc import Sequence

from checkout_kit import Invoice, Money, ProviderRefused, Settlement
from checkout_kit_quoine_pay.amounts import to_price
from checkout_kit_quoine_pay.answers import InvoiceAnswer
from checkout_kit_quoine_pay.observing import check_agreement


def settle(
    invoice: Invoice,
    answer: InvoiceAnswer,
    amount: Money,
    earlier: Sequence[Settlement],
) -> Settlement | None:
    """Report the quoted amount once it was captured, or None while it was not.

    :param amount: what this settlement is for, in the charge's currency.
    :raises ProviderRefused: for what came above the price: it is credited nowhere.
    """
    check_agreement(invoice, answer)
    if earlier:
        raise ProviderRefused(
            invoice.provider,
            "Quoine credits the price of an invoice once; what was paid above it is "
            "with Quoine in bitcoin",
        )
    if not answer.system_status.is_credited:
        return None
    price = to_price(invoice.provider, answer.price, answer.currency)
    return Settlement(
        reference=str(answer.id),
        amount=price,
        details={
            "systemStatus": answer.system_status.value,
            "askedFor": amount.to_text(),
        },
    )
