"""Invoicing: an address of the merchant's account, or a link to the provider's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checkout_kit import (
    Checkout,
    Clock,
    DepositInstructions,
    InputError,
    Operation,
    ProviderInvoice,
    ProviderProtocolError,
    Quote,
    QuoteExpired,
)
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings
from checkout_kit_cryptocoin_pro.links import LinkMaker
from checkout_kit_cryptocoin_pro.symbols import is_same, to_symbol

_DESTINATION = "checkout"


def same_address(one: str | None, other: str | None) -> bool:
    """Whether two addresses are the same; hexadecimal ones in any case."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def _plain(address: str) -> str:
    return (
        address.lower()
        if address.lower().startswith(("0x", "bc1", "ltc1"))
        else (address)
    )


class InvoiceMaker:
    """Makes invoices; the same operation always gives the same one.

    An address is the invoice's reference, so that the kit never gives it out twice: of
    two invoices with one address nobody could tell whose a payment is.
    """

    def __init__(
        self,
        client: CryptocoinProClient,
        settings: CryptocoinProSettings,
        clock: Clock,
        links: LinkMaker | None,
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._links = links

    def make(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> ProviderInvoice:
        """Say where to pay.

        :raises QuoteExpired: if the price is too old to begin with.
        """
        if quote.method.variant:
            return self._make_link(checkout, quote, operation)
        made = operation.recall("address")
        if made is None:
            self._check_lifetime(quote)
            made = self._new_address(quote)
            operation.record("address", made)
        address = str(made["address"])
        try:
            return ProviderInvoice(
                reference=_plain(address),
                amount=quote.amount,
                instructions=DepositInstructions(
                    address, quote.amount, quote.method.network_name
                ),
            )
        except InputError as err:
            raise self._odd(f"a new address is unusable: {err.problem}") from None

    def _make_link(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> ProviderInvoice:
        if self._links is None:
            raise self._odd("the settings name no page to send buyers to")
        made = operation.recall("link")
        if made is None:
            self._check_lifetime(quote)
            now = self._clock.now()
            expires_at = now + timedelta(seconds=self._settings.link_lifetime)
            made = {
                "url": self._links.make(
                    checkout, quote, operation.key, expires_at, now
                ),
                "expiresAt": expires_at.isoformat(),
                "wallet": self._settings.redirect_wallets[quote.amount.currency.code],
            }
            operation.record("link", made)
        return ProviderInvoice(
            reference=operation.key,
            amount=quote.amount,
            redirect_url=str(made["url"]),
            expires_at=datetime.fromisoformat(str(made["expiresAt"])),
            provider_data={"wallet": made["wallet"]},
        )

    def _check_lifetime(self, quote: Quote) -> None:
        if quote.expires_at is not None and quote.expires_at <= self._clock.now():
            raise QuoteExpired(quote.method.id)

    def _new_address(self, quote: Quote) -> Mapping[str, Any]:
        symbol = to_symbol(quote.amount.currency)
        made = self._client.deposits.create_address(symbol, _DESTINATION)
        if not is_same(made.chain, quote.amount.currency):
            raise self._odd("a new address is of another chain")
        if made.destination != _DESTINATION or made.status != "enabled":
            raise self._odd("a new address is not enabled, or not for checkouts")
        return {"id": made.id, "address": made.address}

    def _odd(self, problem: str) -> ProviderProtocolError:
        return ProviderProtocolError(self._client.provider, problem)
