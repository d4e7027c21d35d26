"""Deposit instructions: checked before a buyer sees them, and given a wallet link."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from checkout_kit.domain.addresses import NETWORKS, check_address
from checkout_kit.domain.invoice import DepositInstructions, Invoice, ProviderInvoice
from checkout_kit.domain.payment_uri import build_payment_uri
from checkout_kit.errors import InputError, ProviderProtocolError

#: Longer than any provider holds a price: a time beyond it is a mistake.
MAX_WINDOW = timedelta(days=366)


def check_expiry(invoice: Invoice, answer: ProviderInvoice) -> None:
    """Refuse an invoice that could be paid at today's price for ever.

    :raises ProviderProtocolError: if its expiry is more than a year away.
    """
    times = [answer.expires_at]
    if answer.instructions is not None:
        times.append(answer.instructions.expires_at)
    latest = invoice.created_at + MAX_WINDOW
    if any(time is not None and time > latest for time in times):
        raise ProviderProtocolError(
            invoice.provider, "the invoice's expiry is more than a year away"
        )


def completed(
    invoice: Invoice, instructions: DepositInstructions | None
) -> DepositInstructions | None:
    """Refuse an address that can't be right, and add the wallet link.

    :raises ProviderProtocolError: money sent to a mistyped address would be lost.
    """
    if instructions is None:
        return None
    currency = instructions.amount.currency
    try:
        if currency.network in NETWORKS:
            check_address(currency.network, instructions.address)
        payment_uri = instructions.payment_uri or build_payment_uri(
            currency,
            instructions.address,
            instructions.amount,
            memo=instructions.memo,
            memo_type=instructions.memo_type,
            destination_tag=instructions.destination_tag,
        )
    except InputError as err:
        raise ProviderProtocolError(
            invoice.provider, f"the deposit instructions are unusable: {err.problem}"
        ) from err
    return replace(instructions, payment_uri=payment_uri)
