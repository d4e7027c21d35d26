"""Deposit instructions: checked before a buyer sees them, and given a wallet link."""

from __future__ import annotations

from dataclasses import replace

from checkout_kit.domain.addresses import NETWORKS, check_address
from checkout_kit.domain.invoice import DepositInstructions, Invoice
from checkout_kit.domain.payment_uri import build_payment_uri
from checkout_kit.errors import InputError, ProviderProtocolError


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
