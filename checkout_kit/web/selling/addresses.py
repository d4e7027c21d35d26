"""The addresses of offers, for the shop's own templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from checkout_kit.web.settings import PageSettings


def offer_addresses(settings: PageSettings) -> Mapping[str, Callable[..., str]]:
    """Make the functions that templates call."""
    address = f"{settings.public_url}{settings.url_prefix}/offers"

    def checkout_offers_url() -> str:
        """Where a form or a script sends a signed offer."""
        return address

    def checkout_offer_url(offer: str) -> str:
        """The address of a signed offer's own page, for a plain link."""
        return f"{address}?offer={quote(offer, safe='')}"

    return {
        "checkout_offer_url": checkout_offer_url,
        "checkout_offers_url": checkout_offers_url,
    }
