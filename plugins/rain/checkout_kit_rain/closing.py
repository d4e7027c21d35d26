"""Closing: an invoice's account goes, once nothing can come to it and it is empty."""

from __future__ import annotations

from checkout_kit import Invoice
from checkout_kit_rain.client import RainClient


def close_account(client: RainClient, invoice: Invoice) -> bool:
    """Delete the account that was made for an invoice, unless it holds anything.

    It must bear the invoice's key as its name: no other account is ever deleted. One
    that is not listed has been deleted before.

    :raises ProviderError: if the accounts can't be read, or Rain keeps it.
    """
    if invoice.provider_data.get("by") == "address":
        return True
    for account in client.accounts.list().accounts:
        is_own = account.id == invoice.reference
        if not is_own or account.name != invoice.operation_key:
            continue
        if account.deleted is None and not account.balance and not account.unconfirmed:
            client.accounts.delete(account.id)
    return True
