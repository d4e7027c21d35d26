"""Links: the signed way to the provider's page, and back.

All that is assumed about the token's claims is in this module: the document shows two
of them, in links of its examples, and describes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote as quoted
from urllib.parse import urlencode

from checkout_kit import Checkout, ProviderContext, ProviderRefused, Quote
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings
from checkout_kit_cryptocoin_pro.symbols import to_symbol
from checkout_kit_cryptocoin_pro.tokens import TokenWriter

#: What a shop may tell of its customer: name here → claim there.
_CUSTOMER = {
    "email": "email",
    "firstname": "first_name",
    "lastname": "last_name",
    "phonenumber": "phone",
    "adr1": "street",
    "zip": "zip",
    "city": "city",
    "countrycode": "country",
}
_MAX_CLAIM = 191


class LinkMaker:
    """Makes links that a buyer pays by, for coins that go to the merchant's wallet."""

    def __init__(
        self,
        settings: CryptocoinProSettings,
        writer: TokenWriter,
        context: ProviderContext,
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._provider = context.name
        self._webhook_url = context.webhook_url

    def make(
        self,
        checkout: Checkout,
        quote: Quote,
        key: str,
        expires_at: datetime,
        now: datetime,
    ) -> str:
        """Make the link for one invoice.

        :param key: the operation's key, by which its checkout is found again.
        :raises ProviderRefused: if nobody told the buyer's e-mail address.
        """
        claims = self._claims(checkout, quote, key)
        query = {
            "platform_id": str(self._settings.platform_id),
            "token": self._writer.write_until(claims, expires_at, now),
        }
        return f"{self._settings.checkout_url}?{urlencode(query)}"

    def _claims(self, checkout: Checkout, quote: Quote, key: str) -> Mapping[str, Any]:
        wallet = self._settings.redirect_wallets[quote.amount.currency.code]
        return {
            "user": {"id": checkout.id, "wallet": wallet, **self._buyer(checkout)},
            "payment": {
                "operation": "buy",
                "type": "coin",
                "symbol": to_symbol(quote.amount.currency),
                "amount": quote.amount.to_text(),
                "rate": str(quote.reference["rate"]),
                "fiat": quote.covers.currency.code,
                "request_id": key,
                "method": quote.method.variant,
                "attempts": self._settings.attempts,
                # The coins leave for the wallet as soon as they are bought.
                "second_order_type": "withdraw",
            },
            "redirect_url": checkout.url,
            # Unsigned when it comes: it only says where to look.
            "ping_url": f"{self._webhook_url}/{quoted(key, safe='')}",
        }

    def _buyer(self, checkout: Checkout) -> Mapping[str, str]:
        """What is told of the buyer: the document's examples all have an address."""
        told = _told(checkout.customer)
        if "email" in told:
            return told
        if self._settings.guest_email is None:
            raise ProviderRefused(
                self._provider,
                "needs the buyer's e-mail address: tell it as the checkout's "
                "customer, or set guest_email",
            )
        address = self._settings.guest_email.replace("{checkout}", checkout.id)
        return {**told, "email": address}


def _told(customer: Mapping[str, Any]) -> Mapping[str, str]:
    found = {claim: customer.get(name) for name, claim in _CUSTOMER.items()}
    return {
        claim: value[:_MAX_CLAIM]
        for claim, value in found.items()
        if isinstance(value, str) and value
    }
