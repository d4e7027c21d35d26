"""What a provider's invoice asks for: checked before a buyer sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from checkout_kit.domain.addresses import NETWORKS, check_address
from checkout_kit.domain.invoice import DepositInstructions, Invoice, ProviderInvoice
from checkout_kit.domain.payment_uri import build_payment_uri
from checkout_kit.errors import InputError, ProviderProtocolError, ProviderRefused

#: Longer than any provider holds a price: a time beyond it is a mistake.
MAX_WINDOW = timedelta(days=366)


def check_amount(
    invoice: Invoice, answer: ProviderInvoice, largest_deviation: Decimal
) -> None:
    """Refuse an amount that is not the one that the buyer was shown, or close to it.

    Whoever pays the amount has paid off all that the invoice covers, so a provider
    that asks for a thousandth would have the order paid by that.

    :param largest_deviation: the part of an indicative quote that it may differ by.
    :raises ProviderRefused: as the same key would only give the same invoice again.
    """
    quoted, asked = invoice.amount, answer.amount
    if quoted == asked:
        return
    if invoice.is_firm:
        raise ProviderRefused(
            invoice.provider, f"it asks for {asked}, and {quoted} was promised"
        )
    if abs(asked.fraction - quoted.fraction) > quoted.fraction * Fraction(
        largest_deviation
    ):
        raise ProviderRefused(
            invoice.provider,
            f"it asks for {asked}, too far from the {quoted} of its quote "
            "(CHECKOUT_KIT_LARGEST_DEVIATION)",
        )


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
