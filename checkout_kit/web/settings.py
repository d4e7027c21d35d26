"""What the page has to know of the app that it is embedded in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import urlsplit

from checkout_kit.domain.proof import MAX_PROOF_BYTES
from checkout_kit.web.brand import Brand
from checkout_kit.web.selling.till import Till


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True, slots=True)
class PageSettings:
    """The page's settings, checked by whoever makes them.

    ``public_url`` is where buyers reach the shop (no path of ours in it), ``locales``
    the languages that the page is offered in, the first by default. ``clock`` must
    tell the same time as the services' clock.
    """

    public_url: str
    url_prefix: str = "/checkout"
    brand: Brand = field(default_factory=Brand)
    locales: tuple[str, ...] = ("en",)
    #: What people call each provider, by its plugin's name.
    provider_names: Mapping[str, str] = field(default_factory=dict)
    #: The origins whose pages may embed ours and ask it by script; ``'self'`` is the
    #: shop's own.
    frame_ancestors: tuple[str, ...] = ()
    #: How often an address may open a checkout of an offer.
    offer_rate: str = "30/minute"
    # May hold the password of a server.
    rate_storage: str = field(default="memory://", repr=False)
    max_form_bytes: int = 8 * 1024
    max_order_bytes: int = 256 * 1024
    max_webhook_bytes: int = 256 * 1024
    # The file, and what a browser writes around it.
    max_proof_bytes: int = MAX_PROOF_BYTES + 64 * 1024
    clock: Callable[[], datetime] = _utc_now
    till: Till | None = None

    @property
    def shop_name(self) -> str:
        """The brand's name, or else the shop's host name."""
        return self.brand.name or urlsplit(self.public_url).hostname or "Checkout"
