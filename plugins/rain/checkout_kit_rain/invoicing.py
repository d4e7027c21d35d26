"""Invoicing: a fresh account, or address, for each invoice, whatever crashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checkout_kit import (
    Clock,
    DepositInstructions,
    InputError,
    Operation,
    ProviderInvoice,
    ProviderProtocolError,
    Quote,
    QuoteExpired,
)
from checkout_kit_rain.answers import Account
from checkout_kit_rain.client import RainClient, check_id
from checkout_kit_rain.config import RainSettings
from checkout_kit_rain.fees import BTC

_ACCOUNT, _ADDRESS = "account", "address"
# What the keys of invoices' operations begin with, and so the names of accounts.
_INVOICE_PREFIX = "invoice:"


def is_of_invoice(account: Account) -> bool:
    """Whether the account was made for an invoice."""
    return account.name.startswith(_INVOICE_PREFIX)


class InvoiceMaker:
    """Makes invoices; the same operation always gives the same one.

    An account is named by the operation's key, and so found again if the answer to its
    making was lost. One that is made twice all the same is shown to nobody.
    """

    def __init__(
        self, client: RainClient, settings: RainSettings, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def make(self, quote: Quote, operation: Operation) -> ProviderInvoice:
        """Make the account or address and say where to pay.

        :raises QuoteExpired: if the price is too old to begin with.
        """
        kind = next(
            (k for k in (_ACCOUNT, _ADDRESS) if operation.recall(k) is not None),
            self._settings.invoice_by,
        )
        made = operation.recall(kind)
        if made is None:
            self._check_lifetime(quote)
            operation.record(kind, {"begun": True})
            made = self._make_new(kind, operation.key)
            operation.record(kind, made)
        elif "id" not in made:
            made = self._find(kind, operation.key) or self._make_new(
                kind, operation.key
            )
            operation.record(kind, made)
        return self._to_invoice(kind, made, quote)

    def _check_lifetime(self, quote: Quote) -> None:
        if quote.expires_at is not None and quote.expires_at <= self._clock.now():
            raise QuoteExpired(quote.method.id)

    def _make_new(self, kind: str, key: str) -> Mapping[str, Any]:
        if kind == _ACCOUNT:
            return self._to_record(self._client.accounts.create(key))
        account_id = str(self._settings.account_id)
        made = self._client.accounts.create_address(account_id)
        if made.currency != BTC.code:
            raise self._odd("the new address is not one of Bitcoin")
        return {"id": made.id, "account_id": account_id, "address": made.address}

    def _find(self, kind: str, key: str) -> Mapping[str, Any] | None:
        """Look for what an attempt made whose answer was lost.

        Addresses have no names: a lost one is made anew, and shown to nobody.
        """
        if kind == _ADDRESS:
            return None
        listed = self._client.accounts.list()
        found = [a for a in listed.accounts if a.name == key and a.deleted is None]
        if not found:
            return None
        return self._to_record(min(found, key=lambda a: (a.created, a.id)))

    def _to_record(self, account: Account) -> Mapping[str, Any]:
        # The field ``currency`` of an account can't be trusted, its balance can.
        if account.balance.currency != BTC:
            raise self._odd("the new account is not one of Bitcoin")
        if not account.address:
            raise self._odd("the new account has no address")
        return {
            "id": account.id,
            "account_id": account.id,
            "address": account.address,
        }

    def _to_invoice(
        self, kind: str, made: Mapping[str, Any], quote: Quote
    ) -> ProviderInvoice:
        try:
            # Without a usable id nothing could ever be sold.
            check_id(str(made["id"]), kind)
            instructions = DepositInstructions(
                address=str(made["address"]),
                amount=quote.amount,
                network=quote.method.network_name,
            )
            return ProviderInvoice(
                reference=str(made["id"]),
                amount=quote.amount,
                instructions=instructions,
                provider_data={"by": kind, "account_id": made["account_id"]},
            )
        except InputError as err:
            raise self._odd(f"the new {kind} is unusable: {err.problem}") from None

    def _odd(self, problem: str) -> ProviderProtocolError:
        return ProviderProtocolError(self._client.provider, problem)
