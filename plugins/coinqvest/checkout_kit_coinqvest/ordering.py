"""Ordering: making checkouts at the provider, and finding them again after a crash.

A checkout's webhook address ends with a random token that is known before the checkout
is made. The API hands it back in ``payload``, so a checkout whose answer was lost is
found by it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from checkout_kit import Charge, Currency, Money, ProviderContext
from checkout_kit_coinqvest.answers import CheckoutObject
from checkout_kit_coinqvest.client import PAGE_SIZE, CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings
from checkout_kit_coinqvest.payloads import (
    build_charge,
    build_checkout,
    build_remainder,
    to_asset,
)

_REMAINDER = "Remaining amount"
_MAX_PAGES = 20
# Their clock may differ from ours.
_MARGIN = timedelta(hours=1)


def new_token() -> str:
    """Make the token that a checkout is found by."""
    return secrets.token_hex(16)


class CheckoutOrders:
    """Writes the bodies of new checkouts and finds checkouts by their token."""

    def __init__(
        self,
        client: CoinqvestClient,
        settings: CoinqvestSettings,
        context: ProviderContext,
    ) -> None:
        self._client = client
        self._settings = settings
        self._webhook_url = context.webhook_url

    def build_body(
        self,
        charge: Charge,
        amount_due: Money,
        settlement_currency: Currency,
        token: str,
        *,
        page_url: str = "",
    ) -> dict[str, Any]:
        """Write what POST /checkout takes; after a part payment, one line."""
        customer_id = self._settings.customer_id
        if amount_due == charge.total:
            built = build_charge(charge, customer_id)
        else:
            built = build_remainder(amount_due, _REMAINDER, customer_id)
        return build_checkout(
            built,
            to_asset(settlement_currency) or settlement_currency.code,
            webhook=f"{self._webhook_url}/{token}",
            relays=self._settings.blockchain_relays,
            links={"cancelUrl": page_url, "returnUrl": page_url} if page_url else None,
        )

    def find(self, token: str, since: datetime) -> CheckoutObject | None:
        """Look for the checkout that was made with a token, newest first."""
        offset = 0
        for _ in range(_MAX_PAGES):
            page = self._client.list_checkouts(PAGE_SIZE, offset)
            for checkout in page.checkouts:
                if (checkout.webhook or "").endswith(f"/{token}"):
                    return checkout
            offset += page.length
            is_last = page.length == 0 or offset >= (page.count or offset + 1)
            newest = max((c.timestamp for c in page.checkouts), default=None)
            if is_last or (newest is not None and newest < since - _MARGIN):
                break
        return None
